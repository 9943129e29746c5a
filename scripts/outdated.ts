import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readReleases, releaseFolder } from "../stacks/config.ts";
import { exitWith } from "./exit-code.ts";
import { outdated, type PinReport } from "./outdated/outdated.ts";
import { type EngineVersion, pins } from "./outdated/pins.ts";
import { print } from "./output.ts";
import { table } from "./table.ts";

const usage = `npm run outdated [-- --json]

Compares the versions that npm doesn't know (charts, machine images, engines) with the newest published ones, and lists
the advisories for each engine version. Only EKS lists its add-ons: the command for each is printed. Changes nothing.
Exits with 0 when everything is current, with 1 when something is newer or has an advisory, with 2 when a source
couldn't be read.`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  if (process.stderr.isTTY) console.error("Reading chart repositories, PyPI, GitHub and OSV …");
  const findings = await outdated(pins(engineVersions()), fetch);
  print(values.json ? JSON.stringify(findings, null, 2) : report(findings));
  if (findings.some(({ state }) => state === "unknown")) return 2;
  return findings.some(({ state, advisories }) => state === "newer" || advisories.length > 0) ? 1 : 0;
}

function engineVersions(): EngineVersion[] {
  return Object.entries(readReleases(root)).flatMap(([name, release]) => {
    const { kind, version } = (release as { engine?: { kind?: unknown; version?: unknown } })?.engine ?? {};
    return typeof kind === "string" && typeof version === "string"
      ? [{ kind, version, file: `${releaseFolder}/${name}.yaml` }]
      : [];
  });
}

function report(findings: readonly PinReport[]): string {
  const rows = findings
    .filter(({ state }) => state !== "command")
    .map(({ subject, version, state, detail, advisories, files }) => [
      subject,
      version,
      state === "unknown" ? `couldn't be read: ${detail}` : detail,
      advisories.join(" ") || "–",
      files.join(" "),
    ]);
  const commands = findings.filter(({ state }) => state === "command");
  return [
    ...table([["what", "pinned", "newest", "advisories", "files"], ...rows], [], process.stdout.columns),
    "",
    "EKS lists its add-ons to an account only:",
    ...commands.map(({ subject, version, detail }) => `  ${subject}: ${version}\n    ${detail}`),
  ].join("\n");
}

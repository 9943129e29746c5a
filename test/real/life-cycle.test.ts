import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { environments } from "../../scripts/plan/environment.ts";
import { thorough } from "../support/thorough.ts";
import { plain, text } from "./providers/values.ts";
import {
  clusterEndpoint,
  type Ended,
  eksProvider,
  missingPrograms,
  type RealStack,
  realStack,
  root,
} from "./real-stack.ts";
import { type StackFile, stackFile, withTwoSlots } from "./two-slots.ts";

/**
 * The whole life of an environment with the real CLI and the policy pack: of dev, in CI of each. On two idle cores an
 * environment takes about four minutes.
 */
const lives = thorough ? environments(root) : ["dev"];
const missing = missingPrograms();
if (missing !== undefined) console.warn(`skipped: the life of an environment with the real CLI (${missing})`);
else console.info(`EKS components are taken apart by ${eksProvider()}`);

describe.skipIf(missing !== undefined).each(lives)("%s with the real CLI", (environment) => {
  let endpoint: Awaited<ReturnType<typeof clusterEndpoint>>;
  let stack: RealStack;
  const passwords = new Set<string>();
  /** Takes back what taking down had to edit. */
  let revert = () => {};

  beforeAll(async () => {
    endpoint = await clusterEndpoint();
    stack = await realStack(environment, endpoint.address);
    withTwoSlots(stack);
  });
  afterAll(() => {
    endpoint?.close();
    stack?.remove();
  });

  it("is previewed, with nothing that the policies refuse", async () => {
    accepted(await stack.judged(["preview"]));
  });

  it("is created", async () => {
    accepted(await stack.judged(["up", "--yes", "--skip-preview"]));
    const versions = stack.cloud.ofType("aws:secretsmanager/secretVersion:SecretVersion");
    for (const { inputs } of versions) passwords.add(text(plain(inputs).secretString));
    expect(passwords.size).toBeGreaterThan(0);
    expect(passwords.size).toBe(versions.length);
  });

  it("has nothing to change then", async () => {
    accepted(await stack.judged(["preview", "--expect-no-changes"]));
  });

  it.each([
    ["a canary of 10 %", { live: "blue", canaryPercent: 10 }, ["create chat-canary"]],
    ["a canary of 25 %", { live: "blue", canaryPercent: 25 }, ["update chat-canary"]],
    ["no canary", { live: "blue", canaryPercent: 0 }, ["delete chat-canary"]],
    ["a switch", { live: "green", canaryPercent: 0 }, ["update chat-live"]],
    ["the way back", { live: "blue", canaryPercent: 0 }, ["update chat-live"]],
  ])("writes only listener rules for %s", async (_, traffic, writes) => {
    const before = stack.cloud.operations().length;
    for (const [key, value] of Object.entries(traffic))
      await stack.pulumi(["config", "set", "--path", `gantry:models.chat.traffic.${key}`, String(value)]);
    accepted(await stack.judged(["up", "--yes", "--skip-preview"]));
    const written = stack.cloud
      .operations()
      .slice(before)
      .filter(({ kind, stage }) => kind !== "read" && stage !== "done");
    expect(written.map(({ kind, urn }) => `${kind} ${urn.split("::").at(-1)}`)).toEqual(writes);
  });

  it("changes the gateway's documents in place when a tenant changes", async () => {
    const before = readFileSync(stackFile(stack), "utf8");
    await stack.pulumi(["config", "set", "--path", "gantry:tenants.web.requestsPerMinute", "61"]);
    const { output, code } = await stack.judged(["preview", "--json"]);
    expect(code, output.slice(-4000)).toBe(0);
    const { steps } = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as Preview;
    const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
    // The edge's rate follows the largest tenant, which is this one in dev only.
    expect(new Set(changes.map(({ op }) => op))).toEqual(new Set(["update"]));
    expect(changes.map(({ urn }) => urn.split("$").at(-1))).toContain(
      "kubernetes:core/v1:ConfigMap::gateway",
    );
    writeFileSync(stackFile(stack), before);
  });

  it("refreshes without a difference", async () => {
    const { output, code } = await stack.pulumi([
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
    ]);
    expect(code, output).toBe(0);
    accepted(await stack.judged(["preview", "--expect-no-changes"]));
  });

  it("makes a single secret anew with the line that rotate prints, broken off at each of its writes", async () => {
    const single = "gateway-master-key";
    const printed = await stack.script(["rotate", environment, single]);
    const [, pattern = ""] = /--replace '(\S+)'/.exec(printed.output) ?? [];
    const version = "aws:secretsmanager/secretVersion:SecretVersion";
    /** Values by name, with those that wait for their deletion. */
    const values = () =>
      stack.cloud
        .ofType(version)
        .filter(({ deleted }) => !deleted)
        .map(({ urn, inputs }) => [urn.split("::").at(-1), text(plain(inputs).secretString)] as const);
    const of = (all: ReturnType<typeof values>, own: boolean) =>
      all.filter(([name]) => (name === `secrets-${single}`) === own).map(([, value]) => value);
    const before = values();
    const [first] = of(before, true);
    const replacing = ["up", "--yes", "--skip-preview", "--replace", pattern];
    const begun = () =>
      stack.cloud
        .operations()
        .filter(({ urn, stage }) => urn.endsWith(`::secrets-${single}`) && stage === "begun");
    // The new version is written, and the one before taken away.
    for (const kill of [1, 2]) {
      const writes = begun().length + kill;
      const killed = await stack.pulumi(replacing, { GANTRY_CLOUD_KILL: `${writes}@::secrets-${single}` });
      expect([kill, killed.code], killed.output).toEqual([kill, null]);
      expect(of(values(), true).length, "the secret has a value at any time").toBeGreaterThan(0);
      await stack.pulumi(["cancel", "--yes"]);
      for (const value of of(values(), true)) passwords.add(value);
    }
    accepted(await stack.pulumi(replacing));
    // One that was written while the CLI was killed stays in AWS under no label, so that nobody reads it.
    const { resources } = await stack.state();
    const known = resources.filter(({ urn }) => urn.endsWith(`${version}::secrets-${single}`));
    const current = known.map(({ id = "" }) =>
      text(plain(stack.cloud.get(version, id)?.inputs ?? {}).secretString),
    );
    expect(current).toEqual([expect.stringMatching(/^sk-\w{40}$/)]);
    expect(of(values(), true)).toContain(current[0]);
    expect(current).not.toContain(first);
    expect(of(values(), false)).toEqual(of(before, false));
    for (const value of current) passwords.add(value);
    // AWS removes such a version by itself; the stand-in would show it as left behind.
    const own = stack.cloud.ofType(version).filter(({ urn }) => urn.endsWith(`::secrets-${single}`));
    for (const orphan of own) if (!known.some(({ id }) => id === orphan.id)) stack.cloud.remove(orphan);
    accepted(await stack.judged(["preview", "--expect-no-changes"]));
  });

  it("is destroyed as docs/operations/take-down.md says, and nothing stays", async () => {
    if (isProtected(stack)) {
      const refused = await stack.pulumi(["destroy", "--yes"]);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain("protect");
      expect((await stack.state()).resources.length).toBeGreaterThan(100);
      const policies = join(stack.folder, "policies/config", `${environment}.json`);
      const [before, file] = [readFileSync(policies, "utf8"), readFileSync(stackFile(stack), "utf8")];
      await stack.pulumi(["config", "set", "gantry:protect", "false"]);
      expect((await stack.judged(["preview"])).output).toContain("deletion-protected");
      writeFileSync(policies, JSON.stringify({ ...JSON.parse(before), "deletion-protected": "disabled" }));
      accepted(await stack.judged(["up", "--yes", "--skip-preview"]));
      revert = () => {
        writeFileSync(policies, before);
        writeFileSync(stackFile(stack), file);
      };
    }
    accepted(await stack.pulumi(["destroy", "--yes"]));
    expect((await stack.state()).resources).toEqual([]);
    expect(stack.cloud.all().filter(({ deleted }) => !deleted)).toEqual([]);
  });

  it("is created again", async () => {
    revert();
    accepted(await stack.judged(["up", "--yes", "--skip-preview"]));
  });

  it("shows no secret in its output, state and history", () => {
    const written = stack.written();
    expect([...passwords].filter((password) => written.includes(password))).toEqual([]);
  });
});

function accepted({ code, output }: Ended) {
  expect(output.match(/\[mandatory\].*\n.*\n.*\n.*/g) ?? []).toEqual([]);
  expect(code, output.slice(-4000)).toBe(0);
}

function isProtected(stack: RealStack): boolean {
  const { config } = parse(readFileSync(stackFile(stack), "utf8")) as StackFile;
  // The CLI writes text where a person wrote a boolean.
  return String(config["gantry:protect"]) === "true";
}

interface Preview {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

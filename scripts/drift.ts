import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { table } from "./table.ts";
import { openStack } from "./traffic/deployed-stack.ts";
import { type Difference, differences, watched } from "./traffic/drift.ts";
import { stackFile } from "./traffic/stack-file.ts";
import { shown } from "./traffic/traffic-writer.ts";

const usage = `npm run drift -- <environment> [--json]

Compares the listener rules, their weights and the images of what serves with the stack's state, and the traffic in
the stack's file with both. Changes nothing. Ends with 0 when nothing differs, with 1 when
something does, with 2 when it couldn't look.`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(drift, { usage, failure: 2 });

async function drift(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [environment, ...more] = positionals;
  if (environment === undefined || more.length > 0) throw new Error(usage);
  const { models } = loadConfig(root, environment);
  const stack = await openStack({ root, environment });
  const deployed = await stack.read();
  const asked = watched(deployed.resources);
  if (asked.length === 0)
    throw new Error(`the stack ${environment} has nothing deployed to compare; run pulumi up first`);

  const files = Object.keys(models).flatMap((model): Difference[] => {
    const { name, read } = stackFile(root, environment, model);
    const stated = read();
    const state = deployed.traffic[model];
    if (isDeepStrictEqual(stated, state)) return [];
    return [{ type: "file", name, field: model, state: state && shown(state), found: shown(stated) }];
  });
  const found = [...files, ...differences(await stack.drift(asked.map(({ urn }) => urn)))];
  if (values.json) print(JSON.stringify(found, null, 2));
  else if (found.length === 0)
    print(`${asked.length} resources of ${environment} are as the stack's state says`);
  else print([`${found.length} differences in ${environment}`, ...lines(found)].join("\n"));
  return found.length === 0 ? 0 : 1;
}

function lines(found: readonly Difference[]): string[] {
  const rows = found.map(({ type, name, field, state, found }) => [
    `${type.slice(type.lastIndexOf(":") + 1)} ${name}`,
    field,
    text(state),
    found === undefined ? "gone" : text(found),
  ]);
  return table([["resource", "field", "state", "found"], ...rows]);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "none");
}

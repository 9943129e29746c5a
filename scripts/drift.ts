import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { table } from "./table.ts";
import type { Deployed } from "./traffic/deployed-stack.ts";
import { comparedResources, type Difference, differences } from "./traffic/drift.ts";
import { formatTraffic } from "./traffic/format.ts";
import { loadBalancer } from "./traffic/load-balancer.ts";
import {
  addressOf,
  type Balancer,
  groupsOf,
  ruleResources,
  ruleType,
  stateTraffic,
} from "./traffic/model-rules.ts";
import { pulumiStack } from "./traffic/pulumi-stack.ts";
import { stackFile } from "./traffic/stack-file.ts";

const usage = `npm run drift -- <environment> [--json]

Compares listener rules, their weights and the running images with the stack's state, and the traffic in the stack's
file with both; lists interrupted operations, and rules that the state doesn't know. Changes nothing. Exits with 0 when nothing differs, with 1 when something does, with 2 when it couldn't compare.`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(drift, { usage, failure: 2 });

async function drift(): Promise<number> {
  const { environment, values } = readCommand(usage, ["environment"], { json: booleanOption });
  const { models, account } = loadConfig(root, environment);
  const stack = pulumiStack({ root, environment });
  const deployed = await stack.read();
  const asked = comparedResources(deployed.resources);
  if (asked.length === 0)
    throw new Error(`the stack ${environment} has nothing deployed to compare; run pulumi up first`);

  const files = Object.keys(models).flatMap((model): Difference[] => {
    const { name, read } = stackFile(root, environment, model);
    const stated = read();
    const state = stateTraffic(deployed, model);
    if (isDeepStrictEqual(stated, state)) return [];
    return [
      {
        type: "file",
        name,
        field: model,
        state: state && formatTraffic(state),
        found: formatTraffic(stated),
      },
    ];
  });
  const pending = deployed.pending.map(({ urn, operation }): Difference => {
    const [type = "", name = ""] = urn.split("::").slice(-2);
    return { type, name, field: "operation", state: `interrupted while ${operation}`, found: "unknown" };
  });
  const balancer = loadBalancer(new ElasticLoadBalancingV2Client({ region: account.region }));
  const unknown = await Promise.all(
    Object.keys(models).map((model) => unknownRules(balancer, deployed, model)),
  );
  const drifted = differences(await stack.drift(asked.map(({ urn }) => urn)));
  const found = [...files, ...pending, ...unknown.flat(), ...drifted];
  if (values.json) print(JSON.stringify(found, null, 2));
  else if (found.length === 0) print(`${asked.length} resources of ${environment} match the stack's state`);
  else print([`${found.length} differences in ${environment}`, ...lines(found)].join("\n"));
  return found.length === 0 ? 0 : 1;
}

/** Rules for a model's host that the state doesn't know, as an interrupted update leaves them. */
async function unknownRules(balancer: Balancer, deployed: Deployed, model: string): Promise<Difference[]> {
  const known = ruleResources(deployed, model);
  const address = addressOf(deployed, model);
  if (address === undefined) return [];
  const rules = await balancer.rules(address, groupsOf(deployed, model));
  return rules
    .filter(({ id }) => !known.some((rule) => rule.id === id))
    .map((rule) => ({
      ...{ type: ruleType, name: rule.id, field: `rule of ${model}`, state: "not in the state" },
      found: rule.weights,
    }));
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

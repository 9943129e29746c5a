import { beforeAll, expect, test } from "vitest";
import { blastRadius } from "../../../scripts/diff/blast-radius.ts";
import { placesOf } from "../../../scripts/diff/place.ts";
import { settingChanges } from "../../../scripts/diff/settings.ts";
import { StepGenerator, stepsBetween } from "../../../scripts/diff/steps.ts";
import { type Plan, planProgram } from "../../../scripts/plan/plan.ts";
import { slotReports } from "../../../scripts/plan/report/slots.ts";
import { parseConfig, readReleases } from "../../../stacks/config.ts";
import { changed } from "../../support/changed.ts";
import { fixtureRoot } from "../../support/plan.ts";

type Edits = Readonly<Record<string, unknown>>;
const none = undefined;

/** Labelled by hand from what AWS, Kubernetes and Pulumi do. */
const labelled: readonly (readonly [what: string, edits: Edits, line: string | RegExp])[] = [
  ["nothing", {}, "nothing that is deployed changes"],
  ["a tenant's requests", { "tenants.web.requestsPerMinute": 90 }, "only tenants and limits: tenants"],
  ["a tenant's tokens", { "tenants.web.tokensPerMinute": 9000 }, "only tenants and limits: tenants"],
  ["a tenant's budget", { "tenants.web.monthlyBudgetUsd": 300 }, "only tenants and limits: tenants"],
  ["a price", { "hosted.gpt-4o.usdPerMillion.input": 3 }, "only tenants and limits: hosted"],
  [
    "a tenant and a price",
    { "tenants.web.requestsPerMinute": 9, "hosted.gpt-4o.usdPerMillion.input": 3 },
    /^only tenants and limits: (tenants, hosted|hosted, tenants)$/,
  ],
  ["a canary", { "models.chat.traffic.canaryPercent": 5 }, "only listener rules: chat"],
  ["half of the traffic", { "models.chat.traffic.canaryPercent": 50 }, "only listener rules: chat"],
  ["a switch", { "models.chat.traffic.live": "green" }, "only listener rules: chat"],
  [
    "a switch and a tenant",
    { "models.chat.traffic.live": "green", "tenants.web.requestsPerMinute": 9 },
    "listener rules: chat",
  ],
  ["no standby", { "models.chat.green": none }, "takes the standby away: chat green"],
  ["the standby's release", { "models.chat.green.release": "qwen3-8b-awq-1" }, /^restarts pods: chat green/],
  ["the live slot's release", { "models.chat.blue.release": "qwen3-8b-awq-2" }, /^restarts pods: chat blue/],
  ["another VPC range", { "network.create.cidr": "10.41.0.0/16" }, /^deletes or replaces data: .*VPC/],
  [
    "another bucket",
    { "modelStore.bucket": "example-gantry-dev-other" },
    /^deletes or replaces data: replaces bucket/,
  ],
  ["another kind of GPU", { "pools.a10g.instanceTypes": ["g5.2xlarge"] }, "replaces nodes: GPU pool a10g"],
  ["spot besides", { "pools.a10g.capacity": ["on-demand", "spot"] }, /^(?!.*(replaces|deletes))/],
  ["the system nodes' kind", { "cluster.systemNodes.instanceType": "m7i.xlarge" }, /^replaces nodes: system/],
  ["the budget", { "budget.monthlyUsd": 5000 }, "tenants and limits: budget"],
  ["whom the monitoring tells", { "monitoring.notify": ["else@example.com"] }, /^only monitoring/],
  ["how long metrics stay", { "monitoring.retentionDays": 9 }, /^only monitoring/],
  ["another region", { "aws:region": "us-west-2" }, /^deletes or replaces data: .* and \d+ more/],
  ["the public endpoint", { "cluster.endpoint": { private: true } }, /^changes cluster/],
  ["an administrator", { "cluster.admins": ["arn:aws:iam::111122223333:role/a"] }, "only additions: cluster"],
  ["a NAT gateway more", { "network.create.natGateways": 2 }, /^changes cluster/],
  ["the most GPUs", { "pools.a10g.maxGpus": 6 }, /^(?!.*(replaces|deletes|restarts))/],
];

let base: Plan;
beforeAll(async () => {
  base = await planProgram({ root: fixtureRoot, environment: "dev", deployed: true });
});

test.concurrent.each(labelled)("the blast radius of %s", async (_, edits, line) => {
  expect(await lineOf(edits)).toEqual(typeof line === "string" ? line : expect.stringMatching(line));
});

async function lineOf(edits: Edits): Promise<string> {
  const edit = (config: Plan["config"]) => Object.entries(edits).reduce(edited, config);
  const args = { root: fixtureRoot, environment: "dev", deployed: true, edit };
  const head = await planProgram(args);
  let steps = stepsBetween(base, head);
  if (steps.some(({ kind }) => kind === "replace")) {
    const generator = new StepGenerator(base);
    await planProgram({ ...args, stateOf: generator.stateOf });
    steps = generator.steps();
  }
  const resources = [base, head].flatMap(({ resources, implied = [] }) => [...resources, ...implied]);
  return blastRadius({
    steps,
    places: placesOf(steps, resources),
    slots: { before: slotsOf(base), after: slotsOf(head) },
    settings: settingChanges(base.config, head.config),
  }).line;
}

function edited(config: Plan["config"], [path, value]: [string, unknown]): Plan["config"] {
  if (path.includes(":")) return { ...config, [path]: value };
  const [section = "", ...rest] = path.split(".");
  return { ...config, [`gantry:${section}`]: changed(config[`gantry:${section}`], rest, value) };
}

function slotsOf({ config, environment }: Plan) {
  const today = new Date().toISOString().slice(0, 10);
  return slotReports(parseConfig({ environment, config, releases: readReleases(fixtureRoot), today }));
}

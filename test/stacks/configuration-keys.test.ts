import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Plan } from "../../scripts/plan/plan.ts";
import { loadConfig } from "../../scripts/plan/report/report.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { type ConfigurationKey, configurationKeys, keyOf } from "../../stacks/configuration-keys.ts";
import { changed } from "../support/changed.ts";
import { fixtureRoot } from "../support/plan.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { fixtureValues } from "../support/project.ts";

const keys = configurationKeys(loadConfig(fixtureRoot, "dev"));

/** A project with pins for one more version of Kubernetes, and with an evaluated release of another image. */
const root = projectCopy(fixtureValues);
afterAll(() => rmSync(root, { recursive: true }));
const edit = (file: string, change: (text: string) => string, to = file) =>
  writeFileSync(join(root, to), change(readFileSync(join(root, file), "utf8")));
edit("components/cluster/versions.ts", (text) => {
  const [pins = ""] = /\n {2}"1\.36": \{.*?\n {2}\},\n/s.exec(text) ?? [];
  return text.replace(pins, `${pins}${pins.replace("1.36", "1.37")}`);
});
const copied = "stacks/releases/qwen3-8b-awq-3.yaml";
edit(
  "stacks/releases/qwen3-8b-awq-2.yaml",
  (text) =>
    text
      .replace(/sha256:[0-9a-f]{8}/, "sha256:00000000")
      .replace(/concurrentSequences: \d+/, "concurrentSequences: 40"),
  copied,
);

/** Another value of each key, by path; of both slots at once, which have resources of their own. */
const edits: readonly Readonly<Record<string, unknown>>[] = [
  { "gantry:cluster.version": "1.37" },
  { "gantry:cluster.endpoint": { publicFrom: ["203.0.113.128/25"] } },
  { "gantry:cluster.systemNodes.instanceType": "m7i.2xlarge" },
  { "gantry:cluster.systemNodes.min": 7 },
  { "gantry:cluster.systemNodes.max": 9 },
  { "gantry:budget.monthlyUsd": 5000 },
  { "gantry:monitoring.notify": ["other@example.com"] },
  { "gantry:protect": true },
  { "gantry:pools.a10g.maxGpus": 6, "gantry:pools.spare.maxGpus": 7 },
  { "gantry:pools.a10g.diskGiB": 200, "gantry:pools.spare.diskGiB": 300 },
  {
    "gantry:models.chat.blue.release": "qwen3-8b-awq-3",
    "gantry:models.chat.green.release": "qwen3-8b-awq-3",
  },
  { "gantry:models.chat.blue.pool": "spare", "gantry:models.chat.green.pool": "spare" },
  { "gantry:models.chat.blue.replicas.min": 2, "gantry:models.chat.green.replicas.min": 2 },
  { "gantry:models.chat.blue.replicas.max": 3, "gantry:models.chat.green.replicas.max": 3 },
  { "gantry:models.chat.traffic": { live: "green", canaryPercent: 0 } },
  { "gantry:gateway.size": "large" },
  { "gantry:gateway.replicas.min": 3 },
  { "gantry:gateway.replicas.max": 6 },
  { "gantry:gateway.records.keepDays": 20 },
  { "gantry:cache.create.nodeType": "cache.m7g.large" },
  { "gantry:cache.create.nodes": 3 },
  { "gantry:cache.create.snapshotDays": 2 },
  { "gantry:hosted.gpt-4o.snapshot": "gpt-4o-2024-11-20" },
  { "gantry:routes.assistant": { strategy: "quality", selfHosted: "chat", hosted: "gpt-4o" } },
  {
    "gantry:tenants.web": {
      models: ["assistant"],
      requestsPerMinute: 61,
      tokensPerMinute: 100000,
      monthlyBudgetUsd: 200,
    },
  },
];
const spare = { instanceTypes: ["g5.xlarge"], capacity: ["on-demand"], maxGpus: 8 };
const roomy = {
  "gantry:pools.spare": spare,
  "gantry:pools.a10g.maxGpus": 8,
  "gantry:models.chat.blue.replicas.max": 2,
  "gantry:models.chat.green.replicas.max": 2,
  "gantry:cluster.systemNodes.min": 6,
  "gantry:cluster.systemNodes.max": 8,
  "gantry:gateway.replicas.max": 5,
};

function planOf(values: Readonly<Record<string, unknown>>): Promise<Plan> {
  return planFixture({
    root,
    environment: "dev",
    edit: (config) => {
      let edited: unknown = config;
      for (const [key, value] of Object.entries({ ...roomy, ...values }))
        edited = changed(edited, key.split("."), value);
      return edited as typeof config;
    },
  });
}

/** The value at a property as findings name it: of pods below their template, of lists by name, of options by name. */
function valueAt({ inputs, protect }: PlannedResource, property: string): unknown {
  if (property === "protect") return protect;
  const { template } = (inputs.spec ?? {}) as { template?: { metadata: Annotated; spec: object } };
  const annotation = /^annotations\.(.+)$/.exec(property)?.[1];
  if (annotation !== undefined) return template?.metadata.annotations[annotation];
  const inDocument = /^data\.(\w+\.yaml)\.(.+)$/.exec(property);
  if (inDocument !== null) {
    const [, file = "", path = ""] = inDocument;
    return valueIn(parse((inputs.data as Readonly<Record<string, string>>)[file] ?? ""), path);
  }
  const ofPods = /^(?:containers|nodeSelector)\b/.test(property);
  return valueIn(ofPods ? template?.spec : inputs, property);
}

function valueIn(from: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => {
    if (!Array.isArray(value)) return (value as Record<string, unknown> | undefined)?.[step];
    return value.find(({ name }) => name === step) ?? value[Number(step)];
  }, from);
}
type Annotated = { readonly annotations: Readonly<Record<string, unknown>> };

const everyKey = configurationKeys({
  ...loadConfig(fixtureRoot, "dev"),
  pools: { a10g: spare, spare } as never,
});
/** What the version of an engine says, and an evaluation that no release has yet, can't be seen to change. */
const unseen = ["containers.engine.version", "annotations.gantry.dev/evaluated-release-id"];
const pathOf = ({ key }: ConfigurationKey) => key.replace(/ \(.*\)$/, "");

describe("keys of the configuration", () => {
  it("are tried one by one below", () => {
    const tried = edits.flatMap((one) => Object.keys(one));
    expect([...new Set(everyKey.map(pathOf))].sort()).toEqual(tried.sort());
  });

  it("decide the properties that they are named for", { timeout: 600_000 }, async () => {
    const all = ({ resources, implied = [] }: Plan) => [...resources, ...implied];
    const before = all(await planOf({}));
    const unchanged: string[] = [];
    for (const values of edits) {
      const after = new Map(all(await planOf(values)).map((one) => [one.urn, one]));
      for (const one of everyKey.filter((key) => pathOf(key) in values && !unseen.includes(key.property))) {
        const named = before.filter(({ type, name }) => type === one.type && name === (one.name ?? name));
        if (named.length === 0) unchanged.push(`no ${one.type} ${one.name}`);
        for (const resource of named) {
          const now = after.get(resource.urn);
          if (
            now === undefined ||
            isDeepStrictEqual(valueAt(now, one.property), valueAt(resource, one.property))
          )
            unchanged.push(`${one.type} ${resource.name} ${one.property} by ${one.key}`);
        }
      }
    }
    expect(unchanged).toEqual([]);
  });

  it("are found for a property and what is below it, and for no other", () => {
    const pool = { type: "kubernetes:karpenter.sh/v1:NodePool", name: "a10g-pool" };
    expect(keyOf(keys, pool, "spec.limits.nvidia.com/gpu")).toBe("gantry:pools.a10g.maxGpus");
    expect(keyOf(keys, pool, "spec.limitsOfAnother")).toBeUndefined();
    expect(keyOf(keys, { ...pool, name: "other-pool" }, "spec.limits")).toBeUndefined();
    expect(keyOf(keys, { type: "aws:kms/key:Key", name: "any" }, "protect")).toBe("gantry:protect");
  });
});

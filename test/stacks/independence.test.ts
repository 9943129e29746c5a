import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../scripts/plan/plan.ts";
import { find, under } from "../support/plan.ts";
import { planFixture } from "../support/plan-fixture.ts";

/**
 * Nothing is identified by its position: what an environment gains or loses changes nothing of what else is in it.
 * Every plan runs the whole program, so that there are few runs, each with a change of a kind of its own.
 */
type Entries = Readonly<Record<string, unknown>>;

const slot = (release: string, pool: string) => ({ release, pool, replicas: { min: 1, max: 1 } });
const traffic = { live: "blue", canaryPercent: 0 };
const settings = fc.record(
  {
    blue: fc.constantFrom(slot("qwen3-8b-awq-1", "a10g"), slot("qwen3-32b-awq-1", "l40s")),
    loadBalancer: fc.constantFrom("default", "second"),
    traffic: fc.constant(traffic),
  },
  { requiredKeys: ["blue", "traffic"] },
);
const modelName = fc.stringMatching(/^[a-z][a-z0-9]{2,8}$/);
const environment = fc.uniqueArray(fc.tuple(modelName, settings), {
  minLength: 2,
  maxLength: 6,
  selector: ([name]) => name,
});
const pools = {
  a10g: { instanceTypes: ["g5.xlarge", "g5.2xlarge"], capacity: ["on-demand"], maxGpus: 100 },
  l40s: { instanceTypes: ["g6e.xlarge", "g6e.2xlarge"], capacity: ["on-demand"], maxGpus: 100 },
};

function planOf(models: Entries, otherPools: Entries = {}): Promise<Plan> {
  return planFixture({
    environment: "dev",
    edit: (config) => ({
      ...config,
      "gantry:models": models,
      "gantry:pools": { ...otherPools, ...pools },
      "gantry:routes": {},
      "gantry:tenants": {
        web: { models: ["gpt-4o"], requestsPerMinute: 10, tokensPerMinute: 10_000, monthlyBudgetUsd: 5 },
      },
      "gantry:cluster": {
        ...(config["gantry:cluster"] as object),
        systemNodes: { instanceType: "m7i.4xlarge", min: 2, max: 4 },
      },
    }),
  });
}

/** What differs between two plans outside of these components, as `type name`. */
function differences(before: Plan, after: Plan, without: readonly (readonly [string, string])[]): string[] {
  const rest = (plan: Plan) => {
    const components = plan.resources.filter(({ type, name }) =>
      [...without, prometheus, prices, gateway].some(
        ([ofType, ofName]) => type === ofType && name === ofName,
      ),
    );
    const left = new Set(components.flatMap((top) => [top, ...under(plan, top)]));
    return new Map(plan.resources.filter((resource) => !left.has(resource)).map((one) => [one.urn, one]));
  };
  const [old, fresh] = [rest(before), rest(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((urn) => !isDeepStrictEqual(old.get(urn), fresh.get(urn)))
    .map((urn) => urn.split("::").slice(-2).join(" "))
    .filter((resource) => !resource.includes("pulumi:pulumi:Stack"));
}

/** Sized by all that it watches. */
const prometheus = ["kubernetes:helm.sh/v3:Release", "monitoring"] as const;
/** Holds the prices of all models and instance types. */
const prices = ["kubernetes:monitoring.coreos.com/v1:PrometheusRule", "monitoring-rules"] as const;
/** Lists all models. */
const gateway = ["gantry:gateway:Gateway", "gateway"] as const;
const model = (name: string) => ["gantry:serving:Model", name] as const;
const loadBalancer = (name: string) => ["gantry:serving:ModelLoadBalancer", `serving-${name}`] as const;
/** Weights that only the changed model's release needs. */
const staging = (plan: Plan) => {
  const jobs = plan.resources.filter(({ type }) => type.endsWith(":Job"));
  return jobs.map(({ type, name }) => [type, name] as const);
};

describe("a model that is added, removed or renamed", () => {
  it("changes nothing of another, in whatever order the configuration has them", async () => {
    await fc.assert(
      fc.asyncProperty(environment, modelName, fc.boolean(), async (models, name, renames) => {
        fc.pre(models.every(([other]) => other !== name));
        const [[changed, ofChanged], ...others] = models as [(typeof models)[0], ...typeof models];
        const before = await planOf(Object.fromEntries([[changed, ofChanged], ...others]));
        const after = await planOf(
          Object.fromEntries([...others.toReversed(), ...(renames ? [[name, ofChanged]] : [])]),
        );
        // A load balancer belongs to all of its models: the first brings it, the last takes it.
        const shared = ofChanged.loadBalancer ?? "default";
        const stays = others.some(([, { loadBalancer = "default" }]) => loadBalancer === shared);
        const without = [
          model(changed),
          model(name),
          ...(stays ? [] : [loadBalancer(shared)]),
          ...staging(before),
          ...staging(after),
        ];
        expect(differences(before, after, without)).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("changes nothing of more than fit on one load balancer", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `model-${index}`);
    const many = Object.fromEntries(
      names.map((name, index) => [
        name,
        { blue: slot("qwen3-8b-awq-1", "a10g"), traffic, ...(index >= 15 && { loadBalancer: "second" }) },
      ]),
    );
    const { "model-0": _, ...rest } = many;
    const [before, after] = await Promise.all([planOf(many), planOf(rest)]);
    expect(differences(before, after, [model("model-0")])).toEqual([]);
  });

  it("shows where it changes one: the comparison sees a moved priority", async () => {
    const models = { chat: { blue: slot("qwen3-8b-awq-1", "a10g"), traffic } };
    const [before, after] = await Promise.all([
      planOf(models),
      planOf({ chat: { ...models.chat, rulePriority: 5 } }),
    ]);
    expect(differences(before, after, [])).toEqual([
      "gantry:index:Gantry$gantry:serving:Model$gantry:serving:Slot$aws:lb/listenerRule:ListenerRule chat-blue-direct",
      "gantry:index:Gantry$gantry:serving:Model$aws:lb/listenerRule:ListenerRule chat-live",
    ]);
    expect(find(after, "ListenerRule", "chat-blue-direct").inputs.priority).toBe(5);
  });
});

describe("a pool that is added, removed or renamed", () => {
  it("changes nothing of another", async () => {
    const models = { chat: { blue: slot("qwen3-8b-awq-1", "a10g"), traffic } };
    const further = { instanceTypes: ["g5.12xlarge"], capacity: ["spot"], maxGpus: 8 };
    const [without, first, renamed] = await Promise.all([
      planOf(models),
      planOf(models, { aaa: further }),
      planOf(models, { zzz: further }),
    ]);
    const pool = (name: string) => ["gantry:cluster:GpuPool", name] as const;
    expect(differences(without, first, [pool("aaa")])).toEqual([]);
    expect(differences(first, renamed, [pool("aaa"), pool("zzz")])).toEqual([]);
  });
});

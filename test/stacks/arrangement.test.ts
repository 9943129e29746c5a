import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colours } from "../../components/serving/traffic.ts";
import { arrangedLoadBalancers, arrangement } from "../../stacks/arrangement.ts";
import { type Config, parseConfig } from "../../stacks/config.ts";
import type { ModelSettings } from "../../stacks/schema.ts";
import { shipped } from "../support/configuration.ts";

const config = parseConfig(shipped);
const withModels = (models: Config["models"]): Config => ({ ...config, models });

const slot = fc.record({
  release: fc.constantFrom("qwen3-8b-awq-1", "qwen3-8b-awq-2"),
  pool: fc.constant("a10g"),
  replicas: fc.record({ min: fc.constant(1), max: fc.integer({ min: 1, max: 9 }) }),
  keyGeneration: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
});
const model: fc.Arbitrary<ModelSettings> = fc.record(
  {
    blue: slot,
    green: slot,
    loadBalancer: fc.constantFrom("default", "second"),
    rulePriority: fc.integer({ min: 1, max: 49_997 }),
    traffic: fc.constant({ live: "blue" as const, canaryPercent: 0 }),
  },
  { requiredKeys: ["blue", "traffic"] },
);
const models = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/), model, { minKeys: 1, maxKeys: 6 });

describe("an arrangement of models", () => {
  it("says of each model what it says of it alone", () => {
    fc.assert(
      fc.property(models, (all) => {
        const together = arrangement(withModels(all));
        for (const [name, settings] of Object.entries(all))
          expect(together[name]).toEqual(arrangement(withModels({ [name]: settings }))[name]);
      }),
    );
  });

  it("puts each on a load balancer that is made, which waits longer than the answers of its own models", () => {
    fc.assert(
      fc.property(models, (all) => {
        const made = arrangedLoadBalancers(withModels(all));
        const placed = Object.values(arrangement(withModels(all)));
        expect(new Set(placed.map(({ loadBalancer }) => loadBalancer))).toEqual(new Set(Object.keys(made)));
        for (const { loadBalancer, slots } of placed)
          for (const colour of colours) {
            const longest = slots[colour]?.placement.times.drainSeconds ?? 0;
            expect(made[loadBalancer]?.idleSeconds).toBeGreaterThan(longest);
          }
      }),
    );
  });

  it("knows the key of every slot's engines", () => {
    const { blue, ...rest } = config.models.chat as ModelSettings & { blue: object };
    const chat = { ...rest, blue: { ...blue, keyGeneration: 3 } } as ModelSettings;
    expect(arrangement(withModels({ chat })).chat?.engineKeys).toEqual({
      blue: "gantry/dev/engine-api-key-3",
      green: "gantry/dev/engine-api-key",
    });
  });

  it("refuses a release or a pool that isn't there", () => {
    const { chat } = config.models;
    const gone = { ...chat, blue: { ...chat?.blue, pool: "constructor" } } as ModelSettings;
    expect(() => arrangement(withModels({ chat: gone }))).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allTrafficTo,
  type Colour,
  colours,
  other,
  type Traffic,
  trafficRules,
} from "../../components/serving/traffic.ts";
import { ruleWrites, trafficState } from "./traffic-steps.ts";

const both: readonly Colour[] = colours;
const rules = (traffic: Traffic, slots = both) => trafficRules("chat", "models.internal", slots, traffic);
const writes = (from: Traffic, to: Traffic, slotsFrom = both, slotsTo = both) =>
  ruleWrites(rules(from, slotsFrom), rules(to, slotsTo)).map(({ action, rule }) => `${action} ${rule.name}`);

const warm: Traffic = { live: "blue", canaryPercent: 0 };
const canary: Traffic = { live: "blue", canaryPercent: 25 };
const switched: Traffic = { live: "green", canaryPercent: 0 };
const shadow: Traffic = { live: "blue", canaryPercent: 0, shadowPercent: 5 };

describe("the state of a model's traffic", () => {
  it.each<[string, readonly Colour[], Traffic]>([
    ["single", ["blue"], warm],
    ["warm", both, warm],
    ["warm", both, switched],
    ["shadow", both, shadow],
    ["canary", both, canary],
  ])("is %s", (state, slots, traffic) => {
    expect(trafficState(slots, traffic)).toBe(state);
  });
});

describe("a step from one state to another", () => {
  it.each<[string, Traffic, Traffic, readonly string[]]>([
    ["a switch", warm, switched, ["modify live"]],
    ["a switch back", switched, warm, ["modify live"]],
    ["copies that begin", warm, shadow, []],
    ["copies that become a canary", shadow, canary, ["create canary"]],
    ["a canary that grows", { ...canary, canaryPercent: 5 }, canary, ["modify canary"]],
    ["a canary that is given up", canary, warm, ["delete canary"]],
    ["a canary that ends in a switch", canary, switched, ["modify live", "delete canary"]],
  ])("is these calls: %s", (_, from, to, expected) => {
    expect(writes(from, to)).toEqual(expected);
  });

  it("creates a slot before it gets traffic, and removes it after it gets none", () => {
    expect(writes(warm, warm, ["blue"], both)).toEqual(["create direct-green", "modify live"]);
    expect(writes(switched, switched, both, ["green"])).toEqual(["modify live", "delete direct-blue"]);
  });

  it("of no change make no call", () => {
    expect(writes(canary, canary)).toEqual([]);
  });
});

describe("the way back", () => {
  const traffic = fc.record({
    live: fc.constantFrom(...colours),
    canaryPercent: fc.integer({ min: 0, max: 100 }),
    shadowPercent: fc.constantFrom(0, 5),
  });

  it("is one call at most, from any traffic", () => {
    fc.assert(
      fc.property(traffic, (from) => {
        const away = from.canaryPercent > 0 || from.shadowPercent > 0;
        const back = allTrafficTo(away ? from.live : other(from.live));
        expect(writes(from, back).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

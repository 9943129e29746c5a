import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketPattern,
  type Colour,
  colours,
  directHost,
  lastRulePriority,
  modelsPerLoadBalancer,
  other,
  rulePriority,
  rulesPerModel,
  type TrafficRule,
  trafficRules,
} from "../../../components/serving/traffic.ts";

const buckets = Array.from({ length: 100 }, (_, bucket) => String(bucket).padStart(2, "0"));
const bothSlots: readonly Colour[] = colours;

/** Which rule takes a request: the first whose host and bucket match, as the load balancer tries them. */
function answering(rules: readonly TrafficRule[], host: string, bucket: string): TrafficRule | undefined {
  return rules.find(
    (rule) =>
      rule.host === host && (rule.bucketPattern === undefined || new RegExp(rule.bucketPattern).test(bucket)),
  );
}

describe("the traffic rules of a model", () => {
  it("are a host for each slot, the canary's buckets, and the rest", () => {
    expect(trafficRules("chat", "llm.internal", bothSlots, { live: "blue", canaryPercent: 5 })).toEqual([
      { name: "direct-blue", host: "chat-blue.llm.internal", weights: { blue: 100 } },
      { name: "direct-green", host: "chat-green.llm.internal", weights: { green: 100 } },
      { name: "canary", host: "chat.llm.internal", bucketPattern: "^(0[0-4])$", weights: { green: 100 } },
      { name: "live", host: "chat.llm.internal", weights: { blue: 100, green: 0 } },
    ]);
  });

  it("keep both groups attached while there is no canary", () => {
    expect(trafficRules("chat", "llm.internal", bothSlots, { live: "green", canaryPercent: 0 })).toEqual([
      { name: "direct-blue", host: "chat-blue.llm.internal", weights: { blue: 100 } },
      { name: "direct-green", host: "chat-green.llm.internal", weights: { green: 100 } },
      { name: "live", host: "chat.llm.internal", weights: { green: 100, blue: 0 } },
    ]);
  });

  it("name no group of a slot that isn't there, whatever the canary says", () => {
    expect(trafficRules("chat", "llm.internal", ["blue"], { live: "blue", canaryPercent: 30 })).toEqual([
      { name: "direct-blue", host: "chat-blue.llm.internal", weights: { blue: 100 } },
      { name: "live", host: "chat.llm.internal", weights: { blue: 100 } },
    ]);
  });

  const traffic = fc.record({
    live: fc.constantFrom(...colours),
    canaryPercent: fc.integer({ min: 0, max: 100 }),
  });
  const withSlots = traffic.chain(({ live, canaryPercent }) =>
    fc
      .constantFrom<readonly Colour[]>([live], bothSlots)
      .map((slots) => ({ slots, traffic: { live, canaryPercent } })),
  );

  it("have weights that sum to 100 each, and are no more than a model has places for", () => {
    fc.assert(
      fc.property(withSlots, ({ slots, traffic }) => {
        const rules = trafficRules("chat", "llm.internal", slots, traffic);
        expect(rules.length).toBeLessThanOrEqual(rulesPerModel);
        for (const { weights } of rules) {
          expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBe(100);
        }
      }),
    );
  });

  it("send exactly the canary's percentage of the buckets to the standby, the first ones", () => {
    fc.assert(
      fc.property(traffic, (traffic) => {
        const rules = trafficRules("chat", "llm.internal", bothSlots, traffic);
        const standby = other(traffic.live);
        const canaries = buckets.filter(
          (bucket) => answering(rules, "chat.llm.internal", bucket)?.weights[standby] === 100,
        );
        expect(canaries).toEqual(buckets.slice(0, traffic.canaryPercent));
      }),
    );
  });

  it("keep their places when the live slot changes, so that a switch changes nothing but weights", () => {
    const groups = (live: Colour) =>
      trafficRules("chat", "llm.internal", bothSlots, { live, canaryPercent: 0 }).map((rule) => [
        rule.name,
        Object.keys(rule.weights),
      ]);
    expect(groups("green")).toEqual(groups("blue"));
  });

  it("send a request without a bucket to the live slot", () => {
    const rules = trafficRules("chat", "llm.internal", bothSlots, { live: "blue", canaryPercent: 100 });
    expect(answering(rules, "chat.llm.internal", "")?.name).toBe("live");
  });

  it("reach each slot under its direct host whatever the traffic is", () => {
    fc.assert(
      fc.property(traffic, fc.constantFrom(...colours), fc.constantFrom(...buckets), (traffic, colour, b) => {
        const rules = trafficRules("chat", "llm.internal", bothSlots, traffic);
        expect(answering(rules, directHost("chat", colour, "llm.internal"), b)?.weights).toEqual({
          [colour]: 100,
        });
      }),
    );
  });
});

describe("a bucket pattern", () => {
  it.each(Array.from({ length: 100 }, (_, index) => index + 1))(
    "of %i percent matches exactly as many of the first buckets",
    (percent) => {
      const pattern = new RegExp(bucketPattern(percent));
      expect(buckets.filter((bucket) => pattern.test(bucket))).toEqual(buckets.slice(0, percent));
    },
  );

  it("matches nothing but two digits", () => {
    const pattern = new RegExp(bucketPattern(100));
    for (const text of ["", "0", "000", "100", " 00", "00 ", "0a", "-1"]) expect(text).not.toMatch(pattern);
  });

  it("needs no lookahead or escape, which load balancers don't know", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
        expect(bucketPattern(percent)).toMatch(/^\^\([[\]0-9|-]+\)\$$/);
      }),
    );
  });
});

describe("the priority of a model's first rule", () => {
  it("derives from its name and leaves room for every rule between 1 and 50 000", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,17}$/), (model) => {
        const first = rulePriority(model);
        expect(rulePriority(model)).toBe(first);
        expect(first % rulesPerModel).toBe(1);
        expect(first).toBeGreaterThanOrEqual(1);
        expect(first).toBeLessThanOrEqual(lastRulePriority);
        expect(lastRulePriority + rulesPerModel - 1).toBe(50_000);
      }),
    );
  });

  it("spreads names over the blocks about as evenly as chance", () => {
    const names = Array.from({ length: 12_500 }, (_, index) => `model-${index}`);
    // With as many names as blocks chance fills 1 - 1/e of them.
    const filled = new Set(names.map(rulePriority)).size;
    expect(filled / 12_500).toBeGreaterThan(0.6);
    expect(filled / 12_500).toBeLessThan(0.67);
  });

  it("belongs to no more models than a load balancer has rules for", () => {
    expect(modelsPerLoadBalancer * rulesPerModel).toBeLessThanOrEqual(100);
    expect((modelsPerLoadBalancer + 1) * rulesPerModel).toBeGreaterThan(100);
  });
});

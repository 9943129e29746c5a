import { describe, expect, it } from "vitest";
import { ruleArgs } from "../../../components/serving/listener-rule.ts";
import { type TrafficRule, trafficRules } from "../../../components/serving/traffic.ts";

const groups = { blue: "arn:blue", green: "arn:green" };
const live: TrafficRule = { name: "live", host: "chat.models.internal", weights: { blue: 100, green: 0 } };

describe("a listener rule", () => {
  it("forwards by weight, and names the group without weight, too", () => {
    expect(ruleArgs(live, groups)).toEqual({
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: "arn:blue", weight: 100 },
              { arn: "arn:green", weight: 0 },
            ],
          },
        },
      ],
      conditions: [
        { hostHeader: { values: ["chat.models.internal"] } },
        { pathPattern: { values: ["/v1/*"] } },
      ],
    });
  });

  it("of a canary asks for its buckets, too", () => {
    expect(ruleArgs({ ...live, bucketPattern: "^(0[0-4])$" }, groups).conditions).toEqual([
      { hostHeader: { values: ["chat.models.internal"] } },
      { pathPattern: { values: ["/v1/*"] } },
      { httpHeader: { httpHeaderName: "x-gantry-bucket", regexValues: ["^(0[0-4])$"] } },
    ]);
  });

  it("lets through nothing but the OpenAI-compatible routes, whatever the traffic", () => {
    const rules = trafficRules("chat", "models.internal", ["blue", "green"], {
      live: "green",
      canaryPercent: 30,
    });
    expect(rules).toHaveLength(4);
    for (const rule of rules) {
      expect(ruleArgs(rule, groups).conditions).toContainEqual({ pathPattern: { values: ["/v1/*"] } });
    }
  });

  it("can't name a group that isn't there", () => {
    expect(() => ruleArgs(live, { blue: "arn:blue" })).toThrow(
      new Error("rule live of chat.models.internal names green, which has no target group"),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  groupArns,
  type Head,
  type ListenerRule,
  matching,
  plannedListenerRules,
  weighted,
} from "../../../scripts/local/listener-rules.ts";
import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import { unknown } from "../../../scripts/plan/wire.ts";
import { fixturePlan } from "../../support/plan.ts";

function planned(type: string, name: string, inputs: object): PlannedResource {
  const [first] = fixturePlan("dev").resources;
  if (first === undefined) throw new Error("the plan is empty");
  return { ...first, type, name, inputs: inputs as PlannedResource["inputs"] };
}

const listenerRule = (name: string, priority: number, more: object = {}) =>
  planned("aws:lb/listenerRule:ListenerRule", name, {
    listenerArn: unknown,
    priority,
    conditions: [{ hostHeader: { values: [`${name}.models.internal`] } }],
    actions: [{ type: "forward", forward: { targetGroups: [{ arn: name, weight: 100 }] } }],
    ...more,
  });
const fixedResponse = { statusCode: "404", contentType: "application/json", messageBody: "{}" };
const listener = planned("aws:lb/listener:Listener", "serving-1", {
  port: 80,
  defaultActions: [{ type: "fixed-response", fixedResponse }],
});

describe("the rules of a plan", () => {
  it("are tried by their priority, and the listener's own answer last", () => {
    const rules = plannedListenerRules([listener, listenerRule("second", 20), listenerRule("first", 3)]);
    expect(rules.map(({ name }) => name)).toEqual(["first", "second", "serving-1"]);
    expect(rules[2]?.action).toEqual({ type: "fixed-response", fixedResponse });
  });

  it.each<[string, object]>([
    ["conditions", { conditions: [{ sourceIp: { values: ["10.0.0.0/8"] } }] }],
    ["actions", { actions: [{ type: "redirect", redirect: { statusCode: "HTTP_301" } }] }],
    [
      "a second action",
      {
        actions: [
          { type: "fixed-response", fixedResponse },
          { type: "fixed-response", fixedResponse },
        ],
      },
    ],
    [
      "stickiness",
      {
        actions: [{ type: "forward", forward: { targetGroups: [{ arn: "a", weight: 1 }], stickiness: {} } }],
      },
    ],
  ])("are refused when they have %s that only AWS knows", (_, more) => {
    expect(() => plannedListenerRules([listenerRule("chat", 1, more)])).toThrow();
  });

  it("of the shipped environments can all be read", () => {
    for (const environment of ["dev", "staging", "prod"])
      expect(plannedListenerRules(fixturePlan(environment).resources).length).toBeGreaterThan(1);
  });

  it("tell target groups apart by their names", () => {
    expect(groupArns(planned("aws:lb/targetGroup:TargetGroup", "chat-blue", {}))).toEqual({
      arn: "chat-blue",
    });
    expect(groupArns(listener)).toEqual({});
  });
});

describe("a request", () => {
  const action = { type: "fixed-response", fixedResponse } as const;
  const rule = (name: string, ...conditions: ListenerRule["conditions"]): ListenerRule => ({
    name,
    priority: 1,
    conditions,
    action,
  });
  const head = (more: Partial<Head> = {}): Head => ({
    host: "chat.models.internal",
    url: "/v1/completions",
    headers: {},
    ...more,
  });
  const takes = (conditions: ListenerRule["conditions"], more: Partial<Head> = {}) =>
    matching([rule("one", ...conditions)], head(more)) !== undefined;

  it("goes to the first rule of which all conditions hold", () => {
    const rules = [
      rule("other", { hostHeader: { values: ["code.models.internal"] } }),
      rule(
        "canary",
        { hostHeader: { values: ["chat.models.internal"] } },
        { httpHeader: { httpHeaderName: "x-gantry-bucket", regexValues: ["^(0[0-4])$"] } },
      ),
      rule("live", { hostHeader: { values: ["chat.models.internal"] } }),
      rule("default"),
    ];
    const name = (more: Partial<Head>) => matching(rules, head(more))?.name;
    expect(name({ headers: { "x-gantry-bucket": "04" } })).toBe("canary");
    expect(name({ headers: { "x-gantry-bucket": "05" } })).toBe("live");
    expect(name({})).toBe("live");
    expect(name({ host: "nowhere" })).toBe("default");
    expect(matching(rules.slice(0, 1), head())).toBeUndefined();
  });

  it("is compared by host without case and port, with wildcards and with dots that are dots", () => {
    const host = (pattern: string, name: string) =>
      takes([{ hostHeader: { values: [pattern] } }], { host: name });
    expect(host("chat.models.internal", "CHAT.models.internal:8080")).toBe(true);
    expect(host("*.models.internal", "a.b.models.internal")).toBe(true);
    expect(host("chat-?.models.internal", "chat-1.models.internal")).toBe(true);
    expect(host("chat.models.internal", "chatxmodels.internal")).toBe(false);
    expect(host("chat.models.internal", "chat.models.internal.evil")).toBe(false);
    expect(takes([{ hostHeader: { regexValues: ["^chat-(blue|green)\\."] } }], { host: "chat-blue.x" })).toBe(
      true,
    );
  });

  it("is compared by path with case and without its query", () => {
    const path = (url: string) => takes([{ pathPattern: { values: ["/v1/*"] } }], { url });
    expect(path("/v1/models?limit=1")).toBe(true);
    expect(path("/V1/models")).toBe(false);
    expect(path("/metrics?/v1/x")).toBe(false);
    expect(path("/v1")).toBe(false);
  });

  it("is compared by a header whichever way its name is written, and has it at all", () => {
    const conditions = [{ httpHeader: { httpHeaderName: "X-Team", values: ["red*", "blue"] } }];
    expect(takes(conditions, { headers: { "x-team": "Blue" } })).toBe(true);
    expect(takes(conditions, { headers: { "x-team": ["green", "redder"] } })).toBe(true);
    expect(takes(conditions, { headers: { "x-team": "bluer" } })).toBe(false);
    expect(takes(conditions)).toBe(false);
  });
});

describe("a group by weight", () => {
  it("is each as often as its weight says, and never one without weight", () => {
    const groups = fc
      .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 })
      .map((weights) => weights.map((weight, index) => ({ arn: `${index}`, weight })));
    fc.assert(
      fc.property(groups, (groups) => {
        const total = groups.reduce((sum, { weight }) => sum + weight, 0);
        const picked = Array.from({ length: total }, (_, draw) => weighted(groups, (draw + 0.5) / total));
        for (const { arn, weight } of groups) {
          expect(picked.filter((one) => one === arn)).toHaveLength(weight);
        }
      }),
    );
  });

  it("is the first with weight for the least chance and the last for the greatest", () => {
    const groups = [
      { arn: "blue", weight: 0 },
      { arn: "green", weight: 100 },
      { arn: "grey", weight: 0 },
    ];
    expect(weighted(groups, 0)).toBe("green");
    expect(weighted(groups, 1 - Number.EPSILON)).toBe("green");
  });

  it("is none when none has weight", () => {
    expect(weighted([{ arn: "blue", weight: 0 }], 0)).toBeUndefined();
  });
});

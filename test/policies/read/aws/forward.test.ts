import { describe, expect, it } from "vitest";
import type { StackResource } from "../../../../policies/framework/rule.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { forwards, loadBalancersBefore, routes } from "../../../../policies/read/aws/forward.ts";
import { stackResource } from "../../stack.ts";

const group = (name: string, arn: Value = unknown) =>
  stackResource("aws:lb/targetGroup:TargetGroup", { arn }, {}, name);
const loadBalancer = stackResource("aws:lb/loadBalancer:LoadBalancer", {});
const listener = stackResource("aws:lb/listener:Listener", {}, { loadBalancerArn: [loadBalancer] });
const host = (...values: readonly Value[]): Value => [
  { pathPattern: { values: ["/v1/*"] } },
  { hostHeader: { values } },
];
const rule = (
  actions: Value,
  groups: readonly StackResource[],
  conditions: Value = host("chat.models.internal"),
  behind: readonly StackResource[] = [listener],
) =>
  stackResource(
    "aws:lb/listenerRule:ListenerRule",
    { actions, conditions },
    { actions: groups, listenerArn: behind },
  );
const to = (...targetGroups: readonly Value[]): Value => [{ type: "forward", forward: { targetGroups } }];
const weight = (weight: Value, arn: Value = unknown): Value => ({ arn, weight });

const [blue, green] = [group("blue"), group("green")];
const [knownBlue, knownGreen] = [group("blue", "arn:blue"), group("green", "arn:green")];

/** Names of the groups that a rule may send requests to. */
function receiving(actions: Value, groups: readonly StackResource[]) {
  const [found] = forwards([rule(actions, groups)]);
  return groups.filter((one) => found?.receives(one)).map(({ name }) => name);
}

describe("a forward", () => {
  it("is what a rule or a listener sends to target groups", () => {
    const sends = rule(to(weight(100), weight(0)), [blue, green]);
    const byDefault = stackResource(
      "aws:lb/listener:Listener",
      { defaultActions: [{ type: "forward", targetGroupArn: unknown }] },
      { defaultActions: [blue, loadBalancer] },
    );
    const refuses = rule([{ type: "fixed-response" }], []);
    expect(forwards([sends, byDefault, refuses, blue])).toMatchObject([
      { resource: sends, property: "actions", groups: [blue, green], complete: true },
      { resource: byDefault, property: "defaultActions", groups: [blue], complete: true },
    ]);
  });

  it.each<[string, Value, readonly StackResource[], boolean]>([
    ["its groups are all there", to(weight(100)), [blue], true],
    [
      "their ARNs are known",
      to(weight(100, "arn:blue"), weight(0, "arn:green")),
      [knownBlue, knownGreen],
      true,
    ],
    ["a new one stands beside a known one", to(weight(100, "arn:blue"), weight(0)), [knownBlue, green], true],
    [
      "the provider wrote a single group both ways",
      [{ type: "forward", targetGroupArn: unknown, forward: { targetGroups: [weight(100)] } }],
      [blue],
      true,
    ],
    ["a group is outside the stack", to(weight(100), weight(0)), [blue], false],
    ["its only group is outside the stack", to(weight(100)), [], false],
    ["an ARN is another's", to(weight(100, "arn:other")), [knownBlue], false],
    ["it can't be read, but hangs on groups", unknown, [blue], true],
    ["it can't be read, and hangs on none", unknown, [], false],
    ["an action can't be read", [unknown], [blue], true],
    ["its groups can't be read", [{ type: "forward", forward: { targetGroups: unknown } }], [blue], true],
    ["it names nothing", [{ type: "forward" }], [], false],
  ])("is complete or not: %s", (_, actions, groups, complete) => {
    expect(forwards([rule(actions, groups)]).map((one) => one.complete)).toEqual([complete]);
  });

  it.each<[string, Value, readonly StackResource[], readonly string[]]>([
    ["all, before ARNs are known", to(weight(100), weight(0)), [blue, green], ["blue", "green"]],
    [
      "those with a weight",
      to(weight(100, "arn:blue"), weight(0, "arn:green")),
      [knownBlue, knownGreen],
      ["blue"],
    ],
    ["not a new one without weight", to(weight(100, "arn:blue"), weight(0)), [knownBlue, green], ["blue"]],
    ["a new one with a weight", to(weight(99, "arn:blue"), weight(1)), [knownBlue, green], ["blue", "green"]],
    [
      "one whose weight is unset",
      to({ arn: "arn:blue" }, weight(100, "arn:green")),
      [knownBlue, knownGreen],
      ["blue", "green"],
    ],
    [
      "one whose weight is unknown",
      to(weight(unknown, "arn:blue"), weight(0, "arn:green")),
      [knownBlue, knownGreen],
      ["blue"],
    ],
    ["the only one", [{ type: "forward", targetGroupArn: "arn:blue" }], [knownBlue], ["blue"]],
    ["all of what can't be read", unknown, [knownBlue, green], ["blue", "green"]],
    ["none where nothing has a weight", to(weight(0), weight(0)), [blue, green], []],
  ])("sends to %s", (_, actions, groups, expected) => {
    expect(receiving(actions, groups)).toEqual(expected);
  });
});

describe("routes", () => {
  const live = rule(to(weight(100), weight(0)), [blue, green]);
  const direct = rule(to(weight(100)), [green], host("chat-green.models.internal"));
  const found = (...resources: readonly StackResource[]) =>
    routes(forwards(resources)).map(({ groups }) => groups.map(({ name }) => name));

  it("hold what requests for one host may reach", () => {
    expect(found(live, direct)).toEqual([["blue", "green"], ["green"]]);
  });

  it("join rules for one host, however it is written", () => {
    const single = rule(to(weight(100)), [blue]);
    const canary = rule(to(weight(100)), [green], host("other", "Chat.Models.Internal"));
    expect(found(single, canary)).toEqual([["blue", "green"], ["green"]]);
  });

  it.each<[string, Value]>([
    ["asks for no host", [{ httpHeader: { httpHeaderName: "x", values: ["1"] } }]],
    ["asks for nothing", undefined],
    ["asks for a pattern", [{ hostHeader: { regexValues: [".*"] } }]],
    ["asks for an unknown host", host(unknown)],
    ["can't be read", unknown],
  ])("hold a rule of any host that %s", (_, conditions) => {
    const single = rule(to(weight(100)), [blue]);
    expect(found(single, rule(to(weight(100)), [green], conditions))).toEqual([["blue", "green"]]);
    expect(found(rule(to(weight(100)), [green], conditions))).toEqual([["green"]]);
  });

  it("keep listeners apart", () => {
    const elsewhere = stackResource("aws:lb/listener:Listener", {}, {}, "other");
    const same = rule(to(weight(100)), [green], host("chat.models.internal"), [elsewhere]);
    const outside = rule(to(weight(100)), [green], host("chat.models.internal"), []);
    expect(found(live, same, outside)).toEqual([["blue", "green"], ["green"], ["green"]]);
  });

  it("are none where nothing forwards", () => {
    expect(found(listener, loadBalancer)).toEqual([]);
  });
});

describe("the load balancers before a forward", () => {
  const inFront = (resource: StackResource) => forwards([resource]).flatMap(loadBalancersBefore);
  it("are its listener's", () => {
    expect(inFront(rule(to(weight(100)), [blue]))).toEqual([loadBalancer]);
    const props: Value = { defaultActions: to(weight(100)) };
    const behind = { defaultActions: [blue], loadBalancerArn: [loadBalancer] };
    expect(inFront(stackResource("aws:lb/listener:Listener", props, behind))).toEqual([loadBalancer]);
  });

  it("are none outside the stack", () => {
    expect(inFront(rule(to(weight(100)), [blue], undefined, []))).toEqual([]);
  });
});

import { forwardWeightsValid as rule } from "../../../../policies/rules/traffic/forward-weights-valid.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";

const rules = (actions: Wire): Given => ({
  type: "aws:lb/listenerRule:ListenerRule",
  name: "chat-live",
  props: { listenerArn: unknown, actions },
});
const weighted = (weights: readonly Wire[], more: Properties = {}): Wire => ({
  type: "forward",
  forward: { targetGroups: weights.map((weight) => ({ arn: unknown, weight })), ...more },
});
const forward = (...weights: readonly Wire[]) => rules([weighted(weights)]);
const listener = (defaultActions: Wire, type = "aws:lb/listener:Listener"): Given => ({
  type,
  name: "https",
  props: { defaultActions },
});
const sticky = (stickiness: Wire) => rules([weighted([100, 0], { stickiness })]);
const at = (path: string) => [`chat-live#actions.${path}`];
const groups = at("0.forward.targetGroups");
const arns = (...named: readonly Wire[]) =>
  rules([{ type: "forward", forward: { targetGroups: named.map((arn) => ({ arn, weight: 50 })) } }]);

cases(rule, {
  passes: [
    ["all to the first", forward(100, 0)],
    ["all to the second", forward(0, 100)],
    ["one group", forward(100)],
    ["five groups", forward(20, 20, 20, 20, 20)],
    ["a weight that is secret", forward(secret(90), 10)],
    ["a single group without weight", rules([{ type: "forward", targetGroupArn: unknown }])],
    [
      "a single group beside an empty text",
      rules([{ type: "forward", targetGroupArn: "", ...(weighted([100]) as object) }]),
    ],
    ["a listener's default", listener([weighted([90, 10])])],
    ["no forward", listener([{ type: "fixed-response", fixedResponse: { statusCode: "404" } }])],
    ["a login before the forward", listener([{ type: "authenticate-oidc" }, weighted([100])])],
    ["no actions", rules([])],
    ["stickiness that is off", sticky({ enabled: false, duration: 86_400 })],
    ["stickiness that is off by default", sticky({ duration: 86_400 })],
    ["brief stickiness", sticky({ enabled: true, duration: 300 })],
    ["brief stickiness that may be on", sticky({ enabled: unknown, duration: 60 })],
    ["two different ARNs", arns("arn:a", "arn:b")],
  ],
  reports: [
    ["an even split by mistake", forward(100, 100), groups],
    ["less than all", forward(50, 49), groups],
    ["nothing for anybody", forward(0, 0), groups],
    ["six groups", forward(50, 10, 10, 10, 10, 10), groups],
    ["no groups", forward(), groups],
    ["a weight that is left out", forward(100, 0, null), at("0.forward.targetGroups.2.weight")],
    [
      "a weight with a fraction",
      forward(33.3, 66.7),
      [...at("0.forward.targetGroups.0.weight"), ...at("0.forward.targetGroups.1.weight")],
    ],
    ["a weight as text", forward("50", 50), at("0.forward.targetGroups.0.weight")],
    [
      "weights beyond the range",
      forward(-1, 101),
      [...at("0.forward.targetGroups.0.weight"), ...at("0.forward.targetGroups.1.weight")],
    ],
    ["an unknown weight", forward(unknown, 0), at("0.forward.targetGroups.0.weight")],
    [
      "an unknown group beside a wrong weight",
      rules([{ type: "forward", forward: { targetGroups: [unknown, { arn: unknown, weight: 200 }] } }]),
      [...at("0.forward.targetGroups.0.weight"), ...at("0.forward.targetGroups.1.weight")],
    ],
    ["groups that are unknown", rules([{ type: "forward", forward: { targetGroups: unknown } }]), groups],
    ["groups that are an object", rules([{ type: "forward", forward: { targetGroups: {} } }]), groups],
    ["the same group twice", arns("arn:a", "arn:a"), at("0.forward.targetGroups.1.arn")],
    ["a group without ARN", arns(unknown, null), at("0.forward.targetGroups.1.arn")],
    [
      "both ways to name a group",
      rules([{ ...(weighted([100]) as object), targetGroupArn: unknown }]),
      at("0.forward"),
    ],
    ["no way to name a group", rules([{ type: "forward" }]), at("0.forward")],
    ["a number as the group", rules([{ type: "forward", targetGroupArn: 5 }]), at("0.targetGroupArn")],
    [
      "a forward that is unknown",
      rules([{ type: "forward", forward: unknown }]),
      [...groups, ...at("0.forward.stickiness")],
    ],
    [
      "an action that is unknown",
      rules([unknown]),
      [...at("0.forward"), ...groups, ...at("0.forward.stickiness"), ...at("0.type")],
    ],
    [
      "actions that are unknown",
      listener(unknown),
      [
        "defaultActions.0.forward",
        "defaultActions.0.forward.targetGroups",
        "defaultActions.0.forward.stickiness",
        "defaultActions.0.type",
      ].map((path) => `https#${path}`),
    ],
    ["a type that is unknown", rules([{ ...(weighted([100]) as object), type: unknown }]), at("0.type")],
    [
      "a forward in another type's clothes",
      rules([{ ...(weighted([90]) as object), type: "fixed-response" }]),
      groups,
    ],
    ["two forwards", rules([weighted([100]), weighted([100])]), at("1")],
    [
      "a wrong forward beside a good one",
      rules([weighted([100]), weighted([90])]),
      [...at("1"), ...at("1.forward.targetGroups")],
    ],
    ["long stickiness", sticky({ enabled: true, duration: 301 }), at("0.forward.stickiness")],
    ["stickiness without end", sticky({ enabled: true }), at("0.forward.stickiness")],
    ["stickiness for a text", sticky({ enabled: true, duration: "60" }), at("0.forward.stickiness")],
    ["stickiness as text", sticky({ enabled: "true", duration: 60 }), at("0.forward.stickiness")],
    ["stickiness that is unknown", sticky(unknown), at("0.forward.stickiness")],
    ["stickiness that may be on", sticky({ enabled: unknown, duration: 600 }), at("0.forward.stickiness")],
    [
      "a listener under its other name",
      listener([weighted([100, 100])], "aws:alb/listener:Listener"),
      ["https#defaultActions.0.forward.targetGroups"],
    ],
    ["a rule under its other name", { ...forward(90), type: "aws:alb/listenerRule:ListenerRule" }, groups],
    [
      "what a tighter configuration refuses",
      sticky({ enabled: true, duration: 300 }),
      at("0.forward.stickiness"),
      { config: { maxStickySeconds: 60 } },
    ],
    [
      "an illegal configuration",
      forward(100),
      ["chat-live#configuration.maxStickySeconds"],
      { config: { maxStickySeconds: "300" } },
    ],
  ],
});

import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { isForward, isSet } from "../../read/aws/forward.ts";
import { isOf, listenerRules, listeners } from "../../read/aws/load-balancer.ts";
import { isApplication } from "../../read/aws/purpose.ts";

/** The maximum number of target groups in one forward action. [elbv2 API, ForwardActionConfig] */
const mostGroups = 5;

const settings = {
  maxStickySeconds: integer("Maximum stickiness of a client to one target group in seconds.", {
    minimum: 1,
    maximum: 3600,
    default: 300,
  }),
} as const satisfies RuleSettings;

export const forwardWeightsValid: ResourceRule<typeof settings> = {
  name: "forward-weights-valid",
  title: "Weights of a forward action are whole percentages that add up to 100.",
  why: "AWS accepts any numbers: 100 and 100 is an even split, an unset weight is 1, and long stickiness keeps clients on a slot after a switch.",
  fix: "Give each of one to five target groups a weight from 0 to 100 that add up to 100, and leave stickiness unset.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't look at weights" },
  resourceTypes: [...listeners, ...listenerRules],
  example: {
    good: "forward: { targetGroups: [{ arn: blue.arn, weight: 100 }, { arn: green.arn, weight: 0 }] }",
    bad: "forward: { targetGroups: [{ arn: blue.arn, weight: 100 }, { arn: green.arn, weight: 100 }] }",
  },
  config: settings,

  *check(resource, config) {
    if (isApplication(resource)) return;
    const { type, props } = resource;
    const path = isOf(listeners)({ type }) ? "defaultActions" : "actions";
    const actions = [...orUnknown(elements(at(props, path))).entries()].filter(([, one]) => isForward(one));
    for (const [index, action] of actions) yield* actionProblems(`${path}.${index}`, action, config);
    for (const [index] of actions.slice(1))
      yield {
        path: `${path}.${index}`,
        problem: "a second action forwards",
        allowed: "one forward in a list of actions",
      };
  },
};

function* actionProblems(path: string, action: Value, config: ConfigOf<typeof settings>): Iterable<Finding> {
  const single = at(action, "targetGroupArn");
  const block = at(action, "forward");
  if (typeof at(action, "type") !== "string")
    yield {
      path: `${path}.type`,
      problem: "has no type known at preview",
      allowed: "a string such as forward",
    };
  if (isSet(single) === isSet(block))
    yield {
      path: `${path}.forward`,
      problem: isSet(block)
        ? "may name a target group in addition to those with weights"
        : "forwards to nothing",
      allowed: "either targetGroupArn or forward",
    };
  if (isSet(single) && !isArn(single))
    yield {
      path: `${path}.targetGroupArn`,
      problem: "names no target group",
      allowed: "a target group's ARN",
    };
  if (!isSet(block)) return;
  yield* groupProblems(`${path}.forward.targetGroups`, at(block, "targetGroups"));
  if (!isBrief(at(block, "stickiness"), config.maxStickySeconds))
    yield {
      path: `${path}.forward.stickiness`,
      problem: "clients may stay on the previous slot after a switch",
      allowed: `no stickiness, or at most ${config.maxStickySeconds} seconds`,
    };
}

function* groupProblems(path: string, value: Value): Iterable<Finding> {
  const allowed = `one to ${mostGroups} different target groups with whole weights from 0 to 100 that add up to 100`;
  if (!isList(value) || value.length === 0 || value.length > mostGroups) {
    const problem = isList(value)
      ? `names ${value.length} target groups`
      : "its target groups aren't known at preview";
    yield { path, problem, allowed };
    return;
  }
  const arns = value.map((group) => at(group, "arn"));
  for (const [index, arn] of arns.entries())
    if (!isArn(arn) || (arn !== unknown && arns.indexOf(arn) < index))
      yield { path: `${path}.${index}.arn`, problem: "names no target group, or one twice", allowed };
  const weights = value.map((group) => at(group, "weight"));
  for (const [index, weight] of weights.entries())
    if (!isPercentage(weight))
      yield {
        path: `${path}.${index}.weight`,
        problem:
          typeof weight === "number" ? `weight is ${weight}` : "the weight is not a number known at preview",
        allowed,
      };
  if (!weights.every(isPercentage)) return;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum !== 100) yield { path, problem: `the weights add up to ${sum}`, allowed };
}

/** AWS assigns ARNs, so they are unknown before the first deployment. */
function isArn(value: Value): boolean {
  return typeof value === "string" || value === unknown;
}

function isPercentage(value: Value): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100;
}

/** Off is the default. */
function isBrief(stickiness: Value, most: number): boolean {
  const enabled = at(stickiness, "enabled");
  if (enabled === undefined || enabled === false) return true;
  const duration = at(stickiness, "duration");
  return (enabled === true || enabled === unknown) && typeof duration === "number" && duration <= most;
}

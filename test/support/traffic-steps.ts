import { isDeepStrictEqual } from "node:util";
import { type Colour, other, type Traffic, type TrafficRule } from "../../components/serving/traffic.ts";

/** The stage of a model between a single slot and a finished switch. */
export type TrafficState = "single" | "warm" | "shadow" | "canary";

/** `single` has one slot; of two, the standby is `warm` only, sees copies (`shadow`) or answers callers (`canary`). */
export function trafficState(slots: readonly Colour[], traffic: Traffic): TrafficState {
  if (!slots.includes(other(traffic.live))) return "single";
  if (traffic.canaryPercent > 0) return "canary";
  return (traffic.shadowPercent ?? 0) > 0 ? "shadow" : "warm";
}

/** One call that changes a listener rule. */
export interface RuleWrite {
  readonly action: "create" | "modify" | "delete";
  readonly rule: TrafficRule;
}

/**
 * The calls that lead from one set of a model's rules to another, in the order in which Pulumi makes them: what
 * comes or changes first, what goes last. So the buckets of a canary that ends in a switch stay where they are:
 * the live rule sends all requests there before the canary's own rule is removed.
 */
export function ruleWrites(before: readonly TrafficRule[], after: readonly TrafficRule[]): RuleWrite[] {
  const named = (rules: readonly TrafficRule[], name: TrafficRule["name"]) =>
    rules.find((rule) => rule.name === name);
  const set = after.flatMap((rule): RuleWrite[] => {
    const old = named(before, rule.name);
    if (old === undefined) return [{ action: "create", rule }];
    return isDeepStrictEqual(old, rule) ? [] : [{ action: "modify", rule }];
  });
  const gone = before.filter(({ name }) => named(after, name) === undefined);
  return [...set, ...gone.map((rule): RuleWrite => ({ action: "delete", rule }))];
}

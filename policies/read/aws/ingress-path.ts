import type { StackResource } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import {
  isOf,
  listenerRules,
  listeners,
  loadBalancers,
  loadBalancersOf,
  targetGroups,
} from "./load-balancer.ts";
import { subnets } from "./vpc.ts";

/** Resource types that a rule needs to find the load balancers of a target group. */
export const ingressPathTypes: readonly string[] = [
  ...targetGroups,
  ...listenerRules,
  ...listeners,
  ...loadBalancers,
  ...subnets,
];

/** A load balancer that sends to a target group. */
export interface IngressPath {
  /** On which it listens. */
  readonly port: Value;
  /** Of its subnets, as far as they are resources of the stack. */
  readonly ranges: readonly Value[];
}

/** The ingressPaths of each target group that is forwarded to. */
export function ingressPaths(
  resources: readonly StackResource[],
): ReadonlyMap<StackResource, readonly IngressPath[]> {
  const found = new Map<StackResource, IngressPath[]>();
  const add = (listener: StackResource, groups: readonly StackResource[]) => {
    const ways = loadBalancersOf(listener).map((owner) => ingressPath(listener, owner));
    for (const group of groups.filter(isOf(targetGroups)))
      found.set(group, [...(found.get(group) ?? []), ...ways]);
  };
  for (const listener of resources.filter(isOf(listeners))) add(listener, listener.behind("defaultActions"));
  for (const rule of resources.filter(isOf(listenerRules)))
    for (const listener of rule.behind("listenerArn").filter(isOf(listeners)))
      add(listener, rule.behind("actions"));
  return found;
}

function ingressPath(listener: StackResource, loadBalancer: StackResource): IngressPath {
  const standing = [...loadBalancer.behind("subnets"), ...loadBalancer.behind("subnetMappings")];
  return {
    port: at(listener.props, "port"),
    ranges: standing.filter(isOf(subnets)).map(({ props }) => at(props, "cidrBlock")),
  };
}

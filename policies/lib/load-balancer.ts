import type { StackResource } from "./rule.ts";
import { at } from "./value.ts";

// The provider offers each under two names.
export const loadBalancers = [
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:alb/loadBalancer:LoadBalancer",
] as const;
export const listeners = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"] as const;
export const listenerRules = [
  "aws:lb/listenerRule:ListenerRule",
  "aws:alb/listenerRule:ListenerRule",
] as const;
export const targetGroups = ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"] as const;

export function isOf(types: readonly string[]) {
  return ({ type }: { readonly type: string }) => types.includes(type);
}

/** AWS's default is to face the internet, so what isn't literally internal does. */
export function isPublic(loadBalancer: StackResource): boolean {
  return at(loadBalancer.props, "internal") !== true;
}

/** The load balancers that a listener may belong to; none when it is outside the stack. */
export function loadBalancersOf(listener: StackResource): readonly StackResource[] {
  return listener.behind("loadBalancerArn").filter(isOf(loadBalancers));
}

import type { StackResource } from "../../framework/rule.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";

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

/** A predicate for resources of these types. */
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

/** Annotations that request an internal load balancer. [AWS Load Balancer Controller, annotations] */
const internalMarks: Readonly<Record<string, string>> = {
  "alb.ingress.kubernetes.io/scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
};

/** Whether annotations of a Service or an Ingress request an internal load balancer, and no other. */
export function asksForInternal(annotations: Value): boolean {
  const marks = Object.entries(internalMarks).filter(([name]) => at(annotations, name) !== undefined);
  return marks.length > 0 && marks.every(([name, value]) => at(annotations, name) === value);
}

/** Whether AWS's controller makes an internal load balancer for an Ingress; others don't read the annotation. */
export function isInternalIngress({ type, props }: StackResource): boolean {
  return (
    type === "kubernetes:networking.k8s.io/v1:Ingress" &&
    at(props, "spec", "ingressClassName") === "alb" &&
    asksForInternal(at(props, "metadata", "annotations"))
  );
}

/** Whether a listener may be reachable from outside: one of an internal load balancer of the stack is not. */
export function isPublicListener(listener: StackResource): boolean {
  const owners = loadBalancersOf(listener);
  return owners.length === 0 || owners.some(isPublic);
}

/** Whether a rule may belong to a listener that is reachable from outside. */
export function isPublicRule(rule: StackResource): boolean {
  const heard = rule.behind("listenerArn").filter(isOf(listeners));
  return heard.length === 0 || heard.some(isPublicListener);
}

/** Whether a listener's default actions are one permanent redirect to HTTPS. */
export function redirectsToHttps(defaultActions: Value): boolean {
  const actions = elements(defaultActions);
  if (actions === unknown || actions.length !== 1) return false;
  const [action] = actions;
  return (
    at(action, "type") === "redirect" &&
    // Unset keeps the request's protocol. [elbv2 API, RedirectActionConfig]
    at(action, "redirect", "protocol") === "HTTPS" &&
    at(action, "redirect", "statusCode") === "HTTP_301" &&
    // To another host it would take clients, and their keys, elsewhere.
    [undefined, "#{host}"].some((host) => at(action, "redirect", "host") === host)
  );
}

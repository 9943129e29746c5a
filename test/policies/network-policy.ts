import { type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";
import { engine, everyWorkload } from "./workload.ts";

export const engineLabels = { "gantry.dev/model": "chat", "gantry.dev/colour": "blue" };

/** A Deployment of one engine, in the engines' namespace. */
export function enginePods(
  more: { readonly labels?: Wire; readonly namespace?: Wire; readonly containers?: Wire } = {},
  name = "chat-blue",
): Given {
  const { labels = engineLabels, namespace = "models", containers = [engine] } = more;
  return {
    type: "kubernetes:apps/v1:Deployment",
    name,
    props: {
      metadata: { name, namespace },
      spec: { template: { metadata: { labels }, spec: { containers } } },
    },
  };
}

/** One workload of every kind, each of one engine. */
export function everyEngine(): readonly Given[] {
  return everyWorkload({ containers: [engine] }).map((one, index) => ({ ...one, name: `engine-${index}` }));
}

export function policy(spec: Wire, name = "engines", namespace: Wire = "models"): Given {
  return {
    type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    name,
    props: { metadata: { name, namespace }, spec },
  };
}

export const denyAll = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "deny-all");
export const engineSelector = { matchExpressions: [{ key: "gantry.dev/model", operator: "Exists" }] };
export const prometheus: Wire = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
};
export const enginePort: Wire = { protocol: "TCP", port: 8000 };

export function block(cidr: Wire, more: Properties = {}): Wire {
  return { ipBlock: { cidr, ...more } };
}

/** What engines hear, in a policy of theirs. */
export function hears(...ingress: readonly Wire[]): Given {
  return policy({ podSelector: engineSelector, policyTypes: ["Ingress", "Egress"], ingress });
}

/** What engines say, in a policy of theirs. */
export function says(...egress: readonly Wire[]): Given {
  return policy({ podSelector: engineSelector, policyTypes: ["Ingress", "Egress"], egress });
}

/** An internal load balancer that sends to the engines, with what that takes. */
const subnet: Given = {
  type: "aws:ec2/subnet:Subnet",
  name: "a",
  props: { cidrBlock: "10.40.0.0/18" },
};
export const targetGroup: Given = {
  type: "aws:lb/targetGroup:TargetGroup",
  name: "chat-blue",
  props: { port: 8000 },
};
export const inside: Given = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: "serving",
  props: { internal: true, subnets: [unknown] },
  behind: { subnets: [subnet] },
};
const listener: Given = {
  type: "aws:lb/listener:Listener",
  name: "serving",
  props: { loadBalancerArn: unknown, port: 80 },
  behind: { loadBalancerArn: [inside] },
};
const listenerRule: Given = {
  type: "aws:lb/listenerRule:ListenerRule",
  name: "chat-live",
  props: { listenerArn: unknown, actions: [{ type: "forward", targetGroupArn: unknown }] },
  behind: { listenerArn: [listener], actions: [targetGroup] },
};
export const entrance: readonly Given[] = [subnet, targetGroup, inside, listener, listenerRule];

/** The Service of an engine, and its binding to the target group. */
export const service: Given = {
  type: "kubernetes:core/v1:Service",
  name: "chat-blue",
  props: {
    metadata: { name: "chat-blue", namespace: "models" },
    spec: { selector: engineLabels, ports: [{ name: "http", port: 8000, targetPort: 8000 }] },
  },
};
export const binding: readonly Given[] = [
  service,
  {
    type: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
    name: "chat-blue",
    props: {
      metadata: { name: "chat-blue", namespace: "models" },
      spec: { serviceRef: { name: "chat-blue", port: "http" }, targetGroupARN: unknown, targetType: "ip" },
    },
    behind: { spec: [targetGroup] },
  },
];

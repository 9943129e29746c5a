import type { Properties, Wire } from "../../scripts/plan/wire.ts";
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

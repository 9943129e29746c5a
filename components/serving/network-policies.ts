import type { networking } from "@pulumi/kubernetes/types/input.js";
import { collectorEgress, type Tracing } from "../monitoring/tracing.ts";
import { enginePort } from "./engine.ts";

type Policy = networking.v1.NetworkPolicySpec;

/** Every pod is closed both ways until a policy of its own opens it. */
export const denyAll: Policy = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** The link-local address at which the Pod Identity agent hands out credentials. [EKS user guide, pod identities] */
export const identityAgent = { ipBlock: { cidr: "169.254.170.23/32" } };
const dnsServers = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

export interface EngineTrafficArgs {
  /** Ranges of the internal load balancers' subnets. */
  readonly loadBalancerCidrs: readonly string[];
  readonly monitoringNamespace: string;
  /** S3 in this region, from AWS's managed prefix list. */
  readonly storageCidrs: readonly string[];
  /** Where spans go. @default nowhere */
  readonly tracing: Tracing | undefined;
}

/** Network policies of an engine's pod: requests and scrapes in; DNS, weights, credentials and spans out. */
export function enginePolicy({
  loadBalancerCidrs,
  monitoringNamespace,
  storageCidrs,
  tracing,
}: EngineTrafficArgs): Policy {
  const enginePorts = [{ protocol: "TCP", port: enginePort }];
  return {
    podSelector: { matchExpressions: [{ key: "gantry.dev/model", operator: "Exists" }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: loadBalancerCidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: enginePorts },
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": monitoringNamespace } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
          },
        ],
        ports: enginePorts,
      },
    ],
    egress: [
      dnsRule,
      { to: storageCidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ protocol: "TCP", port: 443 }] },
      { to: [identityAgent], ports: [{ protocol: "TCP", port: 80 }] },
      ...collectorEgress(tracing),
    ],
  };
}

/** Egress to the cluster's DNS servers, which every pod needs. */
export const dnsRule: networking.v1.NetworkPolicyEgressRule = {
  to: [dnsServers],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** Additional egress of an engine that downloads from the hub: any address, but only over TLS. */
export const hubPolicy: Policy = {
  podSelector: { matchLabels: { "gantry.dev/source": "hub" } },
  policyTypes: ["Egress"],
  egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] }],
};

/** Egress of a staging Job: the hub's CDN may have any address, so all are allowed, but only over TLS. */
export const stagingPolicy: Policy = {
  podSelector: { matchLabels: { "app.kubernetes.io/name": "stage-model" } },
  policyTypes: ["Ingress", "Egress"],
  egress: [
    dnsRule,
    { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] },
    { to: [identityAgent], ports: [{ protocol: "TCP", port: 80 }] },
  ],
};

import type { networking } from "@pulumi/kubernetes/types/input.js";
import { collectorEgress, type Tracing } from "../monitoring/tracing.ts";
import { dnsRule, identityAgent } from "../serving/network-policies.ts";

export interface GatewayTrafficArgs {
  /** Ranges of the edge load balancer's subnets. */
  readonly edgeCidrs: readonly string[];
  /** Ranges of the subnets of the models' load balancers and the cache. */
  readonly privateCidrs: readonly string[];
  readonly cachePort: number;
  readonly monitoringNamespace: string;
  /** Where spans go. @default nowhere */
  readonly tracing: Tracing | undefined;
}

/** Kubernetes namespace of the gateway's pods. */
export const gatewayNamespace = "gateway";
/** Where the gateway listens. */
export const gatewayPort = 4000;
export const gatewayLabels = { "app.kubernetes.io/name": "gateway" } as const;

/** Network policies of the gateway's pods: callers and scrapes in; DNS, Redis, models, providers and spans out. */
export function gatewayPolicy(args: GatewayTrafficArgs): networking.v1.NetworkPolicySpec {
  const ports = [{ protocol: "TCP", port: gatewayPort }];
  const blocks = (cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  const prometheus = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": args.monitoringNamespace } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
  };
  return {
    podSelector: { matchLabels: gatewayLabels },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: blocks(args.edgeCidrs), ports },
      { from: [prometheus], ports },
    ],
    egress: [
      dnsRule,
      {
        to: blocks(args.privateCidrs),
        ports: [
          { protocol: "TCP", port: 80 },
          { protocol: "TCP", port: args.cachePort },
        ],
      },
      // How long the models' queues are, by which routes choose.
      { to: [prometheus], ports: [{ protocol: "TCP", port: 9090 }] },
      { to: [identityAgent], ports: [{ protocol: "TCP", port: 80 }] },
      ...collectorEgress(args.tracing),
      // Providers, their status pages and S3 are wherever they are, but only over TLS.
      { to: blocks(["0.0.0.0/0"]), ports: [{ protocol: "TCP", port: 443 }] },
    ],
  };
}

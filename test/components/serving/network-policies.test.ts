import { describe, expect, it } from "vitest";
import {
  denyAll,
  dnsRule,
  type EngineTrafficArgs,
  enginePolicy,
  hubPolicy,
  stagingPolicy,
} from "../../../components/serving/network-policies.ts";

const traffic: EngineTrafficArgs = {
  loadBalancerCidrs: ["10.40.0.0/18", "10.40.64.0/18"],
  monitoringNamespace: "monitoring",
  storageCidrs: ["52.216.0.0/15"],
  tracing: undefined,
};
const credentials = {
  to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
  ports: [{ protocol: "TCP", port: 80 }],
};

describe("the network policies of a namespace", () => {
  it("close every pod both ways first", () => {
    expect(denyAll).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("let names be asked from the cluster's DNS only", () => {
    expect(dnsRule).toEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
      ],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    });
  });

  it("open an engine to the load balancers and to Prometheus, on its one port", () => {
    const ports = [{ protocol: "TCP", port: 8000 }];
    expect(enginePolicy(traffic)).toMatchObject({
      podSelector: { matchExpressions: [{ key: "gantry.dev/model", operator: "Exists" }] },
      policyTypes: ["Ingress", "Egress"],
    });
    expect(enginePolicy(traffic).ingress).toEqual([
      {
        from: [{ ipBlock: { cidr: "10.40.0.0/18" } }, { ipBlock: { cidr: "10.40.64.0/18" } }],
        ports,
      },
      {
        // One peer with both selectors: Prometheus in that namespace, not either of the two.
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
          },
        ],
        ports,
      },
    ]);
  });

  it("let an engine ask for names, weights and credentials, and for nothing else", () => {
    expect(enginePolicy(traffic).egress).toEqual([
      dnsRule,
      { to: [{ ipBlock: { cidr: "52.216.0.0/15" } }], ports: [{ protocol: "TCP", port: 443 }] },
      credentials,
    ]);
  });

  it("let a staging Job out over TLS, and no connection in", () => {
    expect(stagingPolicy).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "stage-model" } },
      policyTypes: ["Ingress", "Egress"],
      egress: [
        dnsRule,
        { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] },
        credentials,
      ],
    });
  });

  it("let an engine that reads the hub out over TLS, and no other", () => {
    expect(hubPolicy).toEqual({
      podSelector: { matchLabels: { "gantry.dev/source": "hub" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] }],
    });
  });
});

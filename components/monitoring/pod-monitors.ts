import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { servingNamespace } from "../serving/namespace.ts";
import { scrapeSeconds } from "./metrics.ts";

export interface Scraped {
  readonly namespace: string;
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
  readonly endpoint: Readonly<Record<string, unknown>>;
}

/** A pod's label as a label of its metrics. */
const fromLabel = (label: string, target: string) => ({
  sourceLabels: [`__meta_kubernetes_pod_label_${label.replaceAll(/[./-]/g, "_")}`],
  targetLabel: target,
});

/** Scrape targets in addition to the chart's own. The metrics' own labels win over the pods'. */
export const scraped: Readonly<Record<string, Scraped>> = {
  engines: {
    namespace: servingNamespace,
    matchExpressions: [
      { key: "gantry.dev/model", operator: "Exists" },
      // It publishes none, and a target that never answers is an alert.
      { key: "app.kubernetes.io/name", operator: "NotIn", values: ["ollama"] },
    ],
    endpoint: {
      port: "http",
      path: "/metrics",
      interval: `${scrapeSeconds}s`,
      // Both colours of a model serve one name: only these tell them apart.
      relabelings: [
        fromLabel("gantry.dev/model", "model"),
        fromLabel("gantry.dev/colour", "colour"),
        fromLabel("gantry.dev/release", "release"),
      ],
    },
  },
  "external-secrets": {
    namespace: "external-secrets",
    matchLabels: { "app.kubernetes.io/name": "external-secrets" },
    endpoint: { portNumber: 8080, honorLabels: true },
  },
  keda: {
    namespace: "keda",
    matchLabels: { app: "keda-operator" },
    endpoint: { portNumber: 8080, honorLabels: true },
  },
  karpenter: {
    namespace: "kube-system",
    matchLabels: { "app.kubernetes.io/name": "karpenter" },
    endpoint: { portNumber: 8080 },
  },
};

/** A PodMonitor that scrapes one port of the selected pods of a namespace. */
export function podMonitor(
  name: string,
  namespace: string,
  from: Scraped,
): CustomResourceArgs & { spec: object } {
  const { matchLabels, matchExpressions } = from;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { name, namespace },
    spec: {
      namespaceSelector: { matchNames: [from.namespace] },
      selector: { ...(matchLabels && { matchLabels }), ...(matchExpressions && { matchExpressions }) },
      podMetricsEndpoints: [from.endpoint],
    },
  };
}

import { engineMonitored as rule } from "../../../../policies/rules/observability/engine-monitored.ts";
import { type Properties, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { ofEngines, watched } from "../../fixtures/observability.ts";

const at = (path: string) => [`engines#spec.podMetricsEndpoints.0.${path}`];
const unwatched = ["chat-blue#metadata.labels"];
const relabeled = (...relabelings: readonly Wire[]) => ofEngines({ relabelings });
const dropped = (...metricRelabelings: readonly Wire[]) => ofEngines({ metricRelabelings });
const label = (name: string) => `__meta_kubernetes_pod_label_gantry_dev_${name}`;
const service: Given = {
  type: "kubernetes:core/v1:Service",
  name: "chat-blue",
  props: {
    metadata: { name: "chat-blue", namespace: "models", labels: { app: "chat" } },
    spec: { selector: { "gantry.dev/model": "chat" }, ports: [{ name: "http", port: 8000 }] },
  },
};
const byService = (endpoint: Properties): Given => ({
  type: "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
  name: "services",
  props: {
    metadata: { name: "services", namespace: "models" },
    spec: { selector: { matchLabels: { app: "chat" } }, endpoints: [{ port: "http", ...endpoint }] },
  },
});
const application: Given = {
  type: "kubernetes:apps/v1:Deployment",
  name: "shop",
  props: { spec: { template: { spec: { containers: [{ name: "shop", image: "shop" }] } } } },
};

cases(rule, {
  passes: [
    ["engines that are scraped", [watched, ofEngines()]],
    ["the defaults of an endpoint", [watched, ofEngines({ path: null, interval: null })]],
    ["another namespace that is named", [watched, ofEngines({}, { namespaceSelector: { any: true } })]],
    ["engines by their Service", [watched, service, byService({})]],
    [
      "the pods' own labels",
      [watched, relabeled({ sourceLabels: [label("model")], targetLabel: "model" }, { targetLabel: "team" })],
    ],
    [
      "pods that have ended, and metrics of Python's, left out",
      [
        watched,
        ofEngines({
          relabelings: [
            { sourceLabels: ["__meta_kubernetes_pod_phase"], regex: "(Failed|Succeeded)", action: "drop" },
          ],
          metricRelabelings: [
            { sourceLabels: ["__name__"], regex: "python_gc_.*", action: "drop" },
            { sourceLabels: ["__name__"], regex: "vllm:.*", action: "keep" },
          ],
        }),
      ],
    ],
    ["many samples", [watched, ofEngines({}, { sampleLimit: 50_000 })]],
    ["a stack without monitors", watched],
    ["applications", [application, ofEngines({ interval: "1h" })]],
  ],
  reports: [
    ["an hour between scrapes", [watched, ofEngines({ interval: "1h" })], at("interval")],
    ["an interval that is known later", [watched, ofEngines({ interval: unknown })], at("interval")],
    ["another path", [watched, ofEngines({ path: "/stats" })], at("path")],
    ["TLS", [watched, ofEngines({ scheme: "https" })], at("scheme")],
    [
      "no endpoint",
      [watched, ofEngines({}, { podMetricsEndpoints: [] })],
      ["engines#spec.podMetricsEndpoints"],
    ],
    [
      "another namespace",
      [watched, ofEngines({}, { namespaceSelector: { matchNames: ["other"] } })],
      unwatched,
    ],
    ["another label", [watched, ofEngines({}, { selector: { matchLabels: { app: "x" } } })], unwatched],
    [
      "every metric dropped",
      [watched, dropped({ sourceLabels: ["__name__"], regex: ".*", action: "drop" })],
      at("metricRelabelings"),
    ],
    [
      "other metrics kept",
      [watched, dropped({ sourceLabels: ["__name__"], regex: "python_.*", action: "keep" })],
      at("metricRelabelings"),
    ],
    ["everything dropped", [watched, relabeled({ action: "drop" })], at("metricRelabelings")],
    [
      "the slot dropped by its label",
      [watched, relabeled({ sourceLabels: [label("colour")], regex: "blue", action: "drop" })],
      at("metricRelabelings"),
    ],
    [
      "an expression without a bound of time",
      [watched, dropped({ sourceLabels: ["__name__"], regex: "(a+)+$", action: "drop" })],
      at("metricRelabelings"),
    ],
    [
      "another model's name",
      [watched, relabeled({ targetLabel: "model", replacement: "code" })],
      at("relabelings"),
    ],
    [
      "the slot from another label",
      [watched, relabeled({ sourceLabels: [label("model")], targetLabel: "colour" })],
      at("relabelings"),
    ],
    [
      "another path of a Service",
      [watched, service, byService({ path: "/x" })],
      ["services#spec.endpoints.0.path"],
    ],
  ],
});

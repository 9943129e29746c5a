import { workloadHasDisruptionBudget as rule } from "../../../../policies/rules/kubernetes/workload-has-disruption-budget.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const labels = { "gantry.dev/model": "chat", "gantry.dev/colour": "chat-blue" };
const budget = (spec: Properties = {}, name = "budget", namespace: Wire = "models"): Given => ({
  type: "kubernetes:policy/v1:PodDisruptionBudget",
  name,
  props: {
    metadata: { name, namespace },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: labels },
      ...spec,
    },
  },
});
const replicas = (minReplicaCount: Wire, pod: Properties = {}) => {
  const { deployment, scaler } = slot({ scaler: { minReplicaCount }, pod });
  return [deployment, scaler];
};
const two = replicas(2);
const one = replicas(1);
/** The same in another namespace. */
const elsewhere = one.map((resource) => ({
  ...resource,
  name: "code",
  props: withField(resource.props, "metadata.namespace", "other"),
}));
const { deployment } = slot({ workload: { replicas: 2 } });
const side = { name: "side", image: "envoy:1" };
const litellm = { containers: [{ name: "gateway", image: "ghcr.io/berriai/litellm:1" }] };
const group = (replicas: Wire): Given => {
  const template = (role: string) => ({
    metadata: { labels: { ...labels, role } },
    spec: { containers: [engine] },
  });
  return {
    type: "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
    name: "chat-blue",
    props: {
      metadata: { name: "chat-blue-1", namespace: "models" },
      spec: {
        replicas,
        leaderWorkerTemplate: {
          size: 2,
          leaderTemplate: template("leader"),
          workerTemplate: template("worker"),
        },
      },
    },
  };
};
const missing = ["chat-blue#podDisruptionBudget"];
const most = ["budget#spec.maxUnavailable"];
const least = ["budget#spec.minAvailable"];
const broken = ["budget#spec.unhealthyPodEvictionPolicy"];

cases(rule, {
  passes: [
    ["two replicas with a budget", [...two, budget()]],
    ["one replica without", one],
    ["one replica with one", [...one, budget()]],
    ["replicas of the workload's own", [deployment, budget()]],
    [
      "a workload that selects its pods as well",
      [
        { ...deployment, props: withField(deployment.props, "spec.selector", { matchLabels: labels }) },
        budget(),
      ],
    ],
    ["a secret policy", [...two, budget({ unhealthyPodEvictionPolicy: secret("AlwaysAllow") })]],
    [
      "a selector by expression",
      [
        ...two,
        budget({
          selector: { matchExpressions: [{ key: "gantry.dev/model", operator: "In", values: ["chat"] }] },
        }),
      ],
    ],
    ["a selector of everything", [...two, budget({ selector: {} })]],
    ["a gateway", [...replicas(2, litellm), budget()]],
    ["a group of nodes", [group(1), budget()]],
    ["a workload without clients", replicas(2, { containers: [side] })],
    [
      "a workload without clients, under a budget of its own",
      [...replicas(2, { containers: [side] }), budget({ maxUnavailable: 0 })],
    ],
    [
      "a budget of something else",
      [budget({ maxUnavailable: 0, selector: { matchLabels: { app: "other" } } })],
    ],
    ["a Job with the engine's image", [{ ...deployment, type: "kubernetes:batch/v1:Job" }]],
    ["an unknown selector far from engines", [...one, budget({ selector: unknown }, "budget", "other")]],
  ],
  reports: [
    ["two replicas without a budget", two, missing],
    ["an engine beside another container", replicas(2, { containers: [side, engine] }), missing],
    ["a gateway without a budget", replicas(2, litellm), missing],
    ["a floor that is unknown", replicas(unknown), missing],
    ["replicas that aren't set", [slot().deployment], missing],
    ["two replicas of the workload's own", [deployment], missing],
    [
      "a group of nodes without a budget",
      [group(1)],
      ["chat-blue#leaderTemplate.podDisruptionBudget", "chat-blue#workerTemplate.podDisruptionBudget"],
    ],
    [
      "a budget of half a group",
      [group(1), budget({ selector: { matchLabels: { role: "leader" } } })],
      ["chat-blue#workerTemplate.podDisruptionBudget"],
    ],
    ["a budget in another namespace", [...two, budget({}, "budget", "other")], missing],
    ["a budget in the default namespace", [...two, budget({}, "budget", null)], missing],
    [
      "a budget that selects nothing",
      [...two, budget({ selector: { matchLabels: { app: "nobody" } } })],
      missing,
    ],
    ["a budget without selector", [...two, budget({ selector: null })], missing],
    ["two budgets", [...two, budget(), budget({}, "second")], missing],
    ["two budgets of one replica", [...one, budget(), budget({}, "second")], missing],
    ["a budget that blocks every drain", [...two, budget({ maxUnavailable: 0 })], most],
    ["a budget that lets all go", [...two, budget({ maxUnavailable: "100%" })], most],
    ["a budget by text", [...two, budget({ maxUnavailable: "1" })], most],
    ["a budget of an unknown number", [...two, budget({ maxUnavailable: unknown })], most],
    ["a budget without a number", [...two, budget({ maxUnavailable: null })], most],
    [
      "a budget that spares as many as there are",
      [...two, budget({ maxUnavailable: null, minAvailable: 2 })],
      least,
    ],
    ["a budget that spares the only one", [...one, budget({ maxUnavailable: null, minAvailable: 1 })], least],
    ["a budget that blocks the drain of the only one", [...one, budget({ maxUnavailable: 0 })], most],
    ["a budget that waits for broken pods", [...two, budget({ unhealthyPodEvictionPolicy: null })], broken],
    [
      "a budget that waits for them by name",
      [...two, budget({ unhealthyPodEvictionPolicy: "IfHealthyBudget" })],
      broken,
    ],
    ["an unknown policy", [...two, budget({ unhealthyPodEvictionPolicy: unknown })], broken],
    ["both", [...two, budget({ maxUnavailable: 0, unhealthyPodEvictionPolicy: null })], [...most, ...broken]],
    ["a budget of an unknown selector", [...one, budget({ selector: unknown })], ["budget#spec.selector"]],
    [
      "a budget of an unknown namespace",
      [...one, budget({ maxUnavailable: 0 }, "budget", unknown)],
      ["budget#metadata.namespace"],
    ],
    [
      "a selector with an unknown value",
      [...one, budget({ selector: { matchLabels: { ...labels, zone: unknown } } })],
      ["budget#spec.selector"],
    ],
    [
      "a selector with an unknown value among others",
      [
        ...one,
        budget({
          selector: {
            matchExpressions: [{ key: "gantry.dev/model", operator: "In", values: ["code", unknown] }],
          },
        }),
      ],
      ["budget#spec.selector"],
    ],
    [
      "an unknown selector near one of two engines",
      [...one, ...elsewhere, budget({ selector: unknown })],
      ["budget#spec.selector"],
    ],
    ["a selector as text", [...one, budget({ selector: "model=chat" })], ["budget#spec.selector"]],
    ["an image that is unknown", replicas(2, { containers: [{ name: "engine", image: unknown }] }), missing],
    [
      "labels that are unknown",
      [
        { ...deployment, props: withField(deployment.props, "spec.template.metadata.labels", unknown) },
        budget(),
      ],
      missing,
    ],
    [
      "an engine that is only configured as such",
      replicas(2, { containers: [{ name: "engine", image: "acme/llm" }] }),
      missing,
      { config: { vllmImages: ["acme/llm"] } },
    ],
    [
      "an illegal configuration",
      one,
      ["stack#configuration.vllmImages"],
      { config: { vllmImages: { only: [] } } },
    ],
  ],
});

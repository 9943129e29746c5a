import type { StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { containers, workloads } from "../../read/kubernetes/containers.ts";
import { namespaceOf } from "../../read/kubernetes/kubernetes.ts";

const release = "kubernetes:helm.sh/v3:Release";
const settings = {
  ...engineSettings,
  engineCharts: strings("Names of charts that install engines or gateways, or whole words of such names.", {
    pattern: "^[a-z0-9]+(?:-[a-z0-9]+)*$",
    minItems: 1,
    default: [
      "vllm",
      "tgi",
      "text-generation-inference",
      "ollama",
      "litellm",
      "llm-d",
      "sglang",
      "kserve",
      "nim-llm",
      "ray-cluster",
    ],
  }),
} as const satisfies RuleSettings;

export const helmReleaseOutsideInference: StackRule<typeof settings> = {
  name: "helm-release-outside-inference",
  title: "No Helm release is installed into a namespace of engines or gateways.",
  why: "A v3 Release is one resource: these rules don't see what it creates, so an engine or a Service from a chart isn't checked for pins, limits or exposure.",
  fix: "Install the chart into its own namespace, and define engines and gateways as resources of the stack.",
  severity: "high",
  relatedChecks: { none: "the studied tools check rendered objects, not a release's namespace" },
  resourceTypes: [release, ...workloads],
  example: {
    good: "chart: keda, namespace: keda",
    bad: "chart: keda, namespace: models",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const inference = resources.filter((resource) => runsModels(resource, config)).map(namespaceOf);
    for (const resource of resources.filter(({ type }) => type === release)) {
      if (installsEngines(at(resource.props, "chart"), config.engineCharts))
        yield {
          resource,
          path: "chart",
          problem: "the chart installs engines or gateways, or isn't known at preview",
          allowed: "charts of controllers and tools",
        };
      // Unset means the provider's namespace, which is `default`.
      const namespace = at(resource.props, "namespace") ?? "default";
      if (inference.some((taken) => mayBeSame(taken, namespace)))
        yield {
          resource,
          path: "namespace",
          problem:
            "engines or gateways run in the release's namespace, or whether they do isn't known at preview",
          allowed: "a namespace without engines and gateways, known at preview",
        };
    }
  },
};

/** Whether a workload has, or may have, engines or gateways. */
function runsModels(workload: StackResource, config: ConfigOf<typeof engineSettings>): boolean {
  return containers(workload).some(
    (container) => engineKind(container, config) !== undefined || isGateway(container) !== false,
  );
}

function installsEngines(chart: Value, words: readonly string[]): boolean {
  if (typeof chart !== "string") return true;
  const name = chart.toLowerCase().split("/").at(-1) ?? "";
  return words.some((word) => `-${name}-`.includes(`-${word}-`));
}

function mayBeSame(one: Value, other: Value): boolean {
  return typeof one !== "string" || typeof other !== "string" || one === other;
}

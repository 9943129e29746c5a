import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isList, unknown, type Value } from "../../framework/value.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";
import { printable } from "../../read/text/printable.ts";
import { semver } from "../../read/text/semver.ts";

const settings = {
  allowedCharts: strings("Charts that may be installed: repository#chart, or the address of an OCI chart.", {
    pattern: '^(?:https://[!-"$-~]+#[a-z0-9-]+|oci://[!-"$-~]+)$',
    default: [
      "https://aws.github.io/eks-charts#aws-efa-k8s-device-plugin",
      "https://aws.github.io/eks-charts#aws-load-balancer-controller",
      "https://charts.external-secrets.io#external-secrets",
      "https://kedacore.github.io/charts#keda",
      "https://kubernetes-sigs.github.io/metrics-server#metrics-server",
      "https://nvidia.github.io/dcgm-exporter/helm-charts#dcgm-exporter",
      "https://nvidia.github.io/k8s-device-plugin#nvidia-device-plugin",
      "https://prometheus-community.github.io/helm-charts#kube-prometheus-stack",
      "https://prometheus-community.github.io/helm-charts#prometheus-operator-crds",
      "oci://ghcr.io/berriai/litellm-helm",
      "oci://public.ecr.aws/karpenter/karpenter",
      "oci://public.ecr.aws/karpenter/karpenter-crd",
      "oci://registry.k8s.io/lws/charts/lws",
    ],
  }),
} as const satisfies RuleSettings;

/** Settings that make a release differ from the published chart; Helm 3 and 4 releases spell one of them differently. */
const mustBeUnset = ["devel", "postrender", "postRenderer", "valueYamlFiles"];

export const chartVersionPinned: ResourceRule<typeof settings> = {
  name: "chart-version-pinned",
  title: "Helm charts come from an allowlist and are pinned to one exact version.",
  why: "A chart is installed with cluster-wide rights; a version range, a new repository or a post-renderer changes what is installed without a reviewed edit.",
  fix: "Set version to one release such as 1.2.3, and add a new chart to allowedCharts after reading it.",
  severity: "high",
  relatedChecks: { none: "the studied tools check rendered objects, not the release" },
  resourceTypes: chartReleases,
  example: {
    good: 'chart: keda, version: "2.20.2", repositoryOpts: { repo: "https://kedacore.github.io/charts" }',
    bad: 'chart: keda, version: "^2.0.0"',
  },
  config: settings,

  *check({ props }, { allowedCharts }) {
    if (!isAllowed(props, allowedCharts))
      yield {
        path: "chart",
        problem: "the chart, or the repository it comes from, is not on the list",
        allowed: `one of ${allowedCharts.join(", ")}`,
      };
    const version = at(props, "version");
    if (semver(version) === unknown)
      yield {
        path: "version",
        problem:
          version === undefined
            ? "no version is set, so the newest is installed"
            : `version ${printable("version", version)} is not one exact release`,
        allowed: "one semantic version known at preview, such as 1.2.3",
      };
    yield* mustBeUnset.filter((name) => isSet(at(props, name))).map(deviation);
  },
};

function isAllowed(props: Value, allowedCharts: readonly string[]): boolean {
  const chart = at(props, "chart");
  const repository = at(props, "repositoryOpts", "repo");
  if (typeof chart !== "string") return false;
  if (!isSet(repository)) return chart.startsWith("oci://") && allowedCharts.includes(chart);
  if (typeof repository !== "string") return false;
  const address = repository.endsWith("/") ? repository.slice(0, -1) : repository;
  return allowedCharts.includes(`${address}#${chart}`);
}

/** The provider sets empty values by default. */
function isSet(value: Value): boolean {
  return value !== undefined && value !== false && value !== "" && !(isList(value) && value.length === 0);
}

function deviation(name: string): Finding {
  return {
    path: name,
    problem: `${name} is set`,
    allowed: "the chart as it was published, with inline values",
  };
}

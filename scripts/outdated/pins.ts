import { type Chart, type ChartSource, controllerCharts } from "../../components/cluster/charts.ts";
import { kubernetesRelease, kubernetesVersions } from "../../components/cluster/versions.ts";
import { monitoringCharts } from "../../components/monitoring/charts.ts";
import { own } from "../../components/shared/own.ts";
import type { VersionSource } from "./newest.ts";

/** A version that this repository pins and npm doesn't know. */
export interface Pin {
  readonly subject: string;
  readonly version: string;
  /** The files that hold the version, from the project's folder. */
  readonly files: readonly string[];
  readonly source: VersionSource;
  /** Name on PyPI, for what has advisories there. */
  readonly advisories?: string;
}

const chartFiles = {
  "components/cluster/charts.ts": controllerCharts,
  "components/monitoring/charts.ts": monitoringCharts,
};

/** Where each engine publishes its versions. */
const engines: Readonly<Record<string, Pick<Pin, "source" | "advisories">>> = {
  vllm: { source: { pypi: "vllm" }, advisories: "vllm" },
  tgi: { source: { github: "huggingface/text-generation-inference" } },
  ollama: { source: { github: "ollama/ollama" } },
};

/** An engine of a release, and the release's file. */
export interface EngineVersion {
  readonly kind: string;
  readonly version: string;
  readonly file: string;
}

/** Every version that npm doesn't know about, with where it is pinned and published. */
export function pins(engineVersions: readonly EngineVersion[]): Pin[] {
  return [
    ...Object.entries(chartFiles).flatMap(([file, charts]) =>
      Object.values<Chart>(charts).flatMap((chart) => chartPins(chart, file)),
    ),
    ...kubernetesVersions.flatMap(kubernetesPins),
    ...enginePins(engineVersions),
  ];
}

function enginePins(engineVersions: readonly EngineVersion[]): Pin[] {
  const byVersion = Map.groupBy(engineVersions, ({ kind, version }) => `${kind} ${version}`);
  return [...byVersion.values()].flatMap((group): Pin[] => {
    const { kind = "", version = "" } = group[0] ?? {};
    const engine = own(engines, kind);
    return engine === undefined
      ? []
      : [{ subject: kind, version, files: group.map(({ file }) => file), ...engine }];
  });
}

function chartPins({ definitions, ...chart }: Chart, file: string): Pin[] {
  const sources = [
    chart,
    ...(typeof definitions === "object" && "chart" in definitions ? [definitions.chart] : []),
  ];
  return sources.map(({ chart: name, version, repositoryOpts }: ChartSource) => ({
    subject: `chart ${name.slice(name.lastIndexOf("/") + 1)}`,
    version,
    files: [file],
    source:
      repositoryOpts === undefined
        ? { oci: name.replace("oci://", "") }
        : { helm: repositoryOpts.repo, chart: name },
  }));
}

const versionsFile = "components/cluster/versions.ts";

/** EKS names of the add-ons. [Amazon EKS, available add-ons] */
const addOnNames = {
  vpcCni: "vpc-cni",
  coreDns: "coredns",
  kubeProxy: "kube-proxy",
  podIdentityAgent: "eks-pod-identity-agent",
  ebsCsiDriver: "aws-ebs-csi-driver",
  nodeMonitoringAgent: "eks-node-monitoring-agent",
} as const;

function kubernetesPins(kubernetes: string): Pin[] {
  const { addOns, systemNodes, gpuNodes } = kubernetesRelease(kubernetes);
  const image = { files: [versionsFile], source: { github: "awslabs/amazon-eks-ami" } };
  return [
    ...Object.entries(addOnNames).map(([key, addOn]) => ({
      subject: `add-on ${addOn}, Kubernetes ${kubernetes}`,
      version: addOns[key as keyof typeof addOns],
      files: [versionsFile],
      source: {
        command: `aws eks describe-addon-versions --kubernetes-version ${kubernetes} --addon-name ${addOn} --query 'addons[].addonVersions[0].addonVersion'`,
      },
    })),
    {
      subject: `system nodes' image, Kubernetes ${kubernetes}`,
      version: systemNodes.slice(systemNodes.indexOf("-") + 1),
      ...image,
    },
    {
      subject: `GPU nodes' image, Kubernetes ${kubernetes}`,
      version: gpuNodes.slice(gpuNodes.indexOf("@v") + 2),
      ...image,
    },
  ];
}

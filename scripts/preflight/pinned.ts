import { kubernetesRelease } from "../../components/cluster/versions.ts";
import { gatewayImage } from "../../components/gateway/image.ts";
import { type Config, releaseFolder } from "../../stacks/config.ts";
import { environmentName } from "../../stacks/environment-names.ts";
import { imageDigest } from "../registry.ts";
import { type Hub, type HubCommit, hubCommit } from "../release/hub.ts";
import type { AccountReader, ClusterFacts } from "./account.ts";
import type { PreflightFinding } from "./finding.ts";

type Found = Omit<PreflightFinding, "check">;

/** Add-ons that the cluster gets, with their pinned versions. */
function addOns(version: string): Record<string, string> {
  const { addOns: pinned } = kubernetesRelease(version);
  return {
    "vpc-cni": pinned.vpcCni,
    coredns: pinned.coreDns,
    "kube-proxy": pinned.kubeProxy,
    "eks-pod-identity-agent": pinned.podIdentityAgent,
    "aws-ebs-csi-driver": pinned.ebsCsiDriver,
    "eks-node-monitoring-agent": pinned.nodeMonitoringAgent,
  };
}

/** Pinned add-ons that EKS doesn't offer for the cluster's version. */
export async function addOnFindings({ account, cluster }: Config, reader: AccountReader): Promise<Found[]> {
  const { version } = cluster;
  const all = Object.entries(addOns(version)).map(async ([name, pinned]): Promise<Found[]> => {
    const offered = await reader.addOnVersions(name, version);
    if (offered.includes(pinned)) return [];
    const newest = offered.slice(0, 3).join(", ");
    return [
      {
        level: "fault",
        message:
          offered.length === 0
            ? `EKS offers no ${name} for Kubernetes ${version} in ${account.region}`
            : `EKS offers no ${name} ${pinned} for Kubernetes ${version}; it offers ${newest}`,
        fix: `aws eks describe-addon-versions --addon-name ${name} --kubernetes-version ${version} --region ${account.region}, then its pin in components/cluster/versions.ts`,
      },
    ];
  });
  return (await Promise.all(all)).flat();
}

const optimized = "/aws/service/eks/optimized-ami";

/**
 * Machine images by the parameters that EKS publishes and Karpenter resolves. [karpenter-provider-aws 1.14,
 * pkg/providers/amifamily/al2023.go; EKS, retrieve recommended AMI IDs]
 */
export function imageParameters(version: string): Record<string, string> {
  const { gpuNodes, systemNodes } = kubernetesRelease(version);
  const path = `${optimized}/${version}/amazon-linux-2023/x86_64`;
  const name = (variant: string, date: string) =>
    `${path}/${variant}/amazon-eks-node-al2023-x86_64-${variant}-${version}-v${date}/image_id`;
  return {
    [`GPU nodes' ${gpuNodes}`]: name("nvidia", gpuNodes.replace(/^al2023@v/, "")),
    [`system nodes' ${systemNodes}`]: name("standard", systemNodes.split("-")[1] ?? ""),
  };
}

/** Pinned machine images that the region doesn't have. */
export async function machineImageFindings(
  { account, cluster }: Config,
  reader: AccountReader,
): Promise<Found[]> {
  const all = Object.entries(imageParameters(cluster.version)).map(
    async ([what, parameter]): Promise<Found[]> => {
      if ((await reader.parameter(parameter)) !== undefined) return [];
      return [
        {
          level: "fault",
          message: `${account.region} has no machine image ${what}`,
          fix: `aws ssm get-parameters-by-path --recursive --path ${parameter.split("/").slice(0, -2).join("/")} --region ${account.region}, then its pin in components/cluster/versions.ts`,
        },
      ];
    },
  );
  return (await Promise.all(all)).flat();
}

/** Images of engines and gateway whose digest the registry doesn't have. */
export async function imageFindings({ releases }: Config, fetch: Hub["fetch"]): Promise<Found[]> {
  const images = new Map(
    Object.entries(releases).map(([name, { engine }]) => [engine.image, `release ${name}`]),
  );
  images.set(gatewayImage.image, "the gateway");
  const all = [...images].map(async ([pinned, by]): Promise<Found[]> => {
    const [image = "", digest = ""] = pinned.split("@");
    const host = image.split("/")[0] ?? "";
    const full = /[.:]/.test(host) ? image : `docker.io/${image.includes("/") ? image : `library/${image}`}`;
    if ((await imageDigest(full, digest, fetch)) !== undefined) return [];
    const fix =
      "npm run release writes a release with a digest that is there; crane digest <image>:<tag> shows one";
    return [{ level: "fault", message: `${by}: ${full} has no ${digest.slice(0, 19)}… any more`, fix }];
  });
  return (await Promise.all(all)).flat();
}

/** Models that the hub hasn't got at their commit, that are gated, or whose files have other hashes. */
export async function modelFindings(config: Config, hub: Hub): Promise<Found[]> {
  const commits = Map.groupBy(
    Object.entries(config.releases).map(([name, { model }]) => ({ name, ...model })),
    ({ repository, revision }) => `${repository}@${revision}`,
  );
  const all = [...commits.values()].map(async (releases): Promise<Found[]> => {
    const [{ repository, revision } = { repository: "", revision: "" }] = releases;
    const commit = await hubCommit(hub, repository, revision).catch((error: Error) => error);
    if (commit instanceof Error) {
      const isAnswer = /has no repository|has no revision|is gated|answers with commit/.test(commit.message);
      if (!isAnswer) throw commit;
      return [
        {
          level: "fault",
          message: commit.message,
          fix: `npm run release -- <name> --model ${repository} writes one with a commit that is there`,
        },
      ];
    }
    const isClosed = commit.gated && config.modelStore.hubToken !== true;
    return [
      ...releases.flatMap(({ name, files = {} }) => listFindings(name, files, commit)),
      ...(isClosed
        ? [
            {
              level: "fault",
              message: `${repository} is gated, and modelStore.hubToken isn't set: its weights can't be staged`,
              fix: `set modelStore.hubToken to true, and npm run put-secret -- ${config.environment} huggingface < token.txt`,
            } as const,
          ]
        : []),
    ];
  });
  return (await Promise.all(all)).flat();
}

/** Whether the hub lists the files that a release names for its model. */
function listFindings(
  release: string,
  files: Readonly<Record<string, string>>,
  { repository, sha, files: listed }: HubCommit,
): Found[] {
  const differing = Object.entries(files).flatMap(([path, hash]) => {
    const found = listed.find((file) => file.path === path);
    if (found?.hash === hash) return [];
    return [
      found === undefined
        ? `${path} is missing`
        : `${path} is ${found.hash ?? "without a hash"}, not ${hash}`,
    ];
  });
  if (differing.length === 0) return [];
  return [
    {
      level: "fault",
      message: `${releaseFolder}/${release}.yaml, model.files: the hub lists otherwise at ${repository} ${sha.slice(0, 12)}: ${differing.join("; ")}`,
      fix: `don't deploy it: a commit never changes, so ask its publisher; or npm run release -- <new name> --model ${repository}`,
    },
  ];
}

/** Whether the deployed cluster is this environment's, and can be brought to the configured version. */
export function clusterFindings(config: Config, cluster: ClusterFacts | undefined): Found[] {
  if (cluster === undefined) return [];
  const name = environmentName(config.environment);
  const { region } = config.account;
  const minor = (version: string) => Number(version.split(".")[1]);
  const steps = minor(config.cluster.version) - minor(cluster.version);
  const fix = `aws eks describe-cluster --name ${name} --region ${region}`;
  return [
    ...(cluster.environment === config.environment
      ? []
      : [
          {
            level: "fault",
            message: `a cluster ${name} is there that this project didn't make`,
            fix,
          } as const,
        ]),
    ...(steps < 0
      ? [
          {
            level: "fault",
            message: `the cluster has Kubernetes ${cluster.version}, the file ${config.cluster.version}: EKS can't be downgraded`,
            fix: `pulumi config set --stack ${config.environment} --path 'gantry:cluster.version' ${cluster.version}`,
          } as const,
        ]
      : []),
    ...(steps > 1
      ? [
          {
            level: "fault",
            message: `the cluster has Kubernetes ${cluster.version}, the file ${config.cluster.version}: EKS takes one minor version at a time`,
            fix: "docs/operations/upgrade-kubernetes.md",
          } as const,
        ]
      : []),
  ];
}

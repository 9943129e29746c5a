import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type { core, networking } from "@pulumi/kubernetes/types/input.js";
import type { EngineCommand } from "./engine.ts";
import { enginePod, type PodArgs } from "./pod.ts";

export interface ReplicaGroupArgs {
  readonly name: string;
  readonly namespace: string;
  /** On both pods, besides what `pod` selects them by. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** On the group itself. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: PodArgs;
}

/** The label that tells the pod which takes requests from the one that only computes. */
export const roleLabel = "gantry.dev/role";

/** Environment variables of NCCL and the fabric's library on EC2. [aws-ofi-nccl; EKS user guide, machine learning] */
const fabric = [
  { name: "FI_PROVIDER", value: "efa" },
  // Karpenter doesn't support huge pages, so pods can't request them.
  { name: "FI_EFA_USE_HUGE_PAGE", value: "0" },
  { name: "NCCL_SOCKET_IFNAME", value: "eth0" },
  { name: "GLOO_SOCKET_IFNAME", value: "eth0" },
] as const;

/**
 * One replica on two whole nodes, of which the first takes the requests. The set holds a single group, so that its
 * addresses are plain values in the command lines; a slot with more replicas has more sets. When one of the two
 * pods restarts, both do: neither can go on alone. The image has to bring the fabric's libraries (libfabric and
 * aws-ofi-nccl), or the nodes talk over TCP.
 */
export function replicaGroup(args: ReplicaGroupArgs): CustomResourceArgs & { spec: object } {
  const { name, namespace, pod } = args;
  const rendezvous = `${name}-0.${name}.${namespace}`;
  const template = (role: "leader" | "worker", rank: number) => ({
    metadata: { labels: { ...args.podLabels, [roleLabel]: role }, annotations: { ...args.podAnnotations } },
    spec: groupPod(name, role, { ...pod, command: groupCommand(pod.command, rank, rendezvous) }),
  });
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    // Pulumi continues with the next replica when this one answers.
    metadata: {
      name,
      namespace,
      annotations: { ...args.annotations, "pulumi.com/waitFor": "condition=Available" },
    },
    spec: {
      replicas: 1,
      startupPolicy: "LeaderCreated",
      networkConfig: { subdomainPolicy: "Shared" },
      leaderWorkerTemplate: {
        size: 2,
        restartPolicy: "RecreateGroupOnPodRestart",
        leaderTemplate: template("leader", 0),
        workerTemplate: template("worker", 1),
      },
    },
  };
}

function groupCommand(command: EngineCommand, rank: number, rendezvous: string): EngineCommand {
  const group = ["--nnodes=2", `--node-rank=${rank}`, `--master-addr=${rendezvous}`];
  return {
    args: [...command.args, ...group, ...(rank === 0 ? [] : ["--headless"])],
    env: [...command.env, ...fabric],
  };
}

function groupPod(group: string, role: "leader" | "worker", args: PodArgs): core.v1.PodSpec {
  const pod = enginePod(args);
  const efa = { "vpc.amazonaws.com/efa": String(args.share.efaInterfaces) };
  const containers = (pod.containers as core.v1.Container[]).map((container) => {
    const { requests, limits } = container.resources as Record<"requests" | "limits", Record<string, string>>;
    const resources = { requests: { ...requests, ...efa }, limits: { ...limits, ...efa } };
    if (role === "leader") return { ...container, resources };
    // Both pods hear the order to stop at once, and the leader still computes its streams on the worker's GPUs.
    const { preStopSeconds, drainSeconds } = args.times;
    const lifecycle = { preStop: { sleep: { seconds: preStopSeconds + drainSeconds } } };
    // It has no server: whether it is well shows in the leader's answers.
    const { ports: _, startupProbe: __, readinessProbe: ___, livenessProbe: ____, ...computing } = container;
    return { ...computing, lifecycle, resources };
  });
  if (role === "leader") return { ...pod, containers };
  return { ...pod, containers, affinity: besideLeader(group) };
}

/** The fabric doesn't reach into another zone. */
function besideLeader(group: string): core.v1.Affinity {
  const matchLabels = { "leaderworkerset.sigs.k8s.io/name": group, [roleLabel]: "leader" };
  return {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "topology.kubernetes.io/zone", labelSelector: { matchLabels } },
      ],
    },
  };
}

/** The pods of a slot's groups exchange tensors on ports that they agree on when they start. */
export function groupPolicy(labels: Readonly<Record<string, string>>): networking.v1.NetworkPolicySpec {
  const podSelector = { matchLabels: { ...labels } };
  return {
    podSelector,
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector }] }],
    egress: [{ to: [{ podSelector }] }],
  };
}

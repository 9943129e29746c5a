import type { core } from "@pulumi/kubernetes/types/input.js";
import { gpuTaint, poolLabel } from "../cluster/node-pool.ts";
import { type EngineCommand, enginePort } from "./engine.ts";
import type { Times } from "./times.ts";

/** What one replica may take of its node: everything but what the node's own pods need. */
export interface NodeShare {
  readonly gpus: number;
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface PodArgs {
  readonly pool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly command: EngineCommand;
  readonly share: NodeShare;
  readonly times: Times;
  /** From the container's start to the first answer of its health check, with a margin. */
  readonly startupBudgetSeconds: number;
  readonly serviceAccount: string;
  /** Room on the node's local disk for compiled kernels, and for the weights where the engine keeps a copy. */
  readonly cacheGiB: number;
}

/** The user that vLLM's image prepares; group 0 owns its home. [vLLM docker/Dockerfile] */
const engineUser = 2000;
const probePeriodSeconds = 10;

/** The pod of one replica: starts on its pool, answers when it can, and stops when its streams are done. */
export function enginePod(args: PodArgs): core.v1.PodSpec {
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: args.times.graceSeconds,
    nodeSelector: { [poolLabel]: args.pool },
    tolerations: [{ ...gpuTaint, operator: "Exists" }],
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
      (topologyKey) => ({
        topologyKey,
        maxSkew: 1,
        // A GPU that exists in one zone only is better than none.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...args.labels } },
      }),
    ),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: engineUser,
      runAsGroup: 0,
      fsGroup: engineUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [engineContainer(args)],
    volumes: [
      // NCCL and the engine's workers exchange tensors here; it counts as memory of the pod.
      { name: "shm", emptyDir: { medium: "Memory", sizeLimit: `${sharedMemoryGiB(args.share.gpus)}Gi` } },
      // Compiled kernels are code: they stay on the pod's own disk and are never shared.
      { name: "cache", emptyDir: { sizeLimit: `${args.cacheGiB}Gi` } },
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    ],
  };
}

function engineContainer({
  image,
  command,
  share,
  times,
  startupBudgetSeconds,
  cacheGiB,
}: PodArgs): core.v1.Container {
  const health = { httpGet: { path: command.healthPath, port: "http" }, timeoutSeconds: 5 };
  const memory = `${share.memoryMiB}Mi`;
  const gpu = { "nvidia.com/gpu": String(share.gpus) };
  return {
    name: "engine",
    image,
    args: [...command.args],
    env: [...command.env],
    ports: [{ name: "http", containerPort: enginePort }],
    startupProbe: {
      ...health,
      periodSeconds: probePeriodSeconds,
      failureThreshold: Math.ceil(startupBudgetSeconds / probePeriodSeconds),
    },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 3 },
    // A restart loads the weights again, so the engine is given two minutes to answer.
    livenessProbe: { ...health, periodSeconds: 15, failureThreshold: 8 },
    lifecycle: { preStop: { sleep: { seconds: times.preStopSeconds } } },
    resources: {
      requests: { cpu: String(share.cpus), memory, "ephemeral-storage": `${cacheGiB + 2}Gi`, ...gpu },
      limits: { memory, ...gpu },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      // The NVIDIA runtime's hook writes to the container's root before the engine starts.
      readOnlyRootFilesystem: false,
    },
    volumeMounts: [
      { name: "shm", mountPath: "/dev/shm" },
      { name: "cache", mountPath: "/cache" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** GiB of shared memory: NCCL's buffers grow with the GPUs that exchange tensors. */
function sharedMemoryGiB(gpus: number): number {
  return gpus === 1 ? 1 : 2 * gpus;
}

import type { core } from "@pulumi/kubernetes/types/input.js";
import { sharedMemoryGiB } from "../capacity/host-memory.ts";
import { gpuTaint, poolLabel } from "../cluster/node-pool.ts";
import { cacheFolder, type Engine, type EngineCommand, enginePort } from "./engine.ts";
import type { Timeouts } from "./timeouts.ts";
import type { StagedWeights } from "./weights.ts";

/** The resources of one replica on its node: everything except what the node's own pods need. */
export interface NodeShare {
  readonly gpus: number;
  /** Network interfaces of the node that bypass its kernel, for a replica that spans several. */
  readonly efaInterfaces: number;
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface PodArgs {
  readonly pool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly engine: Pick<Engine, "healthPath" | "user" | "liveness">;
  readonly command: EngineCommand;
  readonly weights: StagedWeights;
  readonly share: NodeShare;
  readonly times: Timeouts;
  /** From the container's start to the first answer of its health check, with a margin. */
  readonly startupBudgetSeconds: number;
  readonly serviceAccount: string;
  /** Room on the node's local disk for compiled kernels, and for the weights where the engine keeps a copy. */
  readonly cacheGiB: number;
}

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
      runAsUser: args.engine.user,
      runAsGroup: 0,
      fsGroup: args.engine.user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(args.weights.initContainers.length > 0 && { initContainers: [...args.weights.initContainers] }),
    containers: [engineContainer(args)],
    volumes: [
      ...args.weights.volumes,
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
  engine,
  command,
  weights,
  share,
  times,
  startupBudgetSeconds,
  cacheGiB,
}: PodArgs): core.v1.Container {
  const health = { httpGet: { path: engine.healthPath, port: "http" }, timeoutSeconds: 5 };
  const alive = engine.liveness && { exec: { command: [...engine.liveness()] }, timeoutSeconds: 10 };
  const memory = `${share.memoryMiB}Mi`;
  const gpu = { "nvidia.com/gpu": String(share.gpus) };
  return {
    name: "engine",
    image,
    args: [...command.args],
    env: [...command.env],
    ports: [{ name: "http", containerPort: enginePort }],
    startupProbe: {
      ...(command.warmUp === undefined ? health : warmUpProbe(command.warmUp, startupBudgetSeconds)),
      periodSeconds: probePeriodSeconds,
      failureThreshold: Math.ceil(startupBudgetSeconds / probePeriodSeconds),
    },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 3 },
    // A restart loads the weights again, so the engine is given two minutes to answer.
    livenessProbe: { ...(alive ?? health), periodSeconds: 15, failureThreshold: 8 },
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
      { name: "cache", mountPath: cacheFolder },
      ...weights.mounts,
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** One look takes as long as the model needs to load. */
function warmUpProbe(command: readonly string[], startupBudgetSeconds: number): core.v1.Probe {
  return { exec: { command: [...command] }, timeoutSeconds: startupBudgetSeconds };
}

import type { core } from "@pulumi/kubernetes/types/input.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enginePod, type PodArgs } from "../../../components/serving/pod.ts";
import { slotTimeouts } from "../../../components/serving/timeouts.ts";

const args: PodArgs = {
  pool: "l40s",
  labels: { "gantry.dev/model": "chat", "gantry.dev/colour": "blue" },
  image: `vllm/vllm-openai@sha256:${"0".repeat(64)}`,
  command: {
    args: ["s3://example-models/Qwen/Qwen3-8B", "--max-model-len=16384"],
    env: [{ name: "HF_HUB_OFFLINE", value: "1" }],
  },
  engine: { healthPath: "/health", user: 2000 },
  weights: { initContainers: [], volumes: [], mounts: [] },
  share: { gpus: 2, efaInterfaces: 0, cpus: 7, memoryMiB: 60_000 },
  times: slotTimeouts({
    longestDrainSeconds: Number.POSITIVE_INFINITY,
    longestStreamSeconds: 300,
    spot: false,
  }),
  startupBudgetSeconds: 605,
  serviceAccount: "engine",
  cacheGiB: 10,
};

/** The pod as the plain value that it is. */
function pod(changed: Partial<PodArgs> = {}) {
  const { containers, ...spec } = enginePod({ ...args, ...changed });
  const [container, ...more] = containers as core.v1.Container[];
  return { spec, container, more };
}

describe("the pod of a replica", () => {
  it("has one container, which starts the engine and nothing else", () => {
    const { container, more } = pod();
    expect(more).toEqual([]);
    expect(container).toMatchObject({
      name: "engine",
      image: args.image,
      args: ["s3://example-models/Qwen/Qwen3-8B", "--max-model-len=16384"],
      env: [{ name: "HF_HUB_OFFLINE", value: "1" }],
      ports: [{ name: "http", containerPort: 8000 }],
    });
    expect(container).not.toHaveProperty("command");
  });

  it("has no token of the cluster, no root, no privilege and the default system calls", () => {
    const { spec, container } = pod();
    expect(spec).toMatchObject({
      serviceAccountName: "engine",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 2000,
        runAsGroup: 0,
        fsGroup: 2000,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: false,
    });
  });

  it("goes to its pool's nodes past their taint, spread over zones and nodes where that is possible", () => {
    const labelSelector = { matchLabels: args.labels };
    expect(pod().spec).toMatchObject({
      nodeSelector: { "gantry.dev/pool": "l40s" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
      topologySpreadConstraints: [
        {
          topologyKey: "topology.kubernetes.io/zone",
          maxSkew: 1,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector,
        },
        {
          topologyKey: "kubernetes.io/hostname",
          maxSkew: 1,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector,
        },
      ],
    });
  });

  it("asks for its share, and is limited to it where more would take from others", () => {
    expect(pod().container?.resources).toEqual({
      requests: { cpu: "7", memory: "60000Mi", "ephemeral-storage": "12Gi", "nvidia.com/gpu": "2" },
      limits: { memory: "60000Mi", "nvidia.com/gpu": "2" },
    });
  });

  it("is probed where its engine says that it is well, and may take its budget to start", () => {
    const probe = { httpGet: { path: "/health", port: "http" }, timeoutSeconds: 5 };
    expect(pod().container).toMatchObject({
      startupProbe: { ...probe, periodSeconds: 10, failureThreshold: 61 },
      readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { ...probe, periodSeconds: 15, failureThreshold: 8 },
    });
  });

  it("is restarted by what its engine offers to tell a stall with", () => {
    const liveness = () => ["python3", "-c", "look"];
    expect(pod({ engine: { ...args.engine, liveness } }).container).toMatchObject({
      readinessProbe: { httpGet: { path: "/health", port: "http" } },
      livenessProbe: {
        exec: { command: ["python3", "-c", "look"] },
        timeoutSeconds: 10,
        periodSeconds: 15,
        failureThreshold: 8,
      },
    });
  });

  it("is never killed by its startup probe before its budget is used up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7200 }), (startupBudgetSeconds) => {
        const probe = pod({ startupBudgetSeconds }).container?.startupProbe as core.v1.Probe;
        const seconds = Number(probe.periodSeconds) * Number(probe.failureThreshold);
        expect(seconds).toBeGreaterThanOrEqual(startupBudgetSeconds);
        expect(seconds).toBeLessThan(startupBudgetSeconds + 10);
      }),
    );
  });

  it("waits for the load balancer before it stops, and for its streams before it is killed", () => {
    const { spec, container } = pod();
    expect(container?.lifecycle).toEqual({ preStop: { sleep: { seconds: 30 } } });
    expect(spec.terminationGracePeriodSeconds).toBe(350);
  });

  it("writes to volumes of its own that are bounded: shared memory, kernels, scratch", () => {
    const { spec, container } = pod();
    expect(spec.volumes).toEqual([
      { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "4Gi" } },
      { name: "cache", emptyDir: { sizeLimit: "10Gi" } },
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    ]);
    expect(container?.volumeMounts).toEqual([
      { name: "shm", mountPath: "/dev/shm" },
      { name: "cache", mountPath: "/cache" },
      { name: "tmp", mountPath: "/tmp" },
    ]);
  });

  it.each([
    [1, "1Gi"],
    [4, "8Gi"],
    [8, "16Gi"],
  ])("of %i GPUs has %s of shared memory", (gpus, sizeLimit) => {
    const [shm] = pod({ share: { ...args.share, gpus } }).spec.volumes as core.v1.Volume[];
    expect(shm).toEqual({ name: "shm", emptyDir: { medium: "Memory", sizeLimit } });
  });
});

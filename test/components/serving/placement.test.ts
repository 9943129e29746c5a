import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type InstanceType,
  instanceType,
  instanceTypeNames,
} from "../../../components/capacity/instances.ts";
import { diskProblem, memoryProblem, place, suitableTypes } from "../../../components/serving/placement.ts";
import { enginePod } from "../../../components/serving/pod.ts";
import type { Release } from "../../../components/serving/release.ts";
import { vllm } from "../../../components/serving/vllm.ts";
import { loadConfig } from "../../../scripts/plan/report/report.ts";
import { fixtureRoot } from "../../support/plan.ts";

const release = loadConfig(fixtureRoot, "dev").releases["qwen3-8b-awq-1"] as Release;
const with_ = (limits: Partial<Release["limits"]>, model: Partial<Release["model"]> = {}): Release => ({
  ...release,
  limits: { ...release.limits, ...limits },
  model: { ...release.model, ...model },
});
const at = (args: Partial<Parameters<typeof place>[0]> = {}) =>
  place({
    release,
    poolName: "a10g",
    pool: { instanceTypes: ["g5.xlarge", "g5.2xlarge"], capacity: ["on-demand"], maxGpus: 4 },
    replicas: { max: 2 },
    region: "us-east-1",
    bucket: "example-models",
    ...args,
  });
const pool = (...instanceTypes: string[]) => ({
  instanceTypes,
  capacity: ["on-demand"] as const,
  maxGpus: 8,
});

describe("a release in a pool", () => {
  it("takes what the smallest instance type has left, after the node's own pods", () => {
    expect(at().share).toEqual({ gpus: 1, efaInterfaces: 0, memoryMiB: 14_162 - 1024, cpus: 3 });
  });

  it("takes an even share of a node that holds several replicas", () => {
    const { share } = at({ release: with_({ tensorParallel: 2 }), pool: pool("p5.48xlarge") });
    const node = instanceType("p5.48xlarge");
    expect(share.gpus).toBe(2);
    expect(4 * share.memoryMiB).toBeLessThanOrEqual((node?.allocatableMiB ?? 0) - 1024);
    expect(4 * share.cpus).toBeLessThanOrEqual((node?.vcpus ?? 0) - 1);
  });

  it("passes over instance types that are too small", () => {
    const { share } = at({ release: with_({ tensorParallel: 4 }), pool: pool("g5.xlarge", "g5.12xlarge") });
    expect(share.gpus).toBe(4);
    expect(share.memoryMiB).toBeGreaterThan(100_000);
  });

  it("leaves attention kernels to the engine, which stops where a named one doesn't serve the model", () => {
    for (const kvCacheDtype of ["auto", "fp8"])
      for (const type of ["g5.xlarge", "g6e.xlarge", "p5.48xlarge"])
        expect(
          at({ release: with_({ kvCacheDtype }), pool: pool(type) }).command.args.join(" "),
        ).not.toContain("--attention-backend");
  });

  it("gives a start twice its estimate, a rollout more than a start, and never less than ten minutes", () => {
    const anyGpuType = fc.constantFrom(
      ...instanceTypeNames().filter((name) => instanceType(name)?.gpu !== undefined),
    );
    fc.assert(
      fc.property(
        anyGpuType,
        fc.double({ min: 1, max: 400, noNaN: true }),
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 1, max: 32 }),
        (type, weightsGiB, longestStreamSeconds, max) => {
          const placed = at({
            release: with_({ longestStreamSeconds }, { weightsGiB }),
            pool: pool(type),
            replicas: { max },
          });
          expect(placed.startupBudgetSeconds).toBeGreaterThanOrEqual(600);
          expect(placed.progressDeadlineSeconds).toBeGreaterThan(placed.startupBudgetSeconds);
          expect(placed.rolloutSeconds).toBeGreaterThan(placed.progressDeadlineSeconds);
          expect(placed.share.cpus).toBeGreaterThanOrEqual(1);
          expect(placed.share.memoryMiB).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("has no place in a pool without its GPUs", () => {
    expect(() => at({ release: with_({ tensorParallel: 8 }) })).toThrow(
      new RangeError(
        "no instance type of pool a10g has the 8 GPUs of a replica and enough host memory: g5.xlarge, g5.2xlarge",
      ),
    );
  });
});

describe("its memory", () => {
  // The buffer of the streamer grew to the whole of 15.3 GiB before its limit was named.
  const qwen3of8B = with_({}, { quantization: "none", weightsGiB: 15.3, hiddenSize: 4096 });

  it("holds a model larger than the pod, which streams through a buffer", () => {
    for (const type of ["g5.xlarge", "g5.2xlarge"])
      expect(memoryProblem(qwen3of8B, instanceType(type) as InstanceType)).toBeUndefined();
    expect(at({ release: qwen3of8B }).command.args).toContain(
      '--model-loader-extra-config={"concurrency":32,"memory_limit":2147483648}',
    );
  });

  it("that is too small is refused with the sum, and passed over where a pool has a larger type", () => {
    const wide = with_({}, { weightsGiB: 18, hiddenSize: 8192, vocabularySize: 262_144 });
    expect(memoryProblem(wide, instanceType("g5.xlarge") as InstanceType)).toBe(
      "a replica needs 16.2 GiB of memory (4.2 for the weight streamer (1 × 4.2) + 4.0 for the largest tensor of each " +
        "process (1 × 4.0) + 6.0 for the engine + 1.0 for compilation + 1.0 for /dev/shm), and g5.xlarge has 12.8 GiB " +
        "for it; take a larger instance type",
    );
    expect(memoryProblem(wide, instanceType("g5.2xlarge") as InstanceType)).toBeUndefined();
    expect(at({ release: wide }).share.memoryMiB).toBe(29_317 - 1024);
    expect(() => at({ release: wide, pool: pool("g5.xlarge") })).toThrow(RangeError);
  });

  it("is never less than what its pod asks for", () => {
    for (const name of instanceTypeNames()) {
      const type = instanceType(name) as InstanceType;
      if (type.gpu === undefined || memoryProblem(release, type) !== undefined) continue;
      const { memoryMiB } = at({ pool: pool(name) }).share;
      expect(memoryMiB).toBeLessThanOrEqual(type.allocatableMiB - 1024);
    }
  });
});

describe("its command line", () => {
  it("says everything that decides what is served, and nothing that changes by itself", () => {
    expect(at().command.args).toEqual([
      "s3://example-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79",
      "--served-model-name=chat",
      "--load-format=runai_streamer",
      '--model-loader-extra-config={"concurrency":32,"memory_limit":2147483648}',
      "--language-model-only",
      "--max-model-len=16384",
      "--max-num-seqs=32",
      "--max-num-queued-reqs=128",
      "--gpu-memory-utilization=0.9",
      "--kv-cache-dtype=auto",
      "--tensor-parallel-size=1",
      "--pipeline-parallel-size=1",
      "--shutdown-timeout=300",
      "--enable-request-id-headers",
      "--enable-server-load-tracking",
      "--disable-fastapi-docs",
      "--disable-uvicorn-access-log",
    ]);
  });

  it("has its key by reference, and limits what one request may ask for", () => {
    const env = Object.fromEntries(
      at().command.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
    );
    expect(env).toMatchObject({
      VLLM_API_KEY: { secretKeyRef: { name: "engine-api-key", key: "key" } },
      VLLM_HTTP_TIMEOUT_KEEP_ALIVE: "3675",
      VLLM_MAX_N_SEQUENCES: "16",
      HF_HUB_OFFLINE: "1",
    });
    expect(env).not.toHaveProperty("VLLM_SERVER_DEV_MODE");
  });
});

describe("its pod", () => {
  const placed = at();
  const pod = enginePod({
    ...placed,
    labels: { "gantry.dev/model": "chat" },
    image: release.engine.image,
    serviceAccount: "engine",
  });
  const container = (pod.containers as unknown as Record<string, unknown>[])[0];

  it("has no power that it doesn't need", () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 2000, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(container?.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("is probed patiently: its start for its budget, its life for two minutes", () => {
    const probe = { httpGet: { path: "/health", port: "http" }, timeoutSeconds: 5 };
    expect(container).toMatchObject({
      startupProbe: { ...probe, periodSeconds: 10, failureThreshold: placed.startupBudgetSeconds / 10 },
      readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { exec: { command: vllm.liveness?.() }, periodSeconds: 15, failureThreshold: 8 },
    });
  });

  it("leaves its target group before it stops, and stops when its streams are done", () => {
    expect(pod.terminationGracePeriodSeconds).toBe(30 + 300 + 20);
    expect(container?.lifecycle).toEqual({ preStop: { sleep: { seconds: 30 } } });
  });

  it("asks for all GPUs of its replica, and for the memory that it is limited to", () => {
    expect(container?.resources).toEqual({
      requests: { cpu: "3", memory: "13138Mi", "ephemeral-storage": "12Gi", "nvidia.com/gpu": "1" },
      limits: { memory: "13138Mi", "nvidia.com/gpu": "1" },
    });
  });

  it("goes to its pool only, past the taint that keeps others away", () => {
    expect(pod.nodeSelector).toEqual({ "gantry.dev/pool": "a10g" });
    expect(pod.tolerations).toEqual([{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
  });
});

describe("a replica larger than an instance", () => {
  const limits = { tensorParallel: 8, pipelineParallel: 2, gpuMemoryUtilization: 0.92 };
  const big = with_(limits, { weightsGiB: 380 });

  it("takes two whole ones with the fabric between them", () => {
    const placed = at({ release: big, pool: pool("p5.48xlarge") });
    expect(placed.nodes).toBe(2);
    expect(placed.share).toMatchObject({ gpus: 8, efaInterfaces: 32 });
    expect(placed.startupBudgetSeconds).toBeGreaterThan(1000);
  });

  it.each([
    ["one instance has all GPUs", { tensorParallel: 8 }, ["p5.48xlarge"], 1, ["p5.48xlarge"]],
    ["the larger one has all GPUs", { tensorParallel: 4 }, ["g5.2xlarge", "g5.12xlarge"], 1, ["g5.12xlarge"]],
    ["two have them", limits, ["p5.48xlarge"], 2, ["p5.48xlarge"]],
    ["two would be cut inside a layer", { tensorParallel: 16 }, ["p5.48xlarge"], 1, []],
    ["three would be needed", { tensorParallel: 8, pipelineParallel: 3 }, ["p5.48xlarge"], 1, []],
    ["two would not be whole", { tensorParallel: 4, pipelineParallel: 3 }, ["p5.48xlarge"], 1, []],
  ])("%s", (_, changed, types, nodes, suitable) => {
    const known = types.flatMap((type) => instanceType(type) ?? []);
    const found = suitableTypes({ ...release.limits, ...changed }, known);
    expect([found.nodes, found.types.map(({ name }) => name)]).toEqual([nodes, suitable]);
  });
});

describe("the room on the disk", () => {
  const tgi = (weightsGiB: number): Release => ({
    ...with_({}, { weightsGiB }),
    engine: { ...release.engine, kind: "tgi" },
  });
  const on = (name: string) => instanceType(name) as InstanceType;

  it("is enough for what is streamed, and for files that fit twice", () => {
    expect(diskProblem(with_({}, { weightsGiB: 500 }), on("g5.xlarge"))).toBeUndefined();
    expect(diskProblem(tgi(60), on("g5.xlarge"))).toBeUndefined();
  });

  it("is too little for files of every replica on the node, with the numbers", () => {
    expect(diskProblem(tgi(100), on("g5.xlarge"))).toBe(
      "1 × 222 GiB for 100 GiB of weights and a cache, with 60 GiB for images and logs, are more than the 232 GiB " +
        "on the disk of g5.xlarge; take a larger type, or an engine that streams its weights",
    );
    expect(diskProblem(tgi(450), on("g5.48xlarge"))).toMatch(/^8 × 958 GiB/);
  });
});

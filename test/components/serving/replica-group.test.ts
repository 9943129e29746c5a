import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStackConfig } from "../../../scripts/plan/environment.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { readReleases } from "../../../stacks/config.ts";
import { changed } from "../../support/changed.ts";
import { at, find, fixtureRoot, ofType, waitsFor } from "../../support/plan.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { projectWith } from "../../support/project.ts";

/** A 405B model in FP8: eight key-value heads, two nodes of eight H100. */
const llama405b = changed(
  changed(readReleases(fixtureRoot)["llama-3.3-70b-fp8-1"], ["model"], {
    repository: "example/Llama-405B-FP8",
    revision: "0123456789abcdef0123456789abcdef01234567",
    quantization: "fp8",
    weightsGiB: 380,
    layers: 126,
    heads: 128,
    kvHeads: 8,
    headDimension: 128,
    maxPositions: 131_072,
    hiddenSize: 16_384,
    vocabularySize: 128_256,
    parametersB: 405,
  }),
  ["limits"],
  {
    contextLength: 32_768,
    concurrentSequences: 64,
    tensorParallel: 8,
    pipelineParallel: 2,
    gpuMemoryUtilization: 0.92,
    kvCacheDtype: "fp8",
  },
);
const project = projectWith({ "llama-405b-fp8-1": llama405b });
afterAll(() => project[Symbol.dispose]());

let plan: Plan;
beforeAll(async () => {
  const pools = readStackConfig(fixtureRoot, "dev")["gantry:pools"] as object;
  plan = await planFixture({
    root: project.root,
    environment: "dev",
    edit: (config) => ({
      ...config,
      // One more model to stage, and a controller of its own.
      "gantry:cluster": {
        ...(config["gantry:cluster"] as object),
        systemNodes: { instanceType: "m7i.xlarge", min: 2, max: 4 },
      },
      "gantry:pools": {
        ...pools,
        h100: {
          instanceTypes: ["p5.48xlarge"],
          capacity: ["reserved"],
          reservations: ["cr-0a1b"],
          maxGpus: 32,
        },
      },
      "gantry:models": {
        ...(config["gantry:models"] as object),
        large: {
          blue: { release: "llama-405b-fp8-1", pool: "h100", replicas: { min: 2, max: 2 } },
          traffic: { live: "blue", canaryPercent: 0 },
        },
      },
    }),
  });
});

interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly affinity?: object;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [
      {
        readonly args: readonly string[];
        readonly env: readonly { readonly name: string; readonly value?: string }[];
        readonly resources: Readonly<Record<"requests" | "limits", Readonly<Record<string, string>>>>;
        readonly readinessProbe?: object;
        readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
        readonly ports?: readonly object[];
      },
    ];
  };
}

const template = (name: string, role: "leader" | "worker") =>
  at(find(plan, "LeaderWorkerSet", name), `spec.leaderWorkerTemplate.${role}Template`) as unknown as Pod;

describe("a replica over two nodes", () => {
  it("is a set of one group whose pods stop and start together", () => {
    const set = find(plan, "LeaderWorkerSet", "large-blue-1");
    expect(at(set, "spec")).toMatchObject({
      replicas: 1,
      leaderWorkerTemplate: { size: 2, restartPolicy: "RecreateGroupOnPodRestart" },
    });
    expect(ofType(plan, "Deployment").map(({ name }) => name)).not.toContain("large-blue");
    expect(ofType(plan, "ScaledObject").map(({ name }) => name)).not.toContain("large-blue");
  });

  it("computes with all GPUs and the whole fabric of both nodes", () => {
    for (const role of ["leader", "worker"] as const) {
      const [{ resources, env }] = template("large-blue-1", role).spec.containers;
      for (const part of [resources.requests, resources.limits])
        expect(part).toMatchObject({ "nvidia.com/gpu": "8", "vpc.amazonaws.com/efa": "32" });
      expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
        FI_PROVIDER: "efa",
        NCCL_SOCKET_IFNAME: "eth0",
      });
    }
  });

  it("finds itself by plain values", () => {
    const group = (role: "leader" | "worker") =>
      template("large-blue-1", role).spec.containers[0].args.slice(-5);
    const together = ["--nnodes=2", "--master-addr=large-blue-1-0.large-blue-1.models"];
    for (const role of ["leader", "worker"] as const)
      expect(group(role)).toEqual(expect.arrayContaining(together));
    expect(group("leader")).toContain("--node-rank=0");
    expect(group("worker")).toEqual(expect.arrayContaining(["--node-rank=1", "--headless"]));
    expect(group("leader")).not.toContain("--headless");
  });

  it("takes requests with its leader only, and waits for it in the same zone", () => {
    expect(at(find(plan, "core/v1:Service", "large-blue"), "spec.selector")).toEqual({
      "gantry.dev/model": "large",
      "gantry.dev/colour": "blue",
      "gantry.dev/role": "leader",
    });
    expect(template("large-blue-1", "leader").metadata.labels["gantry.dev/role"]).toBe("leader");
    const worker = template("large-blue-1", "worker");
    expect(worker.metadata.labels["gantry.dev/role"]).toBe("worker");
    expect(worker.spec.containers[0].readinessProbe).toBeUndefined();
    expect(worker.spec.containers[0].ports).toBeUndefined();
    const leader = template("large-blue-1", "leader").spec.containers[0];
    const drain = Number(/--shutdown-timeout=(\d+)/.exec(leader.args.join(" "))?.[1]);
    expect(worker.spec.containers[0].lifecycle.preStop.sleep.seconds).toBe(
      leader.lifecycle.preStop.sleep.seconds + drain,
    );
    expect(worker.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      worker.spec.containers[0].lifecycle.preStop.sleep.seconds,
    );
    expect(worker.spec.affinity).toMatchObject({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "topology.kubernetes.io/zone" }],
      },
    });
  });

  it("may talk to its other node, and to no other slot's", () => {
    const slot = { matchLabels: { "gantry.dev/model": "large", "gantry.dev/colour": "blue" } };
    expect(at(find(plan, "NetworkPolicy", "large-blue-group"), "spec")).toEqual({
      podSelector: slot,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: slot }] }],
      egress: [{ to: [{ podSelector: slot }] }],
    });
  });

  it("starts after its weights and controllers, one replica after the other", () => {
    const second = find(plan, "LeaderWorkerSet", "large-blue-2");
    expect(waitsFor(plan, second, "LeaderWorkerSet")).toEqual(["large-blue-1"]);
    expect(waitsFor(plan, second, "Release")).toEqual(
      expect.arrayContaining(["controllers-groups", "controllers-fabric"]),
    );
    expect(waitsFor(plan, second, "Job")).toEqual([
      expect.stringMatching(/^stage-llama-405b-fp8-0123456789ab-[0-9a-f]{8}$/),
    ]);
    expect(waitsFor(plan, find(plan, "ListenerRule", "large-live"), "LeaderWorkerSet")).toEqual([
      "large-blue-1",
      "large-blue-2",
    ]);
  });

  it("adds no controllers where no replica spans nodes", async () => {
    const names = ofType(await planFixture({ environment: "dev" }), "Release").map(({ name }) => name);
    expect(names).not.toContain("controllers-groups");
    expect(names).not.toContain("controllers-fabric");
  });
});

import { expect, it } from "vitest";
import { tensorParallelMatchesGpus as rule } from "../../../../policies/rules/serving/tensor-parallel-matches-gpus.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  a10g,
  chatArgs,
  gpuEngine,
  group,
  h100,
  largeArgs,
  on,
  pool,
  replacing,
  shm,
  slot,
  stored,
} from "../../gpu-slot.ts";
import { everyWorkload } from "../../workload.ts";

const container = "chat-blue#containers.engine";
const limit = `${container}.resources.limits.nvidia.com/gpu`;
const request = `${container}.resources.requests.nvidia.com/gpu`;
const size = `${container}.args.tensor-parallel-size`;
const mounts = `${container}.volumeMounts`;
const selector = "chat-blue#nodeSelector";

/** The large model on GPUs of one node, with shared memory. */
const large = (args: Wire, gpus: Wire = "2", more = {}, where = h100): readonly Given[] => [
  slot([gpuEngine(args, gpus, { ...shm.mounts, ...more })], { ...on(where), ...shm.volumes }),
  where,
];
const spread = (tensor: number) => replacing(largeArgs, "--tensor-parallel-size", `-tp=${tensor}`);
const volume = (emptyDir: Wire): readonly Given[] => [
  slot([gpuEngine(largeArgs, "2", shm.mounts)], { ...on(h100), volumes: [{ name: "shm", emptyDir }] }),
  h100,
];
const resources = (requests: Wire, limits: Wire) =>
  large(largeArgs, "2", { resources: { requests, limits } });
const gpu = (count: Wire) => ({ "nvidia.com/gpu": count });
const qwen7b = "s3://b/Qwen/Qwen2.5-7B-Instruct-AWQ/b25037543e9394b818fdfca67ab2a00ecc7dd641";
const weights = {
  mount: { name: "weights", mountPath: "/weights" },
  volume: { name: "weights", emptyDir: {} },
};
const nodes = [
  ...spread(8),
  "-pp=2",
  "--nnodes=2",
  "--node-rank=0",
  "--master-addr=chat-blue-1-0.chat-blue-1.models",
];
const inGroup = (args: Wire, pods: Wire = 2) => [
  group([gpuEngine(args, "8", shm.mounts)], { ...on(h100), ...shm.volumes }, pods),
  h100,
];
/** The same group with another container in its leader or its workers; without the leader's own pods where unset. */
const groupWith = (template: string, containers: Wire | undefined, pods: Wire = 2): readonly Given[] => {
  const path = `spec.leaderWorkerTemplate.${template}${containers === undefined ? "" : ".spec.containers"}`;
  return inGroup(nodes, pods).map((one) =>
    one.name === "chat-blue-1" ? { ...one, props: withField(one.props, path, containers) } : one,
  );
};
const unknownGpus: Wire = [gpuEngine(nodes, unknown, shm.mounts), { name: "proxy", image: "envoy:1" }];
const inPods = (field: string) => [
  `chat-blue-1#leaderTemplate.containers.engine.${field}`,
  `chat-blue-1#workerTemplate.containers.engine.${field}`,
];

cases(rule, {
  passes: [
    ["one GPU", [slot([gpuEngine(chatArgs)]), a10g]],
    ["one GPU without a word about it", [slot([gpuEngine([stored.qwen8b])]), a10g]],
    ["two GPUs", large(largeArgs)],
    [
      "eight GPUs, half of them each for a replica of the model",
      large([...spread(4), "--data-parallel-size=2"], "8"),
    ],
    ["numbers for texts", large(largeArgs, 2)],
    ["a limit without a request", resources(null, gpu("2"))],
    ["shared memory without a limit", volume({ medium: "Memory" })],
    ["secret arguments", large(secret(largeArgs))],
    ["a model without a row on one GPU", [slot([gpuEngine(["/weights"])]), a10g]],
    [
      "a pool with a smaller type beside it",
      large(largeArgs, "2", {}, pool("h100", ["p5.4xlarge", "p5.48xlarge"])),
    ],
    ["a group of two pods", inGroup(nodes)],
    ["a group whose leader is made as its workers are", groupWith("leaderTemplate", undefined)],
    [
      "a group whose leader computes nothing",
      groupWith("leaderTemplate", [{ name: "proxy", image: "envoy:1" }], 3),
    ],
    [
      "key-value heads that are copied because there are fewer than GPUs",
      large(
        ["s3://b/Qwen/Qwen3-30B-A3B-Instruct-2507-FP8/5a5a776300a41aaa681dd7ff0106608ef2bc90db", "-tp=8"],
        "8",
      ),
    ],
    [
      "another volume beside the shared memory",
      [
        slot([gpuEngine(largeArgs, "2", { volumeMounts: [weights.mount, ...shm.mounts.volumeMounts] })], {
          ...on(h100),
          volumes: [weights.volume, ...shm.volumes.volumes],
        }),
        h100,
      ],
    ],
    ["pods without an engine", [slot([{ name: "proxy", image: "envoy:1" }])]],
  ],
  reports: [
    ["more parallel than GPUs", large(spread(4)), [limit, size]],
    ["three of four GPUs", large(spread(3), "4"), [limit, size]],
    ["no size with four GPUs", large(replacing(largeArgs, "--tensor-parallel-size"), "4"), [limit]],
    ["a pipeline beside all the GPUs", large([...largeArgs, "-pp", "2"]), [limit]],
    ["a size that doesn't divide the heads", large(spread(5), "5"), [size]],
    ["a size that doesn't divide the key-value heads", large([qwen7b, "-tp=7"], "7"), [size]],
    ["a size that divides the key-value heads alone", large([qwen7b, "-tp=8"], "8"), [size]],
    ["a size of zero", large(spread(0)), [limit]],
    ["a size that is no number", large([...largeArgs, "-tp=two"]), [limit]],
    ["a size and GPUs that can't be read", large([...largeArgs, "-tp=two"], unknown), [limit, request]],
    ["a model without a row on two GPUs", large(["/weights", "-tp=2"]), [size]],
    ["no GPU", [slot([gpuEngine(chatArgs, "1", { resources: {} })]), a10g], [limit]],
    ["another request than the limit", resources(gpu("1"), gpu("2")), [request]],
    ["GPUs that are requested and not limited", resources(gpu("2"), {}), [limit, request, size]],
    ["half a GPU", resources(gpu("0.5"), gpu("0.5")), [limit, request]],
    ["an unknown limit", resources(gpu("2"), gpu(unknown)), [limit, request]],
    ["unknown resources", large(largeArgs, "2", { resources: unknown }), [limit, request]],
    [
      "no instance with the GPUs",
      [slot([gpuEngine(largeArgs, "2", shm.mounts)], { ...on(a10g), ...shm.volumes }), a10g],
      [selector],
    ],
    ["no pool", [slot([gpuEngine(chatArgs)])], [selector]],
    ["no volume", [slot([gpuEngine(largeArgs, "2", shm.mounts)], on(h100)), h100], [mounts]],
    ["no mount", [slot([gpuEngine(largeArgs, "2")], { ...on(h100), ...shm.volumes }), h100], [mounts]],
    [
      "memory that is mounted elsewhere",
      large(largeArgs, "2", { volumeMounts: [{ name: "shm", mountPath: "/cache" }] }),
      [mounts],
    ],
    [
      "a mount and a volume of unknown names",
      [
        slot([gpuEngine(largeArgs, "2", { volumeMounts: [{ name: unknown, mountPath: "/dev/shm" }] })], {
          ...on(h100),
          volumes: [{ name: unknown, emptyDir: { medium: "Memory" } }],
        }),
        h100,
      ],
      [mounts],
    ],
    ["memory of unknown size", volume({ medium: "Memory", sizeLimit: unknown }), [mounts]],
    ["a disk for memory", volume({ sizeLimit: "4Gi" }), [mounts]],
    ["too little memory", volume({ medium: "Memory", sizeLimit: "64Mi" }), [mounts]],
    ["an unknown volume", volume(unknown), [mounts]],
    ["unknown arguments", large(unknown), [`${container}.args`]],
    ["a text for arguments", large("-tp 2"), [`${container}.args`]],
    [
      "two engines and an unknown one",
      [
        slot([gpuEngine(chatArgs), { ...gpuEngine(chatArgs, "2", shm.mounts), name: "other" }, unknown], {
          ...on(h100),
          ...shm.volumes,
        }),
        h100,
      ],
      ["chat-blue#containers.2.args", "chat-blue#containers.other.resources.limits.nvidia.com/gpu"],
    ],
    [
      "an init container",
      [slot([], { ...on(h100), initContainers: [gpuEngine(spread(4), "1")] }), h100],
      [
        "chat-blue#initContainers.engine.args.tensor-parallel-size",
        "chat-blue#initContainers.engine.resources.limits.nvidia.com/gpu",
      ],
    ],
    ["a group with one pod more", inGroup(nodes, 3), inPods("resources.limits.nvidia.com/gpu")],
    ["a group of unknown size", inGroup(nodes, unknown), inPods("resources.limits.nvidia.com/gpu")],
    [
      "a group whose leader asks for an unknown number",
      groupWith("leaderTemplate", unknownGpus),
      [...inPods("resources.limits.nvidia.com/gpu"), inPods("resources.requests.nvidia.com/gpu")[0] ?? ""],
    ],
    [
      "a group whose workers ask for an unknown number",
      groupWith("workerTemplate", unknownGpus),
      [...inPods("resources.limits.nvidia.com/gpu"), inPods("resources.requests.nvidia.com/gpu")[1] ?? ""],
    ],
    [
      "a layer over both pods of a group",
      inGroup([...spread(16), ...nodes.slice(-3)]),
      inPods("args.tensor-parallel-size"),
    ],
    [
      "every kind of workload",
      [
        ...everyWorkload({
          containers: [gpuEngine(replacing(chatArgs, "--tensor-parallel-size", "-tp=2"))],
          ...on(a10g),
        }),
        a10g,
      ],
      [
        ...Array(9).fill([limit, size]).flat(),
        "chat-blue#workerTemplate.containers.engine.args.tensor-parallel-size",
        "chat-blue#workerTemplate.containers.engine.resources.limits.nvidia.com/gpu",
      ],
    ],
  ],
});

it("asks for the shared memory of its configuration", async () => {
  expect(await findings(rule, large(largeArgs), { config: { minShmGiB: 4 } })).toEqual([]);
  expect(await findings(rule, large(largeArgs), { config: { minShmGiB: 8 } })).toEqual([
    `${rule.name}[${mounts}]`,
  ]);
  expect(await findings(rule, large(largeArgs), { config: { minShmGiB: "4" } })).toEqual([
    `${rule.name}[stack#configuration.minShmGiB]`,
  ]);
});

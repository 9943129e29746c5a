import { expect, it } from "vitest";
import { vramFits as rule } from "../../../../policies/rules/serving/vram-fits.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  a10g,
  chatArgs,
  chatOn,
  gpuEngine,
  group,
  h100,
  l40s,
  largeArgs,
  on,
  pool,
  replacing,
  slot,
  stored,
} from "../../gpu-slot.ts";
import { everyWorkload } from "../../workload.ts";

const args = "chat-blue#containers.engine.args";
const [length, share] = [`${args}.max-model-len`, `${args}.gpu-memory-utilization`];
const withLength = (value?: Wire) => chatOn(a10g, replacing(chatArgs, "--max-model-len", value));
const withShare = (value?: Wire) => chatOn(a10g, replacing(chatArgs, "--gpu-memory-utilization", value));
const llama = (...more: readonly string[]) => [stored.llama8b, "--gpu-memory-utilization=0.9", ...more];
const mixed = pool("mixed", ["g5.xlarge", "g5.12xlarge", "g6e.12xlarge"]);

/** A model without a row in the table, whose pod says its shape. */
const newcomer = `some/Model@${"1".repeat(40)}`;
const shape = (changed: object = {}) =>
  JSON.stringify({
    model: newcomer,
    quantization: "awq",
    weightsGiB: 5.68,
    parametersB: 8.19,
    hiddenSize: 4096,
    layers: 36,
    heads: 32,
    kvHeads: 8,
    headDimension: 128,
    ...changed,
  });
const saying = (annotation: Wire, more: readonly string[] = ["--max-model-len=16384"], model = newcomer) => [
  slot(
    [gpuEngine([`s3://b/${model.replace("@", "/")}`, "--gpu-memory-utilization=0.9", ...more])],
    on(a10g),
    { annotations: { "gantry.dev/model-shape": annotation } },
  ),
  a10g,
];
const long = ["--max-model-len=131072"];

cases(rule, {
  passes: [
    ["a new model whose pod says its shape", saying(shape())],
    // 36 layers × 131,072 tokens × 576 × 2 bytes = 5.1 GiB, where whole heads took 18 GiB.
    [
      "a latent one with a long request",
      saying(shape({ attention: { kind: "latent", elements: 576 } }), long),
    ],
    // Half of the layers keep everything: 9 GiB, and the others 2.3 GiB.
    [
      "one of which half the layers see a window",
      saying(shape({ attention: { kind: "window", tokens: 128, layers: 18 } }), ["--max-model-len=90000"]),
    ],
    [
      "one of which a quarter of the layers attend",
      saying(shape({ attention: { kind: "state", layers: 9, stateMiB: 64 } }), long),
    ],
    // 5.68 GiB of weights and 144 KiB a token: 9.9 of 19.8 GiB.
    ["an 8B AWQ model on one A10G", chatOn(a10g)],
    ["a 70B FP8 model on two H100", chatOn(h100, largeArgs, "2")],
    // 33.85 GiB and 400,000 tokens of 80 KiB each, as two GPUs share heads: 66.4 of 72.8 GiB.
    [
      "a long request whose KV cache two GPUs share",
      chatOn(h100, replacing(largeArgs, "--max-model-len", "--max-model-len=400000"), "2"),
    ],
    // 14.96 GiB + 22,000 tokens of 128 KiB + 2 GiB: 19.65 of 19.83 GiB.
    ["what just fits", chatOn(a10g, llama("--max-model-len=22000"))],
    ["twice the tokens in FP8", chatOn(a10g, llama("--max-model-len=44000", "--kv-cache-dtype=fp8"))],
    [
      "the least and the most of the memory",
      [
        ...withShare("--gpu-memory-utilization=0.5"),
        slot([gpuEngine(replacing(chatArgs, "--gpu-memory-utilization", "--gpu_memory_utilization=0.95"))]),
      ],
    ],
    ["layers in two groups", chatOn(h100, replacing([...largeArgs, "-pp=2"], "--tensor-parallel-size"), "2")],
    ["secret arguments", chatOn(a10g, secret(chatArgs))],
    [
      "instances too small for the pod beside large ones",
      chatOn(mixed, [...chatArgs.slice(0, -1), "-tp=4"], "4"),
    ],
    ["pods without an engine", [slot([{ name: "proxy", image: "envoy:1" }])]],
  ],
  reports: [
    ["a new model with whole heads and a long request", saying(shape(), long), [args]],
    ["a shape of another model", saying(shape({ model: `some/Other@${"1".repeat(40)}` })), [args]],
    ["a shape with a digit too few", saying(shape({ weightsGiB: 0.568 })), [args]],
    ["a shape without layers", saying(shape({ layers: undefined })), [args]],
    ["an unknown layout", saying(shape({ attention: { kind: "other" } })), [args]],
    ["a shape that is no JSON", saying("5.68 GiB"), [args]],
    ["an unknown shape", saying(unknown), [args]],
    [
      "a shape that contradicts the table",
      saying(
        shape({
          model: stored.qwen8b
            .split("/")
            .slice(-3)
            .join("/")
            .replace(/\/(?=[^/]*$)/, "@"),
          layers: 3,
        }),
        ["--max-model-len=16384"],
        stored.qwen8b
          .split("/")
          .slice(-3)
          .join("/")
          .replace(/\/(?=[^/]*$)/, "@"),
      ),
      [args],
    ],
    ["a 70B model on one GPU of 24 GB", chatOn(a10g, replacing(largeArgs, "--tensor-parallel-size")), [args]],
    ["one of two pools that is too small", [slot([gpuEngine(largeArgs, "2")], {}), h100, mixed], [args]],
    // 14.96 GiB + 24,000 tokens of 128 KiB + 2 GiB: 19.9 of 19.83 GiB.
    ["what just doesn't fit", chatOn(a10g, llama("--max-model-len=24000")), [args]],
    [
      "heads that are copied because there are fewer than GPUs",
      chatOn(
        pool("a10g", ["g5.48xlarge"]),
        replacing(
          replacing(replacing(largeArgs, "--tensor-parallel-size", "-tp=16"), "--kv-cache-dtype"),
          "--max-model-len",
          "--max-model-len=600000",
        ),
        "8",
      ),
      [args],
    ],
    ["no length", withLength(), [length]],
    ["a length in thousands", withLength("--max-model-len=16k"), [length]],
    ["a length that the engine picks", withLength("--max-model-len=-1"), [length]],
    ["an unknown length", withLength(unknown), [args]],
    ["no share of the memory", withShare(), [share]],
    ["too much of it", withShare("--gpu-memory-utilization=0.96"), [share]],
    ["too little of it", withShare("--gpu-memory-utilization=0.4"), [share]],
    ["a share that is no number", withShare("--gpu-memory-utilization=most"), [share]],
    ["neither length nor share", chatOn(a10g, [stored.qwen8b]), [length, share]],
    [
      "a commit without a row",
      chatOn(a10g, [`s3://b/Qwen/Qwen3-8B-AWQ/${"0".repeat(40)}`, ...chatArgs.slice(1)]),
      [args],
    ],
    [
      "a model that drafts its answers",
      chatOn(a10g, [...chatArgs, '--speculative-config={"method":"ngram"}']),
      [args],
    ],
    ["a KV cache of its own size", chatOn(a10g, [...chatArgs, "--kv-cache-memory-bytes=1"]), [args]],
    [
      "a KV cache without a row",
      chatOn(a10g, replacing(chatArgs, "--kv-cache-dtype", "--kv-cache-dtype=int4")),
      [args],
    ],
    [
      "a size that can't be read",
      chatOn(a10g, replacing(chatArgs, "--tensor-parallel-size", "-tp=0")),
      [args],
    ],
    ["a number of groups that can't be read", chatOn(a10g, [...chatArgs, "-pp=0"]), [args]],
    ["no pool", [slot([gpuEngine(chatArgs)])], [args]],
    ["an unknown selector", [slot([gpuEngine(chatArgs)], { nodeSelector: unknown }), a10g], [args]],
    ["unknown arguments", chatOn(a10g, unknown), [args]],
    ["an object for arguments", chatOn(a10g, { model: "x" }), [args]],
    [
      "a neighbour that is unknown",
      [slot([unknown, gpuEngine([stored.qwen8b])]), a10g],
      [length, share, "chat-blue#containers.0.args"],
    ],
    [
      "an init container",
      [
        slot([], {
          ...on(l40s),
          initContainers: [gpuEngine(replacing(largeArgs, "--tensor-parallel-size"))],
        }),
        l40s,
      ],
      ["chat-blue#initContainers.engine.args"],
    ],
    [
      "both pods of a group",
      [group([gpuEngine(replacing(largeArgs, "--tensor-parallel-size"))], on(a10g)), a10g],
      [
        "chat-blue-1#leaderTemplate.containers.engine.args",
        "chat-blue-1#workerTemplate.containers.engine.args",
      ],
    ],
    [
      "every kind of workload",
      [
        ...everyWorkload({ containers: [gpuEngine([stored.qwen8b, "--max-model-len=1024"])], ...on(a10g) }),
        a10g,
      ],
      [
        ...Array(9).fill([args, share]).flat(),
        ...["", ".gpu-memory-utilization"].map(
          (flag) => `chat-blue#workerTemplate.containers.engine.args${flag}`,
        ),
      ],
    ],
  ],
});

it("counts with the reserve of its configuration", async () => {
  const tight = chatOn(a10g, llama("--max-model-len=20000"));
  expect(await findings(rule, tight)).toEqual([]);
  expect(await findings(rule, tight, { config: { activationGiB: 4 } })).toEqual([`${rule.name}[${args}]`]);
  expect(await findings(rule, tight, { config: { activationGiB: 0 } })).toEqual([
    `${rule.name}[stack#configuration.activationGiB]`,
  ]);
});

it("says how much each part takes", async () => {
  const [found] = await judge(rule, chatOn(a10g, replacing(largeArgs, "--tensor-parallel-size")));
  expect(found?.found).toContain(
    "each NVIDIA A10G would hold 67.7 GiB of weights, 5.0 GiB for one request of 32768 tokens and 2 GiB of activations, and the engine may use 20.3 GiB",
  );
});

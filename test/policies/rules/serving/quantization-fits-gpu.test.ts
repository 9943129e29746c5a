import { quantizationFitsGpu as rule } from "../../../../policies/rules/serving/quantization-fits-gpu.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
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
const [cache, weights, whole] = [`${args}.kv-cache-dtype`, `${args}.quantization`, args];
const fp8Cache = replacing(chatArgs, "--kv-cache-dtype", "--kv-cache-dtype=fp8");
const byTriton = [...fp8Cache, "--attention-backend=TRITON_ATTN"];
const withArgs = (...more: readonly Wire[]) => [...chatArgs, ...more];
const labelled = (labels: Wire, image: Wire): readonly Given[] => [
  slot([gpuEngine(chatArgs, "1", { image })], on(a10g), { labels }),
  a10g,
];
const affinity = (terms: Wire) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
});
const among = (key: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key, operator: "In", values }],
});
const tgi = (...flags: readonly string[]) => ({
  ...gpuEngine([
    "--model-id=Qwen/Qwen3-8B-AWQ",
    "--revision=4da05a8edb55c6046cce958586c33b61da07bb79",
    ...flags,
  ]),
  image: "ghcr.io/huggingface/text-generation-inference:3.3.6",
});

/** An engine that reads files, which an init container copied from the bucket. */
const copying = (uri: string): readonly Given[] => {
  const script = [
    `aws s3 cp --recursive --only-show-errors ${uri}/ /weights/`,
    "cd /weights",
    `jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check --quiet`,
  ];
  const mount = { name: "weights", mountPath: "/weights" };
  return [
    slot([{ ...tgi(), args: ["--model-id=/weights"], volumeMounts: [{ ...mount, readOnly: true }] }], {
      ...on(a10g),
      volumes: [{ name: "weights", emptyDir: {} }],
      initContainers: [
        {
          name: "weights",
          image: "aws-cli:1",
          command: ["bash", "-euo", "pipefail", "-c", script.join("\n")],
          volumeMounts: [mount],
        },
      ],
    }),
    a10g,
  ];
};

cases(rule, {
  passes: [
    ["weights that were copied from the bucket", copying(stored.qwen8b)],
    ["AWQ on A10G", chatOn(a10g)],
    ["AWQ on H100", chatOn(h100)],
    ["AWQ by the name of its kernels", chatOn(a10g, withArgs("-q", "awq_marlin"))],
    ["FP8 weights on A10G, which unpacks them", chatOn(a10g, [stored.llama70b])],
    ["an FP8 cache on H100", chatOn(h100, largeArgs)],
    ["an FP8 cache on A10G, for which the engine finds a backend", chatOn(a10g, fp8Cache)],
    ["an FP8 cache on L40S", chatOn(l40s, fp8Cache)],
    [
      "an FP8 cache on A10G by the backend that has it",
      chatOn(a10g, [...fp8Cache, "--attention-backend=FLASHINFER"]),
    ],
    ["an FP8 cache on L40S by Triton", chatOn(l40s, [...fp8Cache, "--attention-backend=TRITON_ATTN"])],
    ["weights that are quantized while they load", chatOn(l40s, [stored.llama8b, "--quantization=fp8"])],
    [
      "a model from the hub by its commit",
      chatOn(a10g, ["Qwen/Qwen3-8B-AWQ", "--revision=4da05a8edb55c6046cce958586c33b61da07bb79"]),
    ],
    ["secret arguments", chatOn(a10g, secret(chatArgs))],
    ["two pools that both run it", [slot([gpuEngine(chatArgs)], {}), a10g, l40s]],
    [
      "one of two pools by its GPU's label",
      [
        slot(
          [gpuEngine(replacing(largeArgs, "--tensor-parallel-size"))],
          affinity([among("karpenter.k8s.aws/instance-gpu-name", "h100")]),
        ),
        a10g,
        h100,
      ],
    ],
    [
      "two terms that both run it",
      [
        slot(
          [gpuEngine(chatArgs)],
          affinity([among("gantry.dev/pool", "a10g"), among("gantry.dev/pool", "l40s")]),
        ),
        a10g,
        l40s,
      ],
    ],
    ["the version in the image's tag", labelled({}, "vllm/vllm-openai:v0.32.0")],
    ["an engine of another kind by its own flags", [slot([tgi("--kv-cache-dtype=fp8_e5m2")]), a10g]],
    ["pods without an engine", [slot([{ name: "proxy", image: "envoy:1" }])]],
    ["a group of pods", [group([gpuEngine(largeArgs, "8")], on(h100)), h100]],
  ],
  reports: [
    [
      "an FP8 cache on A10G by another backend",
      chatOn(a10g, [...fp8Cache, "--attention-backend=TRITON_ATTN"]),
      [cache],
    ],
    [
      "an FP8 cache on L40S by a named backend that has none",
      chatOn(l40s, [...fp8Cache, "--attention-backend=FLASH_ATTN"]),
      [cache],
    ],
    [
      "a selector that admits two kinds and fits one",
      [slot([gpuEngine(byTriton)], affinity([among("gantry.dev/pool", "a10g", "h100")])), a10g, h100],
      [cache],
    ],
    ["no selector with a pool that doesn't fit", [slot([gpuEngine(byTriton)], {}), a10g, h100], [cache]],
    [
      "a pool with one type that doesn't fit",
      chatOn(pool("mixed", ["g5.xlarge", "p5.4xlarge"]), byTriton),
      [cache],
    ],
    [
      "a cache that the tables don't have",
      chatOn(a10g, replacing(chatArgs, "--kv-cache-dtype", "--kv-cache-dtype=nvfp4")),
      [cache],
    ],
    ["a quantization of a plug-in", chatOn(a10g, withArgs("--quantization=bitsandbytes")), [weights]],
    ["another quantization than the weights have", chatOn(a10g, withArgs("--quantization=gptq")), [weights]],
    [
      "a model without a row",
      chatOn(a10g, [`s3://gantry-dev-models/Qwen/Qwen3-8B-AWQ/${"0".repeat(40)}`]),
      [whole],
    ],
    ["a model from the hub without its commit", chatOn(a10g, ["Qwen/Qwen3-8B-AWQ"]), [whole]],
    ["weights of another commit that were copied", copying(`${stored.qwen8b.slice(0, -1)}0`), [whole]],
    ["a path", chatOn(a10g, ["/weights"]), [whole]],
    [
      "a version that wasn't compared",
      labelled({ "app.kubernetes.io/version": "0.40.0" }, "vllm/vllm-openai"),
      [whole],
    ],
    ["no version", labelled({}, "vllm/vllm-openai"), [whole]],
    ["an unknown label", labelled({ "app.kubernetes.io/version": unknown }, "vllm/vllm-openai"), [whole]],
    ["no pool", [slot([gpuEngine(chatArgs)])], [whole]],
    ["a pool of another name", [slot([gpuEngine(chatArgs)], on(h100)), a10g], [whole]],
    ["a pool of a family without a row", chatOn(pool("g6", ["g6.xlarge"])), [whole]],
    ["a pool that may make anything", chatOn(pool("any", [])), [whole]],
    ["a selector that is unknown", [slot([gpuEngine(chatArgs)], { nodeSelector: unknown }), a10g], [whole]],
    ["a pool that is unknown", [slot([gpuEngine(chatArgs)]), { ...a10g, props: { spec: unknown } }], [whole]],
    ["unknown arguments", chatOn(a10g, unknown), [whole]],
    ["an unknown argument", chatOn(a10g, withArgs(unknown)), [whole]],
    ["arguments that are a text", chatOn(a10g, chatArgs.join(" ")), [whole]],
    [
      "a shell around the engine",
      [slot([gpuEngine(chatArgs, "1", { command: ["sh", "-c"] })]), a10g],
      [whole],
    ],
    ["an unknown image", [slot([gpuEngine(chatArgs, "1", { image: unknown })]), a10g], [whole]],
    [
      "an unknown neighbour",
      [slot([unknown, gpuEngine(byTriton)]), a10g],
      ["chat-blue#containers.0.args", cache],
    ],
    ["an engine of another kind and its cache", [slot([tgi("--kv-cache-dtype=fp8")]), a10g], [cache]],
    [
      "an engine among the init containers",
      [slot([], { ...on(a10g), initContainers: [gpuEngine(byTriton)] }), a10g],
      ["chat-blue#initContainers.engine.args.kv-cache-dtype"],
    ],
    [
      "both pods of a group",
      [group([gpuEngine([...largeArgs, "--quantization=awq"], "8")], on(h100)), h100],
      [
        "chat-blue-1#leaderTemplate.containers.engine.args.quantization",
        "chat-blue-1#workerTemplate.containers.engine.args.quantization",
      ],
    ],
    [
      "every kind of workload",
      [...everyWorkload({ containers: [gpuEngine(fp8Cache)], ...on(a10g) }), a10g],
      [...Array(9).fill(whole), "chat-blue#workerTemplate.containers.engine.args"],
    ],
  ],
});

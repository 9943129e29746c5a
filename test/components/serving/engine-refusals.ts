import { type GpuName, gpus } from "../../../components/capacity/gpus.ts";
import type { ModelShape } from "../../../components/capacity/model-shape.ts";
import type { Release } from "../../../components/serving/release.ts";
import { chat } from "./releases.ts";

/** Something that vLLM 0.31 accepts or refuses when it starts. */
export interface EngineCase {
  readonly what: string;
  /** Where the engine decides it. */
  readonly source: string;
  readonly refused: boolean;
  readonly release: Release;
  /** An instance type with the GPUs of a replica. */
  readonly instance: string;
  /** What the engine's own code is asked (test/real/engine/judge.py); absent where it decides while it loads. */
  readonly question?: Question;
}

type Question =
  | { readonly kind: "start" }
  | {
      readonly kind: "attention" | "experts" | "dense" | "group";
      readonly about: Readonly<Record<string, unknown>>;
    };

const instances: Readonly<Record<GpuName, string>> = {
  a10g: "g5.48xlarge",
  l40s: "g6e.48xlarge",
  h100: "p5.48xlarge",
  h200: "p5en.48xlarge",
};
export const instanceGpu = (instance: string) =>
  gpus[(Object.keys(instances) as GpuName[]).find((name) => instances[name] === instance) ?? "a10g"];

/** A small release of this shape, which has room on any GPU. */
function served(model: Partial<Release["model"]>, limits: Partial<Release["limits"]> = {}): Release {
  return {
    ...chat,
    model: { ...chat.model, heads: 32, hiddenSize: 4096, vocabularySize: 151_936, ...model },
    limits: { ...chat.limits, ...limits },
  };
}

function attention(
  gpu: GpuName,
  kvCacheDtype: string,
  shape: Pick<ModelShape, "attention" | "attentionSinks"> & { readonly headDimension?: number },
  refused = false,
): EngineCase {
  const latent = shape.attention?.kind === "mla" ? shape.attention.latentDimension : undefined;
  const size = latent ?? shape.headDimension ?? 128;
  const kind = [
    latent === undefined ? `heads of ${size}` : `latent of ${size}`,
    shape.attentionSinks ? "sinks" : "",
  ];
  return {
    what: `attention, ${kind.filter(Boolean).join(" with ")}, ${kvCacheDtype} on ${gpu}`,
    source: "platforms/cuda.py get_attn_backend_cls, v1/attention/backends/*.py validate_configuration",
    refused,
    // As many heads as make up the hidden size.
    release: served({ ...shape, heads: 4096 / (shape.headDimension ?? 128), kvHeads: 1 }, { kvCacheDtype }),
    instance: instances[gpu],
    question: {
      kind: "attention",
      about: {
        head_size: size,
        kv_cache_dtype: kvCacheDtype,
        latent: latent !== undefined,
        sinks: shape.attentionSinks ?? false,
      },
    },
  };
}

function experts(
  gpu: GpuName,
  expertSize: number,
  tensorParallel: number,
  refused = false,
  quantization = "fp8",
): EngineCase {
  return {
    what: `experts of ${expertSize} in ${quantization} blocks of 128 over ${tensorParallel} ${gpu}`,
    source:
      quantization === "fp8"
        ? "fused_moe/oracle/fp8.py refine_fp8_moe_block_shape, fused_moe/experts/triton_moe.py"
        : "compressed_tensors_moe_w8a8_fp8.py, fp8_utils.py validate_fp8_block_shape_moe",
    refused,
    release: served(
      {
        quantization,
        weightBlock: 128,
        expertSize,
        hiddenSize: 2048,
        kvHeads: 8,
        layers: 48,
        weightsGiB: 29,
        parametersB: 30.5,
        activeParametersB: 3.3,
      },
      { tensorParallel },
    ),
    instance: instances[gpu],
    question: {
      kind: "experts",
      about: {
        width: expertSize,
        tensor_parallel: tensorParallel,
        hidden: 2048,
        block: 128,
        refines: quantization === "fp8",
      },
    },
  };
}

function dense(feedForwardSize: number, tensorParallel: number, refused = false): EngineCase {
  return {
    what: `a feed-forward layer of ${feedForwardSize} in FP8 blocks of 128 over ${tensorParallel} h100`,
    source: "quantization/utils/fp8_utils.py validate_fp8_block_shape",
    refused,
    release: served(
      { quantization: "fp8", weightBlock: 128, feedForwardSize, weightsGiB: 8 },
      { tensorParallel },
    ),
    instance: instances.h100,
    question: {
      kind: "dense",
      about: {
        inputs: feedForwardSize,
        outputs: feedForwardSize,
        tensor_parallel: tensorParallel,
        block: 128,
      },
    },
  };
}

function group(
  quantization: string,
  feedForwardSize: number,
  tensorParallel: number,
  refused = false,
): EngineCase {
  return {
    what: `a feed-forward layer of ${feedForwardSize} in ${quantization} groups of 128 over ${tensorParallel} a10g`,
    source:
      "distributed/utils.py verify_group_size_divides_partition, quantization/auto_awq.py create_weights",
    refused,
    release: served({ quantization, weightGroup: 128, feedForwardSize }, { tensorParallel }),
    instance: instances.a10g,
    question: {
      kind: "group",
      about: { width: feedForwardSize, tensor_parallel: tensorParallel, size: 128 },
    },
  };
}

function start(
  what: string,
  release: Release,
  refused = false,
  source = "engine/arg_utils.py create_engine_config",
): EngineCase {
  return { what, source, refused, release, instance: instances.h100, question: { kind: "start" } };
}

const scheduler = "config/scheduler.py verify_max_model_len";
const lengths = "config/model.py _get_and_verify_max_len";
const parsers = "tool_parsers/__init__.py, reasoning/__init__.py";
const yarn = { kind: "yarn", factor: 4, originalPositions: 32_768, ropeTheta: 1_000_000 } as const;
const latent = { attention: { kind: "mla", latentDimension: 576 } } as const;
const sinks = { headDimension: 64, attentionSinks: true } as const;
const withParsers = (named: NonNullable<Release["parsers"]>): Release => ({ ...served({}), parsers: named });

/** The streamer refuses a buffer below the largest tensor, and takes up to 40 GB without a limit. */
function host(
  what: string,
  instance: string,
  model: Partial<Release["model"]>,
  limits: Partial<Release["limits"]>,
  refused = false,
): EngineCase {
  return {
    what,
    source: "runai-model-streamer 0.17.1 requests_iterator.py",
    refused,
    release: served(model, limits),
    instance,
  };
}
const qwen3of8B = { quantization: "none", weightsGiB: 15.3, parametersB: 8.19 };
const wideVocabulary = {
  quantization: "awq",
  weightsGiB: 10,
  hiddenSize: 8192,
  vocabularySize: 262_144,
  layers: 20,
};

/** By the code of vLLM 0.31.0, as published on PyPI. */
export const engineCases: readonly EngineCase[] = [
  ...(["a10g", "l40s", "h100", "h200"] as const).map((gpu) => attention(gpu, "auto", {})),
  ...(["a10g", "l40s", "h100"] as const).map((gpu) => attention(gpu, "fp8", {})),
  attention("a10g", "fp8_e5m2", {}),
  attention("h100", "fp8_e5m2", {}),
  attention("a10g", "auto", sinks),
  attention("a10g", "fp8", sinks, true),
  attention("l40s", "fp8", sinks),
  attention("h100", "fp8", sinks),
  attention("a10g", "auto", latent),
  attention("a10g", "fp8", latent, true),
  attention("l40s", "fp8", latent),
  attention("h200", "auto", latent),
  attention("h200", "fp8", latent),
  attention("h200", "fp8_e5m2", latent, true),
  attention("a10g", "auto", { headDimension: 256 }),
  attention("a10g", "fp8", { headDimension: 256 }),
  attention("a10g", "fp8", { headDimension: 32 }, true),
  attention("l40s", "fp8", { headDimension: 32 }),
  attention("l40s", "auto", { headDimension: 512 }),
  experts("l40s", 768, 2),
  experts("l40s", 768, 4),
  experts("h100", 768, 8),
  experts("h200", 2560, 8),
  experts("h200", 2048, 8),
  experts("a10g", 768, 4, true),
  experts("h100", 336, 2, true),
  experts("h100", 768, 4, true, "compressed-tensors-fp8"),
  experts("h100", 768, 2, false, "compressed-tensors-fp8"),
  dense(28_672, 8),
  dense(29_568, 2, true),
  dense(18_432, 8),
  dense(18_944, 8, true),
  group("awq", 28_672, 8),
  group("gptq", 29_568, 2, true),
  group("awq", 18_944, 4),
  group("awq", 18_944, 8, true),
  start("a plain release", served({})),
  start("a context above that of the training", served({}, { contextLength: 65_536 }), true, lengths),
  start("a scaled context", served({ contextScaling: yarn }, { contextLength: 131_072 }), false, lengths),
  start(
    "a context above the scaled one",
    served({ contextScaling: yarn }, { contextLength: 131_088 }),
    true,
    lengths,
  ),
  start("a step with a token for each sequence", served({}, { batchedTokens: 32 }), false, scheduler),
  start("a step with fewer tokens than sequences", served({}, { batchedTokens: 31 }), true, scheduler),
  start(
    "a tool parser and a reasoning parser",
    withParsers({ toolCalls: "hermes", reasoning: "qwen3" }),
    false,
    parsers,
  ),
  start("a parser with dashes", withParsers({ toolCalls: "granite-20b-fc" }), false, parsers),
  start("a tool parser that it doesn't have", withParsers({ toolCalls: "herms" }), true, parsers),
  start("a reasoning parser that it doesn't have", withParsers({ reasoning: "qwen4" }), true, parsers),
  start(
    "heads that don't divide",
    served({}, { tensorParallel: 3 }),
    true,
    "config/model.py verify_with_parallel_config",
  ),
  start("a pipeline", served({}, { tensorParallel: 2, pipelineParallel: 2 })),
  start(
    "a KV cache type that it doesn't have",
    served({}, { kvCacheDtype: "int3" }),
    true,
    "config/cache.py",
  ),
  host("a model larger than the pod, on a small node", "g5.xlarge", qwen3of8B, {
    contextLength: 4096,
    concurrentSequences: 8,
  }),
  host("the same on a larger node", "g5.2xlarge", qwen3of8B, { contextLength: 4096, concurrentSequences: 8 }),
  host("a tensor that the buffer of a small node can't hold", "g5.xlarge", wideVocabulary, {}, true),
  host("that tensor on a larger node", "g5.2xlarge", wideVocabulary, {}),
];

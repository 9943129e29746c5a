import { type GpuKind, gpuKinds } from "../../data/gpus.ts";
import type { ModelFacts } from "../../data/models.ts";
import type { StackFinding, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { count, flagValue, modelOf } from "../../read/engine/engine-facts.ts";
import {
  argumentFinding,
  isPlaced,
  kindsOf,
  type PlacedEngine,
  placedEngines,
  readsPlaces,
  tensorSize,
} from "../../read/engine/placed-engines.ts";
import { undecidedQuantization } from "../../read/engine/quantization.ts";

const settings = {
  ...engineSettings,
  activationGiB: integer(
    "GiB of each GPU that an engine uses in addition to weights and KV cache: activations, buffers, CUDA graphs.",
    { minimum: 1, maximum: 40, default: 2 },
  ),
} as const satisfies RuleSettings;

/** Tokens of one step, which a window keeps until the step is done: the most that an engine takes by itself. */
const stepTokens = 16_384;
/** A lower share wastes the GPU; the driver and other processes need the rest. */
const leastShare = 0.5;
const mostShare = 0.95;

export const vramFits: StackRule<typeof settings> = {
  name: "vram-fits",
  title: "The weights and the KV cache of one request of maximum length fit into GPU memory.",
  why: "An engine without memory for its weights and one request fails at startup; one that uses the whole GPU runs out of memory while serving.",
  fix: "Lower --max-model-len, store the KV cache in FP8, raise --tensor-parallel-size or use a pool with larger GPUs; describe a new model in a release, which annotates its pods with the model's shape, or in policies/data/models.ts.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: readsPlaces,
  example: {
    good: 'args: ["--max-model-len=16384", "--gpu-memory-utilization=0.9"] for an 8B AWQ model on A10G',
    bad: "a 70B model on one A10G",
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const engine of placedEngines(resources, config)) {
      if (isPlaced(engine)) yield* misfits(engine, config);
      else
        yield argumentFinding(engine, {
          problem: engine.unreadable,
          allowed: "arguments known at preview",
        });
    }
  },
};

function* misfits(engine: PlacedEngine, config: ConfigOf<typeof settings>): Generator<StackFinding> {
  const tokens = count(engine, "contextLength");
  if (tokens === unknown)
    yield argumentFinding(engine, {
      flag: "contextLength",
      problem: "the context length is not set, so the engine uses the model's own limit",
      allowed: "a whole number of tokens",
    });
  const share = Number(flagValue(engine, "memoryShare"));
  const shared = share >= leastShare && share <= mostShare;
  if (!shared)
    yield argumentFinding(engine, {
      flag: "memoryShare",
      problem: "the engine's share of GPU memory is not set, or too small or too large",
      allowed: `a number from ${leastShare} to ${mostShare}`,
    });
  const undecided = undecidedMemory(engine);
  const short = tokens !== unknown && shared && shortage(engine, { tokens, share, ...config });
  if (undecided.length > 0)
    yield argumentFinding(engine, {
      problem: `whether it fits isn't known: ${undecided.join(", and ")}`,
      allowed: "a model, an engine and GPUs that the tables in policies/data list",
    });
  else if (short)
    yield argumentFinding(engine, { problem: short, allowed: "what fits into each of its GPUs" });
}

/** What isn't known about the memory that an engine uses. */
function undecidedMemory(engine: PlacedEngine): readonly string[] {
  const { flags } = engine.args;
  const drafts = flags.has("--speculative-config") || flags.has("--spec-model");
  return [
    ...undecidedQuantization(engine),
    ...(cacheBytes(engine) === undefined ? ["its type of KV cache is not in the tables"] : []),
    ...(sizes(engine).includes(unknown) ? ["across how many GPUs it is sharded isn't known"] : []),
    ...(drafts ? ["it also holds a draft model"] : []),
    ...(flags.has("--kv-cache-memory-bytes") ? ["its KV cache has a fixed size"] : []),
  ];
}

function cacheBytes({ support, ...engine }: PlacedEngine): number | undefined {
  const type = String(flagValue(engine, "kvCacheDtype") ?? "auto");
  return support !== undefined && Object.hasOwn(support.caches, type)
    ? support.caches[type]?.bytes
    : undefined;
}

/** The sizes of tensor and pipeline parallelism. */
function sizes(engine: PlacedEngine) {
  return [tensorSize(engine), count(engine, "pipelineParallel", 1)] as const;
}

interface Load {
  readonly tokens: number;
  readonly share: number;
  readonly activationGiB: number;
}

/** Why one of the GPU kinds that an engine may get is too small. */
function shortage(engine: PlacedEngine, load: Load): string | undefined {
  const model = modelOf(engine);
  const bytes = cacheBytes(engine);
  const [tensor, pipeline] = sizes(engine);
  if (model === undefined || bytes === undefined || tensor === unknown || pipeline === unknown)
    return undefined;
  const { weightsGiB, cacheGiB } = takes(model, { tokens: load.tokens, bytes, tensor, pipeline });
  const needed = weightsGiB + cacheGiB + load.activationGiB;
  const roomOf = (kind: GpuKind) => load.share * gpuKinds[kind].memoryGiB;
  const small = kindsOf(engine).find((kind) => needed > roomOf(kind));
  return (
    small &&
    `each ${gpuKinds[small].product} would hold ${weightsGiB.toFixed(1)} GiB of weights, ${cacheGiB.toFixed(1)} GiB ` +
      `for one request of ${load.tokens} tokens and ${load.activationGiB} GiB of activations, and the engine may use ` +
      `${roomOf(small).toFixed(1)} GiB`
  );
}

/** GiB on the fullest GPU of a replica. Heads that can't be divided are replicated. [vLLM, kv_cache_utils.py] */
function takes(model: ModelFacts, sizes: Record<"tokens" | "bytes" | "tensor" | "pipeline", number>) {
  const { tokens, bytes, tensor, pipeline } = sizes;
  const { weightsGiB, layers, kvHeads, headDimension, attention } = model;
  const own = Math.ceil(layers / pipeline);
  const heads = Math.max(1, Math.floor(kvHeads / tensor));
  const perToken = heads * 2 * headDimension * bytes;
  const whole = (some: number) => Math.ceil(some / pipeline) * tokens * perToken;
  const cache = {
    none: () => whole(layers),
    latent: (elements: number) => own * tokens * elements * bytes,
    window: (kept: number, some: number) =>
      whole(layers - some) + Math.ceil(some / pipeline) * Math.min(tokens, kept + stepTokens) * perToken,
    state: (some: number, stateMiB: number) => whole(some) + (stateMiB * 2 ** 20) / tensor / pipeline,
  };
  const cacheBytes =
    attention === undefined
      ? cache.none()
      : attention.kind === "latent"
        ? cache.latent(attention.elements)
        : attention.kind === "window"
          ? cache.window(attention.tokens, attention.layers)
          : cache.state(attention.layers, attention.stateMiB);
  return { weightsGiB: (weightsGiB * own) / layers / tensor, cacheGiB: cacheBytes / 2 ** 30 };
}

import { type GpuKind, gpuKinds } from "../../data/gpus.ts";
import type { ModelFacts } from "../../data/models.ts";
import type { StackFinding, StackRule } from "../../framework/rule.ts";
import type { ConfigOf, RuleSettings } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { count, modelOf, told } from "../../read/engine/engine-facts.ts";
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
  activationGiB: {
    type: "integer",
    description:
      "GiB of each GPU that an engine takes beside weights and KV cache: activations, buffers, graphs.",
    minimum: 1,
    maximum: 40,
    default: 2,
  },
} as const satisfies RuleSettings;

/** Tokens of one step, which a window keeps until the step is done: the most that an engine takes by itself. */
const stepTokens = 16_384;
/** Less wastes the GPU; the driver and other processes need the rest. */
const leastShare = 0.5;
const mostShare = 0.95;

export const vramFits: StackRule<typeof settings> = {
  name: "vram-fits",
  title: "A model and one request of full length fit into the memory of its GPUs.",
  why: "An engine that finds no room for weights and one request stops when it starts; one that takes the whole GPU is killed while it serves.",
  fix: "Lower --max-model-len, store the KV cache in FP8, raise --tensor-parallel-size or take a pool of larger GPUs; name a new model in a release, whose shape its pods carry, or in policies/data/models.ts.",
  severity: "high",
  level: "mandatory",
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
          allowed: "arguments that can be read at preview",
        });
    }
  },
};

function* misfits(engine: PlacedEngine, config: ConfigOf<typeof settings>): Generator<StackFinding> {
  const tokens = count(engine, "contextLength");
  if (tokens === unknown)
    yield argumentFinding(engine, {
      told: "contextLength",
      problem: "the longest request is not stated, so the engine takes the model's own limit",
      allowed: "a whole number of tokens",
    });
  const share = Number(told(engine, "memoryShare"));
  const shared = share >= leastShare && share <= mostShare;
  if (!shared)
    yield argumentFinding(engine, {
      told: "memoryShare",
      problem: "the engine's share of the GPU's memory is not stated, or too small or too large",
      allowed: `a number from ${leastShare} to ${mostShare}`,
    });
  const undecided = undecidedMemory(engine);
  const short = tokens !== unknown && shared && shortage(engine, { tokens, share, ...config });
  if (undecided.length > 0)
    yield argumentFinding(engine, {
      problem: `whether it fits is undecided: ${undecided.join(", and ")}`,
      allowed: "a model, an engine and GPUs that the tables in policies/data have",
    });
  else if (short)
    yield argumentFinding(engine, { problem: short, allowed: "what each of its GPUs has room for" });
}

/** What nobody can say of the memory that an engine takes. */
function undecidedMemory(engine: PlacedEngine): readonly string[] {
  const { flags } = engine.args;
  const drafts = flags.has("--speculative-config") || flags.has("--spec-model");
  return [
    ...undecidedQuantization(engine),
    ...(cacheBytes(engine) === undefined ? ["the tables have no such type of KV cache"] : []),
    ...(sizes(engine).includes(unknown) ? ["over how many GPUs it is spread can't be read"] : []),
    ...(drafts ? ["it also holds what drafts its answers"] : []),
    ...(flags.has("--kv-cache-memory-bytes") ? ["its KV cache has a size of its own"] : []),
  ];
}

function cacheBytes({ support, ...engine }: PlacedEngine): number | undefined {
  const type = String(told(engine, "kvCacheDtype") ?? "auto");
  return support !== undefined && Object.hasOwn(support.caches, type)
    ? support.caches[type]?.bytes
    : undefined;
}

/** GPUs that share each layer, and groups of layers. */
function sizes(engine: PlacedEngine) {
  return [tensorSize(engine), count(engine, "pipelineParallel", 1)] as const;
}

interface Load {
  readonly tokens: number;
  readonly share: number;
  readonly activationGiB: number;
}

/** Why one of the kinds of GPU that an engine may get is too small. */
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
      `for one request of ${load.tokens} tokens and ${load.activationGiB} GiB to compute, and the engine may take ` +
      `${roomOf(small).toFixed(1)} GiB`
  );
}

/** GiB on the fullest GPU of a replica. Heads that can't be shared out are copied. [vLLM, kv_cache_utils.py] */
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

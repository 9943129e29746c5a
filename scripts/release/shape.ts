import type { Release } from "../../components/serving/release.ts";
import { own } from "../../components/shared/own.ts";
import { type ModelConfig, numberIn, optionalNumber, UnsupportedModelError } from "./model-config.ts";
import { expertsOf, headDimension, parametersB } from "./parameters.ts";

type Model = Release["model"];

/** The model description in `config.json`, in a release's terms. */
export interface ModelReading {
  readonly shape: Omit<
    Model,
    "repository" | "revision" | "quantization" | "weightsGiB" | "weightBlock" | "weightGroup"
  >;
  /** What of it the planner only estimates, and why. */
  readonly estimated: readonly string[];
}

/**
 * Families whose attention is known, by `model_type`. `windows` is how many of so many layers see only the window,
 * where a configuration without `layer_types` leaves it to the library. [transformers, configuration_<model_type>.py]
 */
const families: Readonly<
  Record<
    string,
    {
      readonly windows?: readonly [sliding: number, of: number];
      readonly sinks?: true;
      /** One matrix for embeddings in and out, where the configuration doesn't specify it. */
      readonly tied?: true;
    }
  >
> = {
  llama: {},
  mistral: { windows: [1, 1] },
  qwen2: { windows: [1, 1] },
  qwen3: { windows: [1, 1] },
  phi3: { windows: [1, 1] },
  granite: {},
  olmo2: {},
  mimo: {},
  gemma2: { windows: [1, 2], tied: true },
  gemma3_text: { windows: [5, 6], tied: true },
  mixtral: { windows: [1, 1] },
  qwen2_moe: { windows: [1, 1] },
  qwen3_moe: { windows: [1, 1] },
  minimax_m2: {},
  gpt_oss: { windows: [1, 2], sinks: true },
  deepseek_v2: {},
  deepseek_v3: {},
  kimi_k2: {},
  qwen2_5_vl_text: { windows: [1, 1] },
  qwen3_vl_text: {},
};
/** Configurations with an encoder, whose text part is a family above; some keep it at the top. */
const flattened: Readonly<Record<string, string>> = { qwen2_5_vl: "qwen2_5_vl_text" };

/** Fields that change what a token or a sequence costs in a way that the planner doesn't know. */
const strange: Readonly<Record<string, string>> = {
  attention_chunk_size: "attention in chunks",
  block_configs: "layers that differ from each other",
  cross_attention_layers: "cross-attention",
  full_attention_interval: "layers with a recurrent state",
  global_head_dim: "heads of two sizes",
  hybrid_override_pattern: "layers with a recurrent state",
  index_topk: "sparse attention with an index of its own",
  linear_num_value_heads: "layers with a recurrent state",
  mamba_num_heads: "layers with a recurrent state",
  num_kv_shared_layers: "layers that share keys and values",
  ssm_state_size: "layers with a recurrent state",
};

/**
 * A model's shape by its `config.json`.
 * @throws UnsupportedModelError where the shape is one that the planner doesn't know
 */
export function modelReading(config: ModelConfig): ModelReading {
  const hasEncoder = ["vision_config", "audio_config"].some(
    (key) => config[key] !== undefined && config[key] !== null,
  );
  const read: ModelConfig = config.text_config ?? config;
  const type = String(read.model_type ?? "");
  const name = own(flattened, type) ?? type;
  const family = own(families, name);
  const tied = read.tie_word_embeddings ?? config.tie_word_embeddings ?? family?.tied ?? false;
  const text: ModelConfig = { ...read, tie_word_embeddings: tied };
  for (const [field, what] of Object.entries(strange)) {
    const value = text[field];
    if (value !== undefined && value !== null && value !== 0 && value !== false)
      throw new UnsupportedModelError(`${name || "the model"} has ${what} (${field} in config.json)`);
  }
  if (family === undefined)
    throw new UnsupportedModelError(
      `model_type "${type}" isn't among those whose attention is known: ${Object.keys(families).join(", ")}`,
    );
  const experts = expertsOf(text);
  const { all, active } = parametersB(text);
  const attention = attentionOf(text, family.windows);
  const heads = numberIn(text, "num_attention_heads");
  const layers = numberIn(text, "num_hidden_layers");
  const feedForward = optionalNumber(text, "intermediate_size");
  const extraLayers = optionalNumber(text, "num_nextn_predict_layers", "num_mtp_modules") ?? 0;
  const shape = {
    layers,
    heads,
    kvHeads: optionalNumber(text, "num_key_value_heads") ?? heads,
    headDimension: headDimension(text),
    maxPositions: positionsOf(text),
    hiddenSize: numberIn(text, "hidden_size"),
    vocabularySize: numberIn(text, "vocab_size"),
    parametersB: rounded(all),
    ...(experts !== undefined && { activeParametersB: rounded(active), expertSize: experts.width }),
    ...((experts === undefined || experts.denseLayers > 0) &&
      feedForward !== undefined && { feedForwardSize: feedForward }),
    ...(attention !== undefined && { attention }),
    ...(family.sinks && { attentionSinks: true }),
    vision: hasEncoder,
  };
  return { shape, estimated: estimates(shape, { hasEncoder, extraLayers }) };
}

function estimates(
  { attention, activeParametersB }: Pick<Model, "attention" | "activeParametersB">,
  { hasEncoder, extraLayers }: { readonly hasEncoder: boolean; readonly extraLayers: number },
): string[] {
  return [
    ...(activeParametersB === undefined
      ? []
      : ["activations and speed of a mixture of experts: by the parameters that one token passes through"]),
    ...(attention?.kind === "mla"
      ? ["the KV cache of latent attention: one vector a token and layer, the same on every GPU"]
      : []),
    ...(attention?.kind === "sliding-window"
      ? [
          "sequences with a sliding window: the engine may keep more of them, as it shares blocks between layers",
        ]
      : []),
    ...(hasEncoder
      ? [
          "an encoder's activations (images, audio) aren't in the fit: its weights are; serve text, or measure",
        ]
      : []),
    ...(extraLayers > 0
      ? ["weights: the files also hold layers for speculative decoding, which the engine loads only for that"]
      : []),
  ];
}

/** @param windows of a configuration that doesn't specify which layers slide */
function attentionOf(text: ModelConfig, windows: readonly [number, number] | undefined): Model["attention"] {
  const latent = optionalNumber(text, "kv_lora_rank");
  if (latent !== undefined)
    return { kind: "mla", latentDimension: latent + numberIn(text, "qk_rope_head_dim") };
  const { layer_types: types } = text;
  const layers = numberIn(text, "num_hidden_layers");
  const listed = Array.isArray(types) ? types.map(String) : undefined;
  const unknown = listed?.find((type) => type !== "full_attention" && type !== "sliding_attention");
  if (unknown !== undefined) throw new UnsupportedModelError(`config.json has layers of type "${unknown}"`);
  const window = text.use_sliding_window === false ? undefined : optionalNumber(text, "sliding_window");
  const positions = numberIn(text, "max_position_embeddings");
  if (window === undefined || window >= positions) {
    if (listed?.includes("sliding_attention"))
      throw new UnsupportedModelError("config.json has layers with a sliding window, and not how wide it is");
    return undefined;
  }
  const slidingLayers =
    listed?.filter((type) => type === "sliding_attention").length ?? slidingByPattern(text, layers, windows);
  return slidingLayers === 0 ? undefined : { kind: "sliding-window", window, slidingLayers };
}

function slidingByPattern(
  text: ModelConfig,
  layers: number,
  windows: readonly [number, number] | undefined,
): number {
  const full = optionalNumber(text, "max_window_layers");
  if (text.use_sliding_window === true && full !== undefined) return Math.max(0, layers - full);
  const pattern = optionalNumber(text, "sliding_window_pattern");
  const [sliding, of] = pattern === undefined ? (windows ?? []) : [pattern - 1, pattern];
  if (sliding === undefined || of === undefined || of < 1)
    throw new UnsupportedModelError(
      "config.json has a sliding window, and not which layers see only that (layer_types)",
    );
  // Of each `of` layers the last one sees everything.
  return of === 1 ? layers : layers - Math.floor(layers / of);
}

/** Tokens of context as vLLM derives them. [vLLM 0.31 config/model.py, _get_and_verify_max_len] */
function positionsOf(text: ModelConfig): number {
  const positions = numberIn(text, "max_position_embeddings");
  const scaling = text.rope_scaling;
  const kind = String(scaling?.rope_type ?? scaling?.type ?? "default");
  const factor = Number(scaling?.factor ?? 1);
  if (kind === "yarn") {
    const original = Number(scaling?.original_max_position_embeddings ?? positions);
    return Math.round(original * factor);
  }
  return ["linear", "dynamic"].includes(kind) ? Math.round(positions * factor) : positions;
}

/** To three digits, which is what model cards have. */
function rounded(billions: number): number {
  return Number(billions.toPrecision(4));
}

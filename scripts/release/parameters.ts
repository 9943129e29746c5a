import { type ModelConfig, numberIn, optionalNumber } from "./model-config.ts";

/** How the feed-forward parts of a model's layers are made. */
export interface Experts {
  /** Experts of a layer, those that one token passes through, and those that every token passes through. */
  readonly count: number;
  readonly active: number;
  /** Width of one, and of all shared ones together. */
  readonly width: number;
  readonly sharedWidth: number;
  /** Layers without experts. */
  readonly denseLayers: number;
}

/** The mixture of experts of a configuration, or `undefined` where it has none. */
export function expertsOf(config: ModelConfig): Experts | undefined {
  const count = optionalNumber(config, "num_experts", "num_local_experts", "n_routed_experts");
  if (count === undefined || count < 2) return undefined;
  // Mixtral, gpt-oss and MiniMax have one width, that of an expert.
  const width = numberIn(config, "moe_intermediate_size", "intermediate_size");
  const shared =
    optionalNumber(config, "shared_expert_intermediate_size") ??
    (optionalNumber(config, "n_shared_experts") ?? 0) * width;
  const { mlp_only_layers: only } = config;
  const denseLayers =
    (optionalNumber(config, "first_k_dense_replace") ?? 0) + (Array.isArray(only) ? only.length : 0);
  return {
    count,
    active: numberIn(config, "num_experts_per_tok", "experts_per_token"),
    width,
    sharedWidth: shared,
    denseLayers,
  };
}

/** Billions of parameters, all and those that one token passes through; norms and biases, which are few, left out. */
export function parametersB(config: ModelConfig): { readonly all: number; readonly active: number } {
  const hidden = numberIn(config, "hidden_size");
  const layers = numberIn(config, "num_hidden_layers");
  const vocabulary = numberIn(config, "vocab_size");
  const embeddings = vocabulary * hidden * (config.tie_word_embeddings === true ? 1 : 2);
  const attention = layers * attentionParameters(config, hidden);
  const dense = 3 * hidden * (optionalNumber(config, "intermediate_size") ?? 0);
  const experts = expertsOf(config);
  if (experts === undefined) {
    const all = (embeddings + attention + layers * dense) / 1e9;
    return { all, active: all };
  }
  const { count, active, width, sharedWidth, denseLayers } = experts;
  const mixture = (used: number) =>
    denseLayers * dense + (layers - denseLayers) * hidden * (3 * (used * width + sharedWidth) + count);
  return {
    all: (embeddings + attention + mixture(count)) / 1e9,
    active: (embeddings + attention + mixture(active)) / 1e9,
  };
}

/** Parameters of a layer's projections. [transformers, modeling_llama.py; modeling_deepseek_v3.py] */
function attentionParameters(config: ModelConfig, hidden: number): number {
  const heads = numberIn(config, "num_attention_heads");
  const latent = optionalNumber(config, "kv_lora_rank");
  if (latent !== undefined) {
    const rope = numberIn(config, "qk_rope_head_dim");
    const plain = numberIn(config, "qk_nope_head_dim");
    const value = numberIn(config, "v_head_dim");
    const rank = optionalNumber(config, "q_lora_rank");
    const queries =
      rank === undefined ? hidden * heads * (plain + rope) : rank * (hidden + heads * (plain + rope));
    return queries + hidden * (latent + rope) + latent * heads * (plain + value) + heads * value * hidden;
  }
  const dimension = headDimension(config);
  const keys = optionalNumber(config, "num_key_value_heads") ?? heads;
  return hidden * dimension * (2 * heads + 2 * keys);
}

/** Elements of a head, which needn't be the hidden size divided by the heads. */
export function headDimension(config: ModelConfig): number {
  const stated = optionalNumber(config, "head_dim", "v_head_dim");
  return stated ?? numberIn(config, "hidden_size") / numberIn(config, "num_attention_heads");
}

import type { ModelConfig } from "../../../scripts/release/model-config.ts";

/** A public model: fields of its `config.json`, and what its model card says of its size. */
export interface PublishedModel {
  readonly repository: string;
  readonly config: ModelConfig;
  /** Billions of parameters, and of those that a token passes through, by the model card. */
  readonly parametersB: number;
  readonly activeParametersB?: number;
  /** Whether the card's second figure leaves out the input embedding, of which a token reads one row. */
  readonly activeWithoutEmbedding?: true;
  /** Bytes of one token's keys and values in all layers that keep every token, in 16 bits, by its publisher's or others' arithmetic. */
  readonly kvBytes: number;
  /** Bits of a weight, for the sizes of files in the made answers. */
  readonly bits: number;
  readonly quantization: string;
  /** What has to be said of an estimate; nothing where the planner's error holds. */
  readonly estimated?: RegExp;
}

const fp8Blocks = { quant_method: "fp8", activation_scheme: "dynamic", weight_block_size: [128, 128] };
const llama3Rope = { rope_type: "llama3", factor: 8, original_max_position_embeddings: 8192 };
const yarn = (factor: number) => ({ type: "yarn", factor, original_max_position_embeddings: 4096 });
const deepSeek = {
  model_type: "deepseek_v3",
  hidden_size: 7168,
  intermediate_size: 18_432,
  moe_intermediate_size: 2048,
  num_hidden_layers: 61,
  num_attention_heads: 128,
  num_key_value_heads: 128,
  first_k_dense_replace: 3,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  num_nextn_predict_layers: 1,
  kv_lora_rank: 512,
  q_lora_rank: 1536,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  vocab_size: 129_280,
  max_position_embeddings: 163_840,
  rope_scaling: yarn(40),
  tie_word_embeddings: false,
  quantization_config: fp8Blocks,
};
const qwen32 = {
  model_type: "qwen3",
  hidden_size: 5120,
  intermediate_size: 25_600,
  num_hidden_layers: 64,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  head_dim: 128,
  vocab_size: 151_936,
  max_position_embeddings: 40_960,
  max_window_layers: 64,
  sliding_window: null,
  use_sliding_window: false,
  tie_word_embeddings: false,
};

/**
 * Fields by the repositories' own config.json, as copies of it in ai-dynamo/aiconfigurator (model_configs, 095f58a)
 * have them; that of Kimi K2 leaves out rope, quantization and prediction layers, which are DeepSeek V3's here, with the
 * factor that its positions give. Mistral 7B by its params.json, quoted in ggml-org/llama.cpp#3362, and its positions by
 * mistralai/mistral-inference#53; Gemma 2 9B by its config.json, quoted in vllm-project/vllm#10548. Parameters by the
 * model cards.
 */
export const published: readonly PublishedModel[] = [
  {
    repository: "meta-llama/Meta-Llama-3.1-8B",
    config: {
      model_type: "llama",
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 128_256,
      max_position_embeddings: 131_072,
      rope_scaling: llama3Rope,
      tie_word_embeddings: false,
    },
    parametersB: 8.03,
    kvBytes: 128 * 1024,
    bits: 16,
    quantization: "none",
  },
  {
    repository: "nvidia/Llama-3.1-70B-Instruct-FP8",
    config: {
      model_type: "llama",
      hidden_size: 8192,
      intermediate_size: 28_672,
      num_hidden_layers: 80,
      num_attention_heads: 64,
      num_key_value_heads: 8,
      vocab_size: 128_256,
      max_position_embeddings: 131_072,
      rope_scaling: llama3Rope,
      tie_word_embeddings: false,
    },
    parametersB: 70.6,
    kvBytes: 320 * 1024,
    bits: 8.2,
    quantization: "modelopt",
  },
  {
    repository: "mistralai/Mistral-7B-v0.1",
    config: {
      model_type: "mistral",
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 32_000,
      max_position_embeddings: 32_768,
      sliding_window: 4096,
      tie_word_embeddings: false,
    },
    parametersB: 7.24,
    // No layer keeps every token.
    kvBytes: 0,
    bits: 16,
    quantization: "none",
    estimated: /sliding window/,
  },
  {
    repository: "Qwen/Qwen3-32B",
    config: qwen32,
    parametersB: 32.8,
    kvBytes: 256 * 1024,
    bits: 16,
    quantization: "none",
  },
  {
    repository: "Qwen/Qwen3-32B-FP8",
    config: { ...qwen32, quantization_config: fp8Blocks },
    parametersB: 32.8,
    kvBytes: 256 * 1024,
    bits: 8.4,
    quantization: "fp8",
  },
  {
    repository: "Qwen/Qwen3-30B-A3B",
    config: {
      model_type: "qwen3_moe",
      hidden_size: 2048,
      intermediate_size: 6144,
      moe_intermediate_size: 768,
      num_experts: 128,
      num_experts_per_tok: 8,
      mlp_only_layers: [],
      num_hidden_layers: 48,
      num_attention_heads: 32,
      num_key_value_heads: 4,
      head_dim: 128,
      vocab_size: 151_936,
      max_position_embeddings: 40_960,
      sliding_window: null,
      use_sliding_window: false,
      tie_word_embeddings: false,
    },
    parametersB: 30.5,
    activeParametersB: 3.3,
    kvBytes: 96 * 1024,
    bits: 16,
    quantization: "none",
    estimated: /mixture of experts/,
  },
  {
    repository: "mistralai/Mixtral-8x7B-v0.1",
    config: {
      model_type: "mixtral",
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_local_experts: 8,
      num_experts_per_tok: 2,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 32_000,
      max_position_embeddings: 32_768,
      sliding_window: null,
      tie_word_embeddings: false,
    },
    parametersB: 46.7,
    activeParametersB: 12.9,
    kvBytes: 128 * 1024,
    bits: 16,
    quantization: "none",
    estimated: /mixture of experts/,
  },
  {
    repository: "openai/gpt-oss-20b",
    config: {
      model_type: "gpt_oss",
      hidden_size: 2880,
      intermediate_size: 2880,
      num_local_experts: 32,
      num_experts_per_tok: 4,
      num_hidden_layers: 24,
      num_attention_heads: 64,
      num_key_value_heads: 8,
      head_dim: 64,
      vocab_size: 201_088,
      max_position_embeddings: 131_072,
      layer_types: Array.from({ length: 24 }, (_, layer) =>
        layer % 2 === 0 ? "sliding_attention" : "full_attention",
      ),
      sliding_window: 128,
      rope_scaling: { rope_type: "yarn", factor: 32, original_max_position_embeddings: 4096 },
      tie_word_embeddings: false,
      quantization_config: { quant_method: "mxfp4" },
    },
    parametersB: 20.9,
    activeParametersB: 3.6,
    activeWithoutEmbedding: true,
    // Twelve layers of eight heads of 64.
    kvBytes: 24 * 1024,
    bits: 5.3,
    quantization: "mxfp4",
    estimated: /sliding window/,
  },
  {
    repository: "deepseek-ai/DeepSeek-V3",
    config: deepSeek,
    parametersB: 671,
    activeParametersB: 37,
    // 576 elements in each of 61 layers.
    kvBytes: 70_272,
    bits: 8.2,
    quantization: "fp8",
    estimated: /latent attention/,
  },
  {
    repository: "moonshotai/Kimi-K2-Instruct",
    config: {
      ...deepSeek,
      model_type: "kimi_k2",
      first_k_dense_replace: 1,
      n_routed_experts: 384,
      num_attention_heads: 64,
      num_key_value_heads: 64,
      num_nextn_predict_layers: 0,
      vocab_size: 163_840,
      max_position_embeddings: 131_072,
      rope_scaling: yarn(32),
    },
    parametersB: 1026,
    activeParametersB: 32,
    kvBytes: 70_272,
    bits: 8.1,
    quantization: "fp8",
    estimated: /latent attention/,
  },
  {
    repository: "MiniMaxAI/MiniMax-M2.5",
    config: {
      model_type: "minimax_m2",
      hidden_size: 3072,
      intermediate_size: 1536,
      num_local_experts: 256,
      num_experts_per_tok: 8,
      num_hidden_layers: 62,
      num_attention_heads: 48,
      num_key_value_heads: 8,
      head_dim: 128,
      vocab_size: 200_064,
      max_position_embeddings: 196_608,
      num_mtp_modules: 3,
      tie_word_embeddings: false,
      quantization_config: fp8Blocks,
    },
    parametersB: 229,
    activeParametersB: 10,
    activeWithoutEmbedding: true,
    kvBytes: 248 * 1024,
    bits: 8.2,
    quantization: "fp8",
    estimated: /speculative decoding/,
  },
  {
    repository: "google/gemma-2-9b",
    config: {
      model_type: "gemma2",
      hidden_size: 3584,
      intermediate_size: 14_336,
      num_hidden_layers: 42,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      head_dim: 256,
      vocab_size: 256_000,
      max_position_embeddings: 8192,
      sliding_window: 4096,
    },
    parametersB: 9.24,
    // Every other layer.
    kvBytes: 168 * 1024,
    bits: 16,
    quantization: "none",
    estimated: /sliding window/,
  },
  {
    repository: "Qwen/Qwen3-VL-8B-Instruct",
    config: {
      model_type: "qwen3_vl",
      tie_word_embeddings: false,
      vision_config: { depth: 27, hidden_size: 1152 },
      text_config: {
        model_type: "qwen3_vl_text",
        hidden_size: 4096,
        intermediate_size: 12_288,
        num_hidden_layers: 36,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        head_dim: 128,
        vocab_size: 151_936,
        max_position_embeddings: 262_144,
      },
    },
    // Of the text part, which is Qwen3-8B.
    parametersB: 8.19,
    kvBytes: 144 * 1024,
    bits: 17,
    quantization: "none",
    estimated: /encoder/,
  },
];

/** Public models that the planner can't describe, with what has to be said of each. The same sources. */
export const refused: readonly (readonly [repository: string, config: ModelConfig, says: RegExp])[] = [
  [
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    {
      model_type: "llama4",
      text_config: { model_type: "llama4_text", attention_chunk_size: 8192, num_hidden_layers: 48 },
    },
    /attention in chunks/,
  ],
  [
    "Qwen/Qwen3.5-27B",
    {
      model_type: "qwen3_5",
      text_config: { model_type: "qwen3_5_text", full_attention_interval: 4, linear_num_value_heads: 48 },
    },
    /recurrent state/,
  ],
  [
    "google/gemma-4-26B-A4B",
    { model_type: "gemma4", text_config: { model_type: "gemma4_text", global_head_dim: 512, head_dim: 256 } },
    /heads of two sizes/,
  ],
  [
    "nvidia/Nemotron-H-56B-Base-8K",
    { model_type: "nemotron_h", hybrid_override_pattern: "M-M-M-M*-", ssm_state_size: 256 },
    /recurrent state/,
  ],
  [
    "deepseek-ai/DeepSeek-V3.2",
    { ...deepSeek, model_type: "deepseek_v32", index_topk: 2048 },
    /sparse attention/,
  ],
  [
    "nvidia/Llama-3_3-Nemotron-Super-49B-v1",
    { model_type: "nemotron-nas", num_key_value_heads: null, block_configs: [{ ffn: { ffn_mult: 2.625 } }] },
    /layers that differ/,
  ],
  [
    "a family that came later",
    { ...qwen32, model_type: "qwen9" },
    /model_type "qwen9" isn't among those whose attention is known/,
  ],
];

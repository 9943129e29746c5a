/** How layers store attention state, if not as keys and values of each head for every token. */
export type Attention =
  /** One vector of so many elements for each token and layer, the same on every GPU. */
  | { readonly kind: "latent"; readonly elements: number }
  /** So many layers keep only the last tokens. */
  | { readonly kind: "window"; readonly tokens: number; readonly layers: number }
  /** Only so many layers keep keys and values; the others have a state of fixed size for each request. */
  | { readonly kind: "state"; readonly layers: number; readonly stateMiB: number };

/** A model's memory needs, by its files. */
export interface ModelFacts {
  /** All files of weights together, as they are stored. */
  readonly weightsGiB: number;
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDimension: number;
  /** How the weights are stored: a row of `quantization.ts`. */
  readonly quantization: string;
  readonly attention?: Attention;
}

const llama8b = { layers: 32, heads: 32, kvHeads: 8, headDimension: 128 };
const llama70b = { layers: 80, heads: 64, kvHeads: 8, headDimension: 128 };
const qwen8b = { layers: 36, heads: 32, kvHeads: 8, headDimension: 128 };

/**
 * Models by repository and commit. Shapes from each repository's config.json, weights from its index of files, as
 * public copies showed them until 2026-11; where a row says "computed", from its parameters and their bits. Of a model
 * without a row, the pod's annotation is used (read/engine/model-shape.ts). The pack's only source of these facts;
 * components read theirs from the release.
 */
export const models: Readonly<Record<string, ModelFacts>> = {
  "meta-llama/Llama-3.1-8B-Instruct@0e9e39f249a16976918f6564b8830bc894c89659": {
    ...llama8b,
    weightsGiB: 14.96,
    quantization: "none",
  },
  "hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4@db1f81ad4b8c7e39777509fac66c652eb0a52f91": {
    ...llama8b,
    weightsGiB: 5.3,
    quantization: "awq",
  },
  "meta-llama/Llama-3.3-70B-Instruct@6f6073b423013f6a7d4d9f39144961bfbfbc386b": {
    ...llama70b,
    weightsGiB: 131.42,
    quantization: "none",
  },
  // Computed: 68.5 billion weights of 8 bits and 2.1 billion of 16 bits.
  "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic@f50dbad2c84590ca17dc51e207c34321b65ff14b": {
    ...llama70b,
    weightsGiB: 67.7,
    quantization: "compressed-tensors-fp8",
  },
  // Computed: 68.5 billion weights of 4.16 bits and 2.1 billion of 16 bits.
  "casperhansen/llama-3.3-70b-instruct-awq@64d255621f40b42adaf6d1f32a47e1d4534c0f14": {
    ...llama70b,
    weightsGiB: 37.0,
    quantization: "awq",
  },
  "Qwen/Qwen3-8B-AWQ@4da05a8edb55c6046cce958586c33b61da07bb79": {
    ...qwen8b,
    weightsGiB: 5.68,
    quantization: "awq",
  },
  "Qwen/Qwen3-8B-FP8@220b46e3b2180893580a4454f21f22d3ebb187d3": {
    ...qwen8b,
    weightsGiB: 8.79,
    quantization: "fp8",
  },
  // Computed: 31.2 billion weights of 4.16 bits and 1.56 billion of 16 bits.
  "Qwen/Qwen3-32B-AWQ@0499c3ac83fdef8810b907a23894ba91e95eddd8": {
    layers: 64,
    heads: 64,
    kvHeads: 8,
    headDimension: 128,
    weightsGiB: 18.0,
    quantization: "awq",
  },
  // Computed: 29.9 billion weights of 8 bits and 0.62 billion of 16 bits.
  "Qwen/Qwen3-30B-A3B-Instruct-2507-FP8@5a5a776300a41aaa681dd7ff0106608ef2bc90db": {
    layers: 48,
    heads: 32,
    kvHeads: 4,
    headDimension: 128,
    weightsGiB: 29.0,
    quantization: "fp8",
  },
  "Qwen/Qwen2.5-7B-Instruct-AWQ@b25037543e9394b818fdfca67ab2a00ecc7dd641": {
    layers: 28,
    heads: 28,
    kvHeads: 4,
    headDimension: 128,
    weightsGiB: 5.19,
    quantization: "awq",
  },
  // Computed: 70.2 billion weights of 4.16 bits and 2.5 billion of 16 bits.
  "Qwen/Qwen2.5-72B-Instruct-AWQ@698703eae6604af048a3d2f509995dc302088217": {
    layers: 80,
    heads: 64,
    kvHeads: 8,
    headDimension: 128,
    weightsGiB: 38.7,
    quantization: "awq",
  },
  "openai/gpt-oss-20b@6cee5e81ee83917806bbde320786a8fb61efebee": {
    layers: 24,
    heads: 64,
    kvHeads: 8,
    headDimension: 64,
    weightsGiB: 12.8,
    quantization: "mxfp4",
    attention: { kind: "window", tokens: 128, layers: 12 },
  },
  "openai/gpt-oss-120b@b5c939de8f754692c1647ca79fbf85e8c1e70f8a": {
    layers: 36,
    heads: 64,
    kvHeads: 8,
    headDimension: 64,
    weightsGiB: 60.8,
    quantization: "mxfp4",
    attention: { kind: "window", tokens: 128, layers: 18 },
  },
};

import { own } from "../shared/own.ts";
import { quantizationMethods } from "./quantization.ts";

/** How the layers keep their attention state. Any other kind is refused: its memory can't be computed. */
export type AttentionLayout =
  | { readonly kind: "grouped-query" }
  /** One latent vector a token and layer (`kv_lora_rank` + rope elements), copied to every tensor-parallel rank. */
  | { readonly kind: "mla"; readonly latentDimension: number }
  /** `slidingLayers` of the layers keep only the last `window` tokens. */
  | { readonly kind: "sliding-window"; readonly window: number; readonly slidingLayers: number }
  /** Only `attentionLayers` keep keys and values; the rest keep a state of fixed size per sequence. */
  | { readonly kind: "hybrid"; readonly attentionLayers: number; readonly stateMiBPerSequence: number };

/**
 * The properties of a model that the planner needs. A release's `model` has this shape and is the components' only source
 * of them; the policy pack has its own, policies/data/models.ts.
 */
export interface ModelShape {
  readonly quantization: string;
  /** Weights on disk, which is what all GPUs of a replica hold together. */
  readonly weightsGiB: number;
  readonly layers: number;
  readonly heads?: number | undefined;
  readonly kvHeads: number;
  readonly headDimension: number;
  readonly hiddenSize?: number | undefined;
  readonly vocabularySize?: number | undefined;
  /** Billions of parameters. */
  readonly parametersB?: number | undefined;
  /** Billions of parameters that one token passes through; fewer than all in a mixture of experts. */
  readonly activeParametersB?: number | undefined;
  readonly attention?: AttentionLayout | undefined;
  /** Whether each head has a learned sink, such as gpt-oss: not every attention backend knows them. */
  readonly attentionSinks?: boolean | undefined;
  /** Width of a dense layer's feed-forward product. */
  readonly feedForwardSize?: number | undefined;
  /** Width of one expert of a mixture. */
  readonly expertSize?: number | undefined;
  /** Rows and columns of the square blocks of weights that share a scale. */
  readonly weightBlock?: number | undefined;
  /** Weights of one output that share a scale. */
  readonly weightGroup?: number | undefined;
}

/** The widths that the engine's buffers follow. */
export interface Widths {
  readonly hidden: number;
  /** Width of the feed-forward product that one token passes through; of a mixture of experts, of its experts together. */
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Parameters that one token passes through. */
  readonly activeParameters: number;
  readonly parameters: number;
}

const gib = 2 ** 30;

/** Qwen's vocabulary, the larger of the two common ones (Llama 3 has 128,256): errs towards more memory. */
const assumedVocabulary = 151_936;

/**
 * The widths of a model, derived where the release doesn't name them:
 * - parameters from the weights and their bits, with the two vocabulary matrices in 16 bits as the engines keep them;
 * - hidden size from the heads, which equals it in most models, or else from the rule of thumb that a layer has
 *   12 × hidden² parameters;
 * - feed-forward width from what a layer has left besides its attention, as three matrices of hidden × width.
 */
export function widths(model: ModelShape): Widths {
  const vocabulary = model.vocabularySize ?? assumedVocabulary;
  const bits = own(quantizationMethods, model.quantization)?.bitsPerWeight ?? 16;
  const weightBits = model.weightsGiB * gib * 8;
  const roughHidden = Math.sqrt(weightBits / bits / (12 * model.layers));
  const hidden =
    model.hiddenSize ?? (model.heads === undefined ? roughHidden : model.heads * model.headDimension);
  const embeddings = 2 * vocabulary * hidden;
  const derived = embeddings + Math.max(weightBits - embeddings * 16, weightBits / 2) / bits;
  const parameters = model.parametersB === undefined ? derived : model.parametersB * 1e9;
  const activeParameters = model.activeParametersB === undefined ? parameters : model.activeParametersB * 1e9;
  const queryWidth = (model.heads ?? hidden / model.headDimension) * model.headDimension;
  const attention = hidden * (2 * queryWidth + 2 * model.kvHeads * model.headDimension);
  const layer = (activeParameters - embeddings) / model.layers;
  const feedForward = Math.max((layer - attention) / (3 * hidden), hidden);
  return { hidden, feedForward, vocabulary, activeParameters, parameters };
}

/**
 * GiB of the largest single tensor in the files: a vocabulary matrix in 16 bits, or all gate and up matrices of a
 * layer's experts, which some checkpoints (gpt-oss, Llama 4) store as one.
 */
export function largestTensorGiB(model: ModelShape): number {
  const { hidden, vocabulary, activeParameters, parameters } = widths(model);
  const vocabularyGiB = (hidden * vocabulary * 2) / gib;
  if (activeParameters >= parameters) return Math.min(vocabularyGiB, model.weightsGiB);
  const layerGiB = Math.max(0, model.weightsGiB - 2 * vocabularyGiB) / model.layers;
  return Math.max(vocabularyGiB, (layerGiB * 2) / 3);
}

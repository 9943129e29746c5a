import { kvElementBytes } from "./kv-dtype.ts";
import type { ModelShape } from "./model-shape.ts";

/** Tokens in one block, the unit that the engine hands out. */
const blockTokens = 16;
const mib = 2 ** 20;

/** The settings of a replica that decide the size of a token's attention state. */
export interface KvSharding {
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly kvCacheDtype: string;
  /** Tokens computed in one step: a sliding window holds that many more until the step is done. */
  readonly batchedTokens: number;
}

/** The attention state of one sequence on one GPU. */
export interface SequenceState {
  /** Bytes that one further token costs in the layers that keep everything. */
  readonly bytesPerToken: number;
  /** Bytes of a sequence of this many tokens, whole blocks. */
  bytesAt(tokens: number): number;
}

/**
 * What one sequence costs on the GPU with the most layers.
 * @throws RangeError for an attention layout or KV cache type that isn't known
 */
export function sequenceState(model: ModelShape, sharding: KvSharding): SequenceState {
  const elementBytes = kvElementBytes(sharding.kvCacheDtype);
  if (elementBytes === undefined) throw new RangeError(`KV cache type "${sharding.kvCacheDtype}" is unknown`);
  const attention = model.attention ?? { kind: "grouped-query" };
  const heads = Math.max(1, Math.floor(model.kvHeads / sharding.tensorParallel));
  const onRank = (layers: number) => Math.ceil(layers / sharding.pipelineParallel);
  const perLayer = heads * 2 * model.headDimension * elementBytes;
  switch (attention.kind) {
    case "grouped-query":
      return growing(onRank(model.layers) * perLayer);
    case "mla":
      return growing(onRank(model.layers) * attention.latentDimension * elementBytes);
    case "sliding-window": {
      const full = growing(onRank(model.layers - attention.slidingLayers) * perLayer);
      const sliding = growing(onRank(attention.slidingLayers) * perLayer);
      const kept = attention.window - 1 + sharding.batchedTokens;
      return {
        bytesPerToken: full.bytesPerToken,
        bytesAt: (tokens) =>
          full.bytesAt(tokens) +
          // One block more, because the window needn't begin at a block's edge.
          Math.min(sliding.bytesAt(tokens), sliding.bytesAt(kept) + blockTokens * sliding.bytesPerToken),
      };
    }
    case "hybrid": {
      const full = growing(onRank(attention.attentionLayers) * perLayer);
      const stateBytes =
        (attention.stateMiBPerSequence * mib) / sharding.tensorParallel / sharding.pipelineParallel;
      return { bytesPerToken: full.bytesPerToken, bytesAt: (tokens) => full.bytesAt(tokens) + stateBytes };
    }
    default:
      throw new RangeError(
        `attention layout "${(attention as { kind: string }).kind}" is unknown, so its memory can't be computed; ` +
          "known: grouped-query, mla, sliding-window, hybrid",
      );
  }
}

/** Layers that keep every token. */
function growing(bytesPerToken: number): SequenceState {
  return {
    bytesPerToken,
    bytesAt: (tokens) => Math.ceil(tokens / blockTokens) * blockTokens * bytesPerToken,
  };
}

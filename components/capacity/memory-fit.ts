/** Whether a model fits, and what is left for the KV cache. Memory is of one GPU, tokens and sequences of a replica. */
export interface MemoryFit {
  /** Whether at least one sequence of the full context fits: the engine doesn't start otherwise. */
  readonly fits: boolean;
  /** Why it doesn't fit, with the numbers and a remedy. */
  readonly reason?: string;
  /** What the engine takes: its share of the visible memory. */
  readonly requestedGiB: number;
  readonly weightsGiB: number;
  /** Activations, buffers outside the tensor library and CUDA graphs, as the engine measures them when it starts. */
  readonly reserveGiB: number;
  /** What is left for the KV cache, never below 0. */
  readonly kvGiB: number;
  /** Half-width of the error band of `kvGiB`. */
  readonly bandGiB: number;
  /** The same band, in percent of `freeKvTokens`. */
  readonly bandPercent: number;
  /** Tokens that the KV cache holds, as the engine logs them. */
  readonly freeKvTokens: number;
  /** Sequences of the full context that the KV cache holds at the same time; not a whole number. */
  readonly concurrentSequences: number;
  /** KV cache bytes that one token costs on one GPU, in the layers that keep everything. */
  readonly bytesPerToken: number;
}

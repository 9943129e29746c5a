/**
 * Flags of `text-generation-launcher` that take a value; one that isn't here makes a command line unreadable.
 * [text-generation-inference docs/source/reference/launcher.md]
 */
export const tgiFlags: readonly string[] = [
  "--model-id",
  "--revision",
  "--num-shard",
  "--quantize",
  "--dtype",
  "--kv-cache-dtype",
  "--max-concurrent-requests",
  "--max-input-tokens",
  "--max-total-tokens",
  "--max-batch-prefill-tokens",
  "--max-batch-total-tokens",
  "--max-batch-size",
  "--cuda-memory-fraction",
  "--hostname",
  "--port",
  "--usage-stats",
];

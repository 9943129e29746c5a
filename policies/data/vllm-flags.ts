/**
 * How many values a flag takes: none (and a `--no-` form exists), one, one that is JSON, all up to the next flag,
 * or one that is added to those of the same flag before it.
 */
export type FlagKind = "switch" | "value" | "json" | "list" | "append";

/**
 * Flags of `vllm serve` that the rules can read; a flag that isn't here makes a command line unreadable.
 * Add one with its kind when a release needs it. [vllm 2026-08: engine/arg_utils.py, entrypoints/openai/cli_args.py]
 */
export const vllmFlags: Readonly<Record<string, FlagKind>> = {
  // Which model, and whatever else brings weights or code.
  "--model": "value",
  "--revision": "value",
  "--tokenizer": "value",
  "--tokenizer-revision": "value",
  "--code-revision": "value",
  "--hf-config-path": "value",
  "--hf-overrides": "json",
  "--speculative-config": "json",
  "--lora-modules": "list",
  "--trust-remote-code": "switch",
  "--middleware": "append",
  "--served-model-name": "list",
  "--load-format": "value",
  "--model-loader-extra-config": "json",
  "--quantization": "value",
  "--config": "value",

  // How much of it at once.
  "--max-model-len": "value",
  "--gpu-memory-utilization": "value",
  "--kv-cache-memory-bytes": "value",
  "--kv-cache-dtype": "value",
  "--max-num-seqs": "value",
  "--max-num-batched-tokens": "value",
  "--max-num-queued-reqs": "value",
  "--max-num-queued-tokens": "value",
  "--max-num-active-seqs": "value",
  "--tensor-parallel-size": "value",
  "--pipeline-parallel-size": "value",
  "--data-parallel-size": "value",
  "--nnodes": "value",
  "--node-rank": "value",
  "--master-addr": "value",
  "--master-port": "value",
  "--headless": "switch",
  "--enable-prefix-caching": "switch",
  "--enforce-eager": "switch",
  "--attention-backend": "value",
  "--compilation-config": "json",
  "--optimization-level": "value",

  // How it answers.
  "--host": "value",
  "--port": "value",
  "--api-key": "list",
  "--shutdown-timeout": "value",
  "--disable-fastapi-docs": "switch",
  "--disable-uvicorn-access-log": "switch",
  "--enable-request-id-headers": "switch",
  "--enable-log-requests": "switch",
  "--enable-force-include-usage": "switch",
  "--enable-auto-tool-choice": "switch",
  "--tool-call-parser": "value",
  "--reasoning-parser": "value",
  "--allowed-media-domains": "list",
  "--limit-mm-per-prompt": "json",
  "--otlp-traces-endpoint": "value",
};

/** Short forms, by the same source. */
export const shortFlags: Readonly<Record<string, string>> = {
  "-tp": "--tensor-parallel-size",
  "-pp": "--pipeline-parallel-size",
  "-dp": "--data-parallel-size",
  "-q": "--quantization",
  "-cc": "--compilation-config",
  "-sc": "--speculative-config",
  "-O": "--optimization-level",
};

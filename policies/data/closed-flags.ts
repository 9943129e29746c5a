/**
 * Flags of `vllm serve` that expose more than the API: other ports and sockets, routes without a key, tools and
 * files that the server reads for a request, templates and tensors that a request brings.
 * [vllm 0.32.0 entrypoints, docs/usage/security.md, 2026-11-25]
 */
export const closedFlags: ReadonlySet<string> = new Set([
  "--uds",
  "--grpc",
  "--grpc-port",
  "--tool-server",
  "--tokens-only",
  "--enable-sleep-mode",
  "--enable-elastic-ep",
  "--enable-scale-out",
  "--enable-offline-docs",
  "--enable-prompt-embeds",
  "--enable-tokenizer-info-endpoint",
  "--profiler-config",
  "--weight-transfer-config",
  "--trust-request-chat-template",
  "--trust-request-mm-kwargs",
  "--allowed-local-media-path",
]);

/** Whether the gateway takes requests: for health and uptime checks, without a key. */
export const readyPath = "/ready";

/**
 * The paths that callers may request, in rules of three: everything else of the gateway stays internal. One condition
 * takes three values, and a rule five in all. [ELB, quotas and condition limits]
 */
export const pathRules = [
  { name: "answers", priority: 1, paths: ["/v1/chat/completions", "/v1/completions", "/v1/responses"] },
  { name: "models", priority: 2, paths: ["/v1/embeddings", "/v1/models", readyPath] },
] as const;

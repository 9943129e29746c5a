import type { Problem } from "../components/shared/problems.ts";

/** What to add to a configuration from before the gateway: each key with a value that works, but for names of yours. */
export const additions: Readonly<Record<string, string>> = {
  tenants:
    "{ web: { models: [assistant], requestsPerMinute: 60, tokensPerMinute: 100000, monthlyBudgetUsd: 200 } }",
  gateway:
    "{ replicas: { min: 2, max: 3 }, size: small, records: { bucket: your-gantry-records, keepDays: 30, redact: true } }",
  cache: "{ create: { nodeType: cache.t4g.small, nodes: 2, snapshotDays: 1 } }",
  edge: "{ domain: llm.example.com, zoneId: Z0123456789ABCDEFGHIJ, allowedOrigins: [], requestsPerAddress: { limit: 300, windowSeconds: 60 } }",
};

/** Suggests a value for each missing key. */
export function withAdditions(problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    const example = Object.hasOwn(additions, problem.path) ? additions[problem.path] : undefined;
    return example === undefined || problem.value !== undefined
      ? problem
      : { ...problem, message: `missing: add gantry:${problem.path}: ${example}` };
  });
}

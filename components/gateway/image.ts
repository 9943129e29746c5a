/**
 * LiteLLM by digest: the newest version whose digest public files prove. [github.com/BerriAI/litellm releases, 2026-11]
 * What is known against it and why it doesn't apply here, where there is no database:
 * - CVE-2026-114612, from a reader of keys to administrator by a reused salt key: keys in a database only.
 * - CVE-2026-40217, code by /guardrails/test_custom_code: the extension's front and the edge refuse the path.
 */
export const gatewayImage = {
  version: "1.103.0",
  image: "ghcr.io/berriai/litellm@sha256:bd089afdcd35b894b14a93f9743cdc8b591f82da1a38dd43a010a7b0c9de5fd7",
} as const;

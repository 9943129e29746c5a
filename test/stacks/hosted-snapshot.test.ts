import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Provider } from "../../components/gateway/providers.ts";
import { movingSnapshot } from "../../stacks/hosted-snapshot.ts";

interface Named {
  readonly id: string;
  readonly class: string;
}

const providers: readonly Provider[] = ["openai", "anthropic", "gemini", "mistral", "bedrock"];
const { names } = JSON.parse(
  readFileSync(new URL("../policies/provider-models.json", import.meta.url), "utf8"),
) as { readonly names: Readonly<Record<string, readonly Named[]>> };

describe("the name of a hosted model", () => {
  it.each(providers)("is evaluated by its provider's convention: %s", (provider) => {
    const known = names[provider] ?? [];
    const accepted = known.filter(({ id }) => movingSnapshot(provider, id) === undefined);
    const right = known.filter(({ class: label }) => label === "pinned" || label === "stable-by-doc");
    expect(accepted.map(({ id }) => id)).toEqual(right.map(({ id }) => id));
    expect(known.length).toBeGreaterThan(5);
  });

  it.each<[Provider, string]>([
    ["openai", "gpt-4o"],
    ["openai", "gpt-4o-latest"],
    ["openai", "gpt-4o-2024-13-40"],
    ["anthropic", "claude-3-5-sonnet"],
    ["anthropic", "claude-3-5-sonnet-latest"],
    ["anthropic", "claude-opus-4-6-20251301"],
    ["gemini", "gemini-1.5-pro"],
    ["gemini", "gemini-2.5-pro-preview"],
    ["mistral", "mistral-large"],
    ["mistral", "mistral-large-2413"],
    ["openai", "os.environ/MODEL"],
    ["openai", "GPT 4"],
    ["openai", "*"],
  ])("is refused where it moves: %s %s", (provider, id) => {
    expect(movingSnapshot(provider, id)).toMatch(/.{10}/);
  });

  it.each(["sk-proj-CANARY0123456789abcdef", "AKIACANARY0123456789", "hf_CANARY0123456789"])(
    "is not shown where it is a key",
    (key) => {
      const reason = movingSnapshot("openai", key);
      expect(reason).toContain("looks like a key");
      expect(reason).not.toContain("CANARY");
    },
  );
});

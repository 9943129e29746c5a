import { describe, expect, it } from "vitest";
import { bedrockStatements } from "../../../components/gateway/bedrock.ts";
import type { HostedModel } from "../../../components/gateway/models.ts";

const account = { id: "111122223333", region: "us-east-1" };
const model = (snapshot: string, provider: HostedModel["provider"] = "bedrock"): HostedModel => ({
  provider,
  snapshot,
  price: { input: 1, output: 2 },
  requestsPerMinute: 1,
  tokensPerMinute: 1,
});
const resources = (...snapshots: string[]) =>
  bedrockStatements(account, Object.fromEntries(snapshots.map((one) => [one, model(one)]))).flatMap(
    ({ Resource }) => Resource,
  );

describe("what the gateway's role may invoke", () => {
  it("is nothing without a model of Bedrock", () => {
    expect(bedrockStatements(account, { a: model("gpt-4o-2024-08-06", "openai") })).toEqual([]);
  });

  it("is a model by its whole id in the environment's own Region", () => {
    expect(resources("mistral.mistral-large-2407-v1:0")).toEqual([
      "arn:aws:bedrock:us-east-1::foundation-model/mistral.mistral-large-2407-v1:0",
    ]);
  });

  it("is a profile and its model in the Regions that the profile spreads over", () => {
    const found = resources("eu.anthropic.claude-3-5-sonnet-20240620-v1:0");
    expect(found[0]).toBe(
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/eu.anthropic.claude-3-5-sonnet-20240620-v1:0",
    );
    expect(found.length).toBeGreaterThan(3);
    for (const one of found.slice(1))
      expect(one).toMatch(
        /^arn:aws:bedrock:eu-[a-z]+-\d::foundation-model\/anthropic\.claude-3-5-sonnet-20240620-v1:0$/,
      );
    expect(found.some((one) => one.includes("*"))).toBe(false);
  });
});

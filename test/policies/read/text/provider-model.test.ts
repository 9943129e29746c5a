import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { providerModels } from "../../../../policies/data/provider-models.ts";
import { isoDate } from "../../../../policies/framework/iso-date.ts";
import { providerModel } from "../../../../policies/read/text/provider-model.ts";

interface Sample {
  readonly names: Readonly<Record<string, readonly { readonly id: string; readonly class: string }[]>>;
}

const { names } = JSON.parse(
  readFileSync(new URL("../../provider-models.json", import.meta.url), "utf8"),
) as Sample;
const labelled = Object.entries(names).flatMap(([provider, ids]) =>
  ids.map(({ id, class: label }) => [`${provider}/${id}`, label] as const),
);
const pinning: readonly string[] = ["pinned", "stable-by-doc"];

describe(`${labelled.length} names of five providers, as people labelled them`, () => {
  it.each(labelled)("evaluates %s, which is %s", (name, label) => {
    expect(providerModel(name).is === "pinned").toBe(pinning.includes(label));
  });
});

describe("a name that pins", () => {
  it.each([
    ["openai/gpt-4-0613", "openai/gpt-4-0613"],
    ["openai/gpt-4-1106-preview", "openai/gpt-4-1106-preview"],
    ["openai/gpt-3.5-turbo-16k-0613", "openai/gpt-3.5-turbo-16k-0613"],
    ["openai/gpt-9-nano-2028-02-29", "openai/gpt-9-nano-2028-02-29"],
    ["anthropic/claude-opus-4-10", "anthropic/claude-opus-4-10"],
    ["anthropic/claude-haiku-10", "anthropic/claude-haiku-10"],
    ["anthropic/claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"],
    ["gemini/gemini-1.5-pro-002", "gemini/gemini-1.5-pro-002"],
    ["gemini/gemini-10-pro", "gemini/gemini-10-pro"],
    ["gemini/gemini-2.5-flash-preview-09-2025", "gemini/gemini-2.5-flash-preview-09-2025"],
    ["vertex_ai/gemini-2.5-pro", "vertex_ai/gemini-2.5-pro"],
    ["vertex_ai/gemini-2.0-flash-001", "vertex_ai/gemini-2.0-flash-001"],
    ["vertex_ai/claude-sonnet-4-5@20250929", "vertex_ai/claude-sonnet-4-5@20250929"],
    ["vertex_ai/claude-3-5-sonnet-v2@20241022", "vertex_ai/claude-3-5-sonnet-v2@20241022"],
    ["vertex_ai/claude-opus-4-6", "vertex_ai/claude-opus-4-6"],
    ["mistral/codestral-2501", "mistral/codestral-2501"],
    ["bedrock/converse/eu.anthropic.claude-opus-4-6-v1", "bedrock/anthropic.claude-opus-4-6-v1"],
    ["bedrock/global.anthropic.claude-sonnet-5", "bedrock/anthropic.claude-sonnet-5"],
    ["bedrock/us-gov.anthropic.claude-v2:1", "bedrock/anthropic.claude-v2:1"],
    ["bedrock/jp.amazon.nova-pro-v1:0", "bedrock/amazon.nova-pro-v1:0"],
    [
      "bedrock/arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1",
      "bedrock/anthropic.claude-v2:1",
    ],
    [
      "bedrock/arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-5",
      "bedrock/anthropic.claude-sonnet-5",
    ],
  ])("%s", (name, known) => {
    expect(providerModel(name)).toEqual({ is: "pinned", name: known });
  });
});

describe("an alias, whatever list it is on", () => {
  it.each([
    "gpt-4o-2024-08-06",
    "/gpt-4o-2024-08-06",
    "openai/",
    "",
    "openai/*",
    "*",
    "hosted_vllm/*",
    "os.environ/MODEL",
    "openai/gpt-4o-2024-08-06 ",
    "openai/gpt-4o-2024-08-06\n",
    "openai/gpt–4o-2024-08-06",
    "openai/chatgpt-4o-latest",
    "openai/gpt-4-turbo-preview",
    "openai/gpt-4o-2024-08-06-preview",
    "anthropic/claude-3-7-sonnet-latest",
    "anthropic/claude-opus-4",
    "anthropic/claude-2.1",
    "anthropic/claude-instant-1.2",
    "gemini/gemini-1.5-pro",
    "gemini/gemini-2.0-flash-exp",
    "gemini/gemini-2.5-pro-preview-06-05",
    "vertex_ai/gemini-2.0-flash",
    "vertex_ai/claude-sonnet-4-5",
    "vertex_ai/claude-opus-4-6@default",
    "bedrock/anthropic.claude-opus-4-5",
    "bedrock/amazon.nova-pro",
    "bedrock/openai.gpt-oss-20b",
  ])("%j", (name) => {
    expect(providerModel(name).is).toBe("unpinned");
  });
});

describe("a name that can't be decided, and is refused for that", () => {
  it.each([
    "OpenAI/gpt-4o-2024-08-06",
    "openai/GPT-4o-2024-08-06",
    "openai/gpt-4o-2024-02-30",
    "openai/gpt-4o-2024-13-01",
    "openai/gpt-4o-1999-01-01",
    "openai/gpt-4-1399",
    "openai/gpt-4o-1106",
    "openai/openai/gpt-4o-2024-08-06",
    "openai/os.environ/MODEL",
    "openai/ft:gpt-4o-2024-08-06:acme::1",
    "openai/text-embedding-3-small",
    "anthropic/claude-opus-4-6-20260205",
    "anthropic/claude-opus-4-1-20251341",
    "anthropic/claude-opus-4-06",
    "anthropic/claude-opus-5-5@20260922",
    "anthropic/claude-mythos-preview",
    "gemini/gemini-pro",
    "gemini/gemini-2.5-flash-preview-13-2025",
    "vertex_ai/claude-sonnet-4-5@20251301",
    "vertex_ai/1234567890",
    "vertex_ai/meta/llama-3.1-405b-instruct-maas",
    "mistral/mistral-large-2513",
    "mistral/mistral-large-0611",
    "mistral/mistral-large-3",
    "bedrock/us-east-1/anthropic.claude-v2",
    "bedrock/mx.anthropic.claude-sonnet-5",
    "bedrock/us.eu.amazon.nova-pro-v1:0",
    "bedrock/claude-sonnet-5",
    "bedrock/anthropic.claude-opus-4-5-20251301-v1:0",
    "bedrock/mistral.mistral-large-2413-v1:0",
    "bedrock/arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc",
    "azure/gpt-4o-2024-08-06",
    "sagemaker/endpoint",
    "groq/llama-3.3-70b",
    "constructor/x",
  ])("%s", (name) => {
    expect(providerModel(name).is).toBe("undecided");
  });
});

describe("a name that hides its model", () => {
  const profile = "bedrock/arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc";

  it.each([
    ["azure/main", "gpt-4o-2024-08-06", "azure/gpt-4o-2024-08-06"],
    ["azure/main", "azure/gpt-4o-2024-08-06", "azure/gpt-4o-2024-08-06"],
    [profile, "us.anthropic.claude-sonnet-5", "bedrock/anthropic.claude-sonnet-5"],
    [profile, "bedrock/anthropic.claude-v2:1", "bedrock/anthropic.claude-v2:1"],
    ["sagemaker/endpoint", "anthropic/claude-opus-4-8", "anthropic/claude-opus-4-8"],
  ])("%s is decided by %s", (name, base, known) => {
    expect(providerModel(name, base)).toEqual({ is: "pinned", name: known });
  });

  it.each([
    ["azure/main", "gpt-4o"],
    ["azure/main", "groq/x"],
    [profile, profile],
    ["sagemaker/endpoint", "gpt-4o-2024-08-06"],
  ])("%s is not pinned by %s", (name, base) => {
    expect(providerModel(name, base).is).not.toBe("pinned");
  });
});

it("takes an engine of ours for one, whatever its name", () => {
  expect(providerModel("hosted_vllm/Qwen/Qwen3-8B-AWQ")).toEqual({ is: "self-hosted" });
});

it("lists the end of pinned models only, under the names that are looked up, with dates that exist", () => {
  for (const [name, { on, read, source }] of providerModels) {
    expect(providerModel(name)).toEqual({ is: "pinned", name });
    expect([name, isoDate(read), on === undefined ? 0 : isoDate(on)]).toEqual([
      name,
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(source).toMatch(/^https:\/\//);
  }
});

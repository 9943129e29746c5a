import { describe, expect, it } from "vitest";
import { breaches, precedes } from "../../../components/serving/contract.ts";
import type { Release } from "../../../components/serving/release.ts";
import { chat } from "./releases.ts";

const terms = (release: Release, other: Release) => breaches(release, other).map(({ term }) => term);
const withLimits = (contextLength: number): Release => ({
  ...chat,
  limits: { ...chat.limits, contextLength },
});

describe("what clients notice of another release", () => {
  it("is nothing where it gives the same or more", () => {
    expect(breaches(chat, chat)).toEqual([]);
    expect(breaches(withLimits(32_768), withLimits(16_384))).toEqual([]);
    expect(breaches({ ...chat, parsers: { toolCalls: "hermes" } }, chat)).toEqual([]);
  });

  it("is a shorter context, with both numbers", () => {
    expect(breaches(withLimits(8192), withLimits(16_384))).toEqual([
      { term: "contextLength", message: "serves 8192 tokens of context, the other slot 16384" },
    ]);
  });

  it("is another tokenizer, unless both name one family", () => {
    const other = (tokenizer?: string): Release => ({
      ...chat,
      model: { ...chat.model, repository: "Qwen/Qwen3-14B-AWQ", ...(tokenizer && { tokenizer }) },
    });
    expect(terms(other(), chat)).toEqual(["tokenizer"]);
    const family: Release = { ...chat, model: { ...chat.model, tokenizer: "qwen3" } };
    expect(terms(other("qwen3"), family)).toEqual([]);
    expect(terms(other("llama3"), family)).toEqual(["tokenizer"]);
  });

  it("is a parser that is missing or another one", () => {
    const parsed: Release = { ...chat, parsers: { toolCalls: "hermes", reasoning: "qwen3" } };
    expect(terms(chat, parsed)).toEqual(["toolCalls", "reasoning"]);
    expect(terms({ ...chat, parsers: { toolCalls: "llama3_json", reasoning: "qwen3" } }, parsed)).toEqual([
      "toolCalls",
    ]);
  });
});

describe("one release before another", () => {
  it.each([
    ["qwen3-8b-awq-1", "qwen3-8b-awq-2", true],
    ["qwen3-8b-awq-9", "qwen3-8b-awq-10", true],
    ["qwen3-8b-awq-2", "qwen3-8b-awq-1", false],
    ["qwen3-8b-awq-1", "qwen3-8b-awq-1", false],
    ["qwen3-8b-awq-1", "llama-3.3-70b-fp8-2", false],
    ["first", "second", false],
  ])("%s before %s: %s", (one, another, expected) => {
    expect(precedes(one, another)).toBe(expected);
  });
});

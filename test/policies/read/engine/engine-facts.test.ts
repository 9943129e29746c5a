import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  count,
  type EngineFacts,
  flagValue,
  modelOf,
  supportOf,
} from "../../../../policies/read/engine/engine-facts.ts";
import type { Json } from "../../../../policies/read/engine/vllm-arguments.ts";

const commit = "4da05a8edb55c6046cce958586c33b61da07bb79";
const engine = (
  weights: string,
  flags: Readonly<Record<string, Json>> = {},
  kind: EngineFacts["kind"] = "vllm",
) => ({
  kind,
  args: { flags: new Map(Object.entries(flags)) },
  weights,
});

describe("the model of an engine", () => {
  it.each<[string, EngineFacts]>([
    ["in a bucket", engine(`s3://b/Qwen/Qwen3-8B-AWQ/${commit}`)],
    ["in a bucket's folder", engine(`s3://b/models/v1/Qwen/Qwen3-8B-AWQ/${commit}`)],
    ["on the hub", engine("Qwen/Qwen3-8B-AWQ", { "--revision": commit })],
  ])("is known %s", (_, given) => {
    expect(modelOf(given)?.weightsGiB).toBe(5.68);
  });

  it.each<[string, EngineFacts]>([
    ["of another commit", engine(`s3://b/Qwen/Qwen3-8B-AWQ/${commit.replace("4", "5")}`)],
    ["under another name", engine(`s3://b/qwen/Qwen3-8B-AWQ/${commit}`)],
    ["without a commit", engine("Qwen/Qwen3-8B-AWQ")],
    ["in a file behind the commit", engine(`s3://b/Qwen/Qwen3-8B-AWQ/${commit}/model.gguf.d`)],
    ["on a disk", engine(`/models/Qwen/Qwen3-8B-AWQ/${commit}`)],
  ])("is not known %s", (_, given) => {
    expect(modelOf(given)).toBeUndefined();
  });
});

describe("the value of an engine's flag", () => {
  it("stands under the flag of its kind", () => {
    expect(flagValue(engine("a", { "--max-model-len": "10" }), "contextLength")).toBe("10");
    expect(flagValue(engine("a", { "--max-total-tokens": "10" }, "tgi"), "contextLength")).toBe("10");
    expect(
      flagValue(engine("a", { "--pipeline-parallel-size": "2" }, "tgi"), "pipelineParallel"),
    ).toBeUndefined();
  });

  it.each<[Json | undefined, Value]>([
    ["2", 2],
    [undefined, 1],
    ["0", unknown],
    ["-1", unknown],
    ["2.0", unknown],
    ["two", unknown],
    [true, unknown],
    ["9".repeat(10), unknown],
  ])("is counted: %j", (value, expected) => {
    const flags = value === undefined ? {} : { "--tensor-parallel-size": value };
    expect(count(engine("a", flags), "tensorParallel", 1)).toBe(expected);
  });
});

describe("what a version runs", () => {
  it.each<[string, Value, Value]>([
    ["by the tag of its image", "vllm/vllm-openai:v0.31.0", undefined],
    ["by a tag with a variant", "vllm/vllm-openai:v0.33.0-cu129", "0.1.0"],
    ["by its label", "vllm/vllm-openai", "0.28.0"],
  ])("is known %s", (_, image, label) => {
    expect(supportOf("vllm", image, label)?.engine).toBe("vllm");
  });

  it.each<[string, Value, Value]>([
    ["before the first that was read", "vllm/vllm-openai", "0.27.9"],
    ["after the last", "vllm/vllm-openai", "0.34.0"],
    ["by a name", "vllm/vllm-openai:nightly", "0.31.0"],
    ["without one", "vllm/vllm-openai", undefined],
    ["by a label that is unknown", "vllm/vllm-openai", unknown],
    ["by a number", "vllm/vllm-openai", 0.31],
    ["of another engine", "vllm/vllm-openai", "3.3.0"],
  ])("is not known %s", (_, image, label) => {
    expect(supportOf("vllm", image, label)).toBeUndefined();
  });
});

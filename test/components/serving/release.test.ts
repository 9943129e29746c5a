import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Release, releaseId, releaseSchema } from "../../../components/serving/release.ts";
import { problemsOf } from "../../../components/shared/problems.ts";
import { chat } from "./releases.ts";

type Json = string | number | { readonly [key: string]: Json };

/** A copy with one place changed; `undefined` takes it out. */
function changed(at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const { [key]: inner, ...others } = at as Record<string, unknown>;
  const made = changed(inner, rest, value);
  return made === undefined ? others : { ...others, [key]: made };
}

/** What is wrong with the fixture once one place is changed. */
function problems(path: string, value: unknown) {
  const input = changed(chat, path.split("."), value);
  const parsed = releaseSchema.safeParse(input);
  return parsed.success ? [] : problemsOf(parsed.error, input);
}

const evaluation = {
  suite: "chat-golden",
  cases: 200,
  score: 0.93,
  releaseId: `sha256:${"a".repeat(64)}`,
  date: "2026-11-12",
};

describe("a release", () => {
  it("is taken as it is when it says what it must", () => {
    expect(releaseSchema.parse(chat)).toEqual(chat);
  });

  it.each<[string, unknown]>([
    ["model.attention", { kind: "grouped-query" }],
    ["model.attention", { kind: "mla", latentDimension: 576 }],
    ["model.attention", { kind: "sliding-window", window: 1024, slidingLayers: 18 }],
    ["model.attention", { kind: "hybrid", attentionLayers: 8, stateMiBPerSequence: 25.5 }],
    ["limits.pipelineParallel", 2],
    ["limits.longestStreamSeconds", 3600],
    ["limits.gpuMemoryUtilization", 0.95],
    ["evaluation", evaluation],
  ])("may say %s: %j", (path, value) => {
    expect(problems(path, value)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["servedName", "-chat", "letters, digits, dots and dashes"],
    ["model.repository", "Qwen3-8B", "a repository on the model hub, such as organisation/name"],
    ["model.repository", "Qwen/../etc", "a repository on the model hub, such as organisation/name"],
    [
      "model.revision",
      "main",
      "a revision is the 40 hex digits of a commit: a branch or tag moves (see the repository's history)",
    ],
    ["model.weightsGiB", 0, "GiB of weights on disk, above 0"],
    ["model.layers", 36.5, "layers: a whole number of at least 1"],
    ["model.kvHeads", 0, "key-value heads: at least 1"],
    ["engine.kind", "sglang", 'allowed: "vllm", "tgi", "ollama"'],
    ["model.source", "s3", 'allowed: "store", "hub"'],
    ["model.file", "../model.gguf", "a file in the repository, such as Qwen3-8B-Q4_K_M.gguf"],
    ["engine.version", "latest", "an exact engine version, such as 0.31.0"],
    [
      "engine.image",
      "vllm/vllm-openai:v0.31.0",
      "an image is pinned by digest, as repository@sha256:<64 hex>: a tag moves",
    ],
    ["limits.gpuMemoryUtilization", 0.96, "from 0.5 to 0.95: the rest is for the driver"],
    ["limits.gpuMemoryUtilization", 0.4, "from 0.5 to 0.95"],
    ["limits.longestStreamSeconds", 3601, "from 1 to 3600 seconds"],
    ["limits.contextLength", 0, "tokens: at least 1"],
  ])("with %s: %j is refused", (path, value, message) => {
    expect(problems(path, value)).toEqual([{ path, value, message }]);
  });

  it("is refused where something is missing, unknown, or of an unknown kind", () => {
    expect(problems("limits.tensorParallel", undefined)).toEqual([
      {
        path: "limits.tensorParallel",
        value: undefined,
        message: "missing: GPUs: a whole number of at least 1",
      },
    ]);
    expect(problems("limits.tensorParalel", 2)).toEqual([
      {
        path: "limits.tensorParalel",
        value: 2,
        message: 'unknown key; did you mean "tensorParallel"?',
      },
    ]);
    expect(problems("model.attention", { kind: "linear" })).toEqual([
      {
        path: "model.attention.kind",
        value: "linear",
        message: 'allowed kinds: "grouped-query", "mla", "sliding-window", "hybrid"',
      },
    ]);
  });

  it("has no evaluation that is typed by hand", () => {
    const of = (field: string, value: unknown) =>
      problems("evaluation", { ...evaluation, [field]: value }).map(({ path, message }) => [path, message]);
    expect(of("releaseId", "qwen3-8b-awq-1")).toEqual([
      ["evaluation.releaseId", "sha256:<64 hex>, as the evaluation run writes it"],
    ]);
    expect(of("score", 93)).toEqual([["evaluation.score", "from 0 to 1"]]);
    expect(of("date", "2026-02-30")).toEqual([["evaluation.date", "a date, such as 2026-11-12"]]);
  });
});

describe("a release's id", () => {
  it("is the SHA-256 of its canonical text", () => {
    const text =
      `{"engine":{"image":"vllm/vllm-openai@sha256:${"0".repeat(64)}","kind":"vllm","version":"0.31.0"},` +
      '"limits":{"concurrentSequences":32,"contextLength":16384,"gpuMemoryUtilization":0.9,"kvCacheDtype":"auto","tensorParallel":1},' +
      '"model":{"headDimension":128,"kvHeads":8,"layers":36,"maxPositions":40960,"quantization":"awq","repository":"Qwen/Qwen3-8B-AWQ",' +
      '"revision":"4da05a8edb55c6046cce958586c33b61da07bb79","weightsGiB":5.68},"servedName":"chat"}';
    expect(releaseId(chat)).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("stays whatever the order of the file, and when an evaluation is added", () => {
    const shuffled = (value: Json): fc.Arbitrary<Json> =>
      typeof value !== "object"
        ? fc.constant(value)
        : fc
            .shuffledSubarray(Object.keys(value), { minLength: Object.keys(value).length })
            .chain((keys) =>
              fc
                .tuple(...keys.map((key) => shuffled(value[key] as Json)))
                .map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index] as Json]))),
            );
    fc.assert(
      fc.property(shuffled(chat as unknown as Json), (release) => {
        expect(releaseId(release as unknown as Release)).toBe(releaseId(chat));
      }),
    );
    expect(releaseId({ ...chat, evaluation })).toBe(releaseId(chat));
  });

  it("changes with everything that is served", () => {
    const ids = [
      ["servedName", "code"],
      ["model.revision", "0".repeat(40)],
      ["model.repository", "Qwen/Qwen3-8B"],
      ["model.attention", { kind: "grouped-query" }],
      ["engine.image", `vllm/vllm-openai@sha256:${"1".repeat(64)}`],
      ["limits.contextLength", 16_383],
      ["limits.kvCacheDtype", "fp8"],
      ["limits.longestStreamSeconds", 300],
    ].map(([path, value]) => releaseId(changed(chat, String(path).split("."), value) as Release));
    expect(new Set([releaseId(chat), ...ids]).size).toBe(ids.length + 1);
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { GpuPoolSettings } from "../../components/cluster/gpu-pool-settings.ts";
import { knownNames } from "../../components/serving/engine-vocabulary.ts";
import { type Release, releaseId } from "../../components/serving/release.ts";
import { fitProblems } from "../../stacks/fit-consistency.ts";
import { advisoryProblems } from "../../stacks/release-advisories.ts";
import { releaseProblems } from "../../stacks/release-consistency.ts";
import { chat } from "../components/serving/releases.ts";

const withKind = (kind: Release["engine"]["kind"], model: Partial<Release["model"]> = {}): Release => ({
  ...chat,
  model: { ...chat.model, ...(kind === "tgi" && { vision: false }), ...model },
  engine: { ...chat.engine, kind },
});
const gguf = { file: "Qwen3-8B-Q4_K_M.gguf", quantization: "gguf-q4_k_m" } as const;
/** A reasoning parser that a later version has and an earlier one hasn't. */
const onlyIn = (later: string, earlier: string) =>
  knownNames(later, "reasoningParsers").find(
    (name) => !knownNames(earlier, "reasoningParsers").includes(name),
  ) ?? "";
const told = (release: Release) => releaseProblems(release).map(({ path, message }) => `${path}: ${message}`);

describe("a release that names another engine", () => {
  it.each([
    ["TGI", withKind("tgi")],
    ["TGI from the hub", withKind("tgi", { source: "hub" })],
    ["Ollama with a file", withKind("ollama", gguf)],
  ])("is accepted: %s", (_, release) => {
    expect(told(release)).toEqual([]);
  });

  it.each<[string, Release]>([
    ["vLLM, which serves it for text", withKind("vllm", { vision: true })],
    ["Ollama, whose one file is the language model", withKind("ollama", { ...gguf, vision: true })],
    ["vLLM where nothing is said", withKind("vllm")],
  ])("takes a model with a vision encoder: %s", (_, release) => {
    expect(told(release)).toEqual([]);
  });

  it.each<[string, Partial<Release["model"]>, RegExp]>([
    ["has one", { vision: true }, /^model\.vision: tgi loads the encoder, .* take vllm/],
    ["may have one", { vision: undefined }, /^model\.vision: missing: false where the model's config\.json/],
  ])("refuses TGI for a model that %s: its encoder's memory isn't known", (_, model, message) => {
    expect(told(withKind("tgi", model))).toEqual([expect.stringMatching(message)]);
  });

  it.each<[string, Release, string[]]>([
    [
      "Ollama without GGUF",
      withKind("ollama"),
      [
        "model.quantization: ollama reads GGUF: gguf-q4_k_m and so on",
        "model.file: missing: which file of the repository ollama shall serve",
      ],
    ],
    [
      "vLLM with GGUF",
      withKind("vllm", gguf),
      [
        "model.quantization: vllm doesn't read GGUF, ollama does",
        "model.file: only ollama serves one file; leave it out",
      ],
    ],
    [
      "Ollama from the hub",
      withKind("ollama", { ...gguf, source: "hub" }),
      ["model.source: ollama reads a checked file: take store, or leave it out"],
    ],
    [
      "TGI with a pipeline and a KV cache type",
      { ...withKind("tgi"), limits: { ...chat.limits, pipelineParallel: 2, kvCacheDtype: "fp8" } },
      [
        "limits.pipelineParallel: tgi has no pipeline; leave it out",
        "limits.kvCacheDtype: only vllm is known to read it; tgi takes auto",
      ],
    ],
  ])("is refused: %s", (_, release, problems) => {
    expect(told(release)).toEqual(problems);
  });
});

describe("a release that the engine would refuse", () => {
  const limits = (changed: Partial<Release["limits"]>) => ({
    ...chat,
    limits: { ...chat.limits, ...changed },
  });
  const asTgi = (changed: Partial<Release["limits"]>) => ({ ...withKind("tgi"), ...pick(limits(changed)) });
  const pick = ({ limits }: Release) => ({ limits });
  const text = "{% for message in messages %}{{ message.content }}{% endfor %}";
  const sha256 = createHash("sha256").update(text).digest("hex");

  it.each<[string, Release, string[]]>([
    ["a parser with a dash", { ...chat, parsers: { toolCalls: "granite-20b-fc" } }, []],
    [
      "a parser that the version doesn't have",
      { ...chat, parsers: { toolCalls: "herms" } },
      ['parsers.toolCalls: vLLM 0.31.0 doesn\'t know it; did you mean "hermes"?'],
    ],
    [
      "a reasoning parser of a later version",
      { ...chat, parsers: { reasoning: onlyIn("0.33.0", "0.31.0") } },
      [expect.stringContaining("parsers.reasoning: vLLM 0.31.0 doesn't know it")],
    ],
    [
      "one step with less than a token for each sequence",
      limits({ batchedTokens: 31 }),
      [
        "limits.batchedTokens: below limits.concurrentSequences, which is 32: each sequence takes one token of a step, and vLLM stops",
      ],
    ],
    ["one step with a token for each sequence", limits({ batchedTokens: 32 }), []],
    [
      "a queue shorter than what is computed",
      limits({ queuedRequests: 31 }),
      [
        "limits.queuedRequests: below the 32 sequences that are computed at the same time (limits.concurrentSequences), which it counts too",
      ],
    ],
    ["a queue of what is computed", limits({ queuedRequests: 32 }), []],
    [
      "TGI with a step shorter than a prompt",
      asTgi({ batchedTokens: 4096 }),
      [
        "limits.batchedTokens: below the longest prompt, which is limits.contextLength − 1 = 16383: TGI computes a prompt in one step, and stops",
      ],
    ],
    ["TGI with a step as long as a prompt", asTgi({ batchedTokens: 16_383 }), []],
    ["a chat template of this hash", { ...chat, chatTemplate: { file: "chat.jinja", sha256, text } }, []],
    [
      "a chat template of another hash",
      { ...chat, chatTemplate: { file: "chat.jinja", sha256: "0".repeat(64), text } },
      [
        `chatTemplate.sha256: the file's is ${sha256}: a template belongs to its release, so put a changed one into a new release`,
      ],
    ],
    [
      "a chat template that isn't there",
      { ...chat, chatTemplate: { file: "chat.jinja", sha256 } },
      ["chatTemplate.file: no such file under stacks/releases"],
    ],
    [
      "a chat template for TGI",
      { ...withKind("tgi"), chatTemplate: { file: "chat.jinja", sha256, text } },
      ["chatTemplate: tgi takes the model's own; leave it out"],
    ],
  ])("is checked like the engine does: %s", (_, release, problems) => {
    expect(told(release)).toEqual(problems);
  });

  it("has the same id wherever its chat template was read, and another one with another template", () => {
    const template = { file: "chat.jinja", sha256 };
    const id = releaseId({ ...chat, chatTemplate: template });
    expect(releaseId({ ...chat, chatTemplate: { ...template, text } })).toBe(id);
    expect(releaseId({ ...chat, chatTemplate: { ...template, sha256: "0".repeat(64) } })).not.toBe(id);
    expect(releaseId(chat)).not.toBe(id);
  });
});

it("ends every exemption within 180 days", () => {
  const exemptions = ["PYSEC-2026-4344", "PYSEC-2026-4349"].map((advisory) => ({
    advisory,
    reason: "only the VPC reaches the engines",
    expires: "2027-05-01",
  }));
  expect(advisoryProblems({ ...chat, exemptions }, "2026-11-28")).toEqual([]);
  const long = exemptions.map((one) => ({ ...one, expires: "2027-06-01" }));
  expect(advisoryProblems({ ...chat, exemptions: long }, "2026-11-28")).toMatchObject([
    { path: "exemptions.0.expires", value: "2027-06-01" },
    { path: "exemptions.1.expires", value: "2027-06-01" },
  ]);
});

describe("a context longer than that of the training", () => {
  const scaling = { kind: "yarn", factor: 4, originalPositions: 32_768, ropeTheta: 1_000_000 } as const;
  const long = (
    contextLength: number,
    model: Partial<Release["model"]> = {},
    kind: "vllm" | "tgi" = "vllm",
  ) => ({
    ...withKind(kind, model),
    limits: { ...chat.limits, contextLength },
  });

  it("is accepted where the release says how positions are scaled, up to what that gives", () => {
    expect(told(long(131_072, { contextScaling: scaling }))).toEqual([]);
    expect(told(long(131_073, { contextScaling: scaling }))).toEqual([
      "limits.contextLength: above 32768 × 4 = 131072 tokens of model.contextScaling",
    ]);
  });

  it("is refused where it doesn't, and where the engine has no flag for it", () => {
    expect(told(long(40_961))).toEqual([
      "limits.contextLength: above the 40960 tokens (model.maxPositions) that the model was trained for; lower it, or say under model.contextScaling how positions are scaled",
    ]);
    expect(told(long(65_536, { contextScaling: scaling }, "tgi"))).toEqual([
      "model.contextScaling: tgi has no flag for it; leave it out",
    ]);
  });
});

describe("parsers of structured answers", () => {
  it("are named for vLLM only", () => {
    const parsers = { toolCalls: "hermes" };
    expect(told({ ...chat, parsers })).toEqual([]);
    expect(told({ ...withKind("tgi"), parsers })).toEqual([
      "parsers: only vllm's parsers are named here; leave it out for tgi",
    ]);
  });
});

describe("a replica larger than an instance", () => {
  const h100: GpuPoolSettings = {
    instanceTypes: ["p5.48xlarge"],
    capacity: ["reserved"],
    reservations: ["cr-0a1b2c3d"],
    maxGpus: 32,
  };
  const limits = { ...chat.limits, tensorParallel: 8, pipelineParallel: 2 };
  const two = { min: 1, max: 1 };
  const problems = (
    release: Release,
    pool: GpuPoolSettings = h100,
    replicas: { min: number; max: number } = two,
  ) => fitProblems(release, pool, replicas);

  it("is accepted on two whole ones", () => {
    expect(problems({ ...chat, limits })).toEqual([]);
  });

  it("is refused where the numbers don't meet", () => {
    expect(problems({ ...chat, limits: { ...limits, pipelineParallel: 3 } })).toEqual([
      "24 GPUs (tensorParallel 8 × pipelineParallel 3) fit neither one instance nor exactly two whole ones of p5.48xlarge",
    ]);
    expect(problems({ ...chat, limits }, h100, { min: 1, max: 2 })).toEqual([
      "replicas over two instances aren't scaled: set replicas.min and max to one number, not 1 and 2",
    ]);
    expect(problems({ ...withKind("vllm", { source: "hub" }), limits })).toEqual([
      "each of the two instances would download the weights: take source: store",
    ]);
    const small: GpuPoolSettings = { instanceTypes: ["g5.2xlarge"], capacity: ["on-demand"], maxGpus: 8 };
    expect(problems({ ...chat, limits: { ...chat.limits, pipelineParallel: 2 } }, small)).toEqual([
      "2 GPUs (tensorParallel 1 × pipelineParallel 2) span two instances, and g5.2xlarge has no EFA interface between them",
    ]);
  });

  it("is refused on a disk that is too small", () => {
    const a10g: GpuPoolSettings = { instanceTypes: ["g5.xlarge"], capacity: ["on-demand"], maxGpus: 8 };
    const [disk] = problems(withKind("tgi", { weightsGiB: 120 }), a10g);
    expect(disk).toContain(
      "for 120 GiB of weights and a cache, with 60 GiB for images and logs, are more than the 232 GiB",
    );
  });
});

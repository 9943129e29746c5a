import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { gpus } from "../../../components/capacity/gpus.ts";
import { sequenceState } from "../../../components/capacity/kv-cache.ts";
import { memoryFit } from "../../../components/capacity/memory.ts";
import { releaseSchema } from "../../../components/serving/release.ts";
import { memoryLogs } from "../../../scripts/bench/memory-logs.ts";
import {
  newRelease,
  type ReleaseRequest,
  releaseText,
  writeNew,
} from "../../../scripts/release/new-release.ts";
import { poolFits, smallestSplit } from "../../../scripts/release/pools.ts";
import { releaseProblems } from "../../../stacks/release-consistency.ts";
import { commit, digest, madeHub, refusedBy, siblings } from "./made-hub.ts";
import { type PublishedModel, published, refused } from "./published.ts";

const today = "2026-11-24";
const request = (repository: string, changed: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  name: "ours-1",
  servedName: "ours",
  repository,
  revision: "main",
  engine: { kind: "vllm", version: "0.33.0" },
  image: undefined,
  limits: {
    contextLength: undefined,
    concurrentSequences: 32,
    tensorParallel: 1,
    gpuMemoryUtilization: 0.9,
    kvCacheDtype: "auto",
  },
  ...changed,
});
const bytesOf = ({ parametersB, bits }: PublishedModel) => Math.round((parametersB * 1e9 * bits) / 8);
const hubWith = (model: PublishedModel) =>
  madeHub({
    repository: model.repository,
    config: model.config,
    weightsBytes: bytesOf(model),
    modelOpt: model.quantization === "modelopt" ? { quantization: { quant_algo: "FP8" } } : undefined,
  });
const read = (model: PublishedModel, changed: Partial<ReleaseRequest> = {}) =>
  newRelease(request(model.repository, changed), hubWith(model), today);
const [llama, , , , qwenFp8] = published as [PublishedModel, unknown, unknown, unknown, PublishedModel];

describe("a release of a public model", () => {
  it("is tried with 12 models of 10 families at least", () => {
    expect(published.length).toBeGreaterThanOrEqual(12);
    const types = published.map(({ config }) => config.model_type);
    expect(new Set(types).size).toBeGreaterThanOrEqual(10);
  });

  it.each(published)("has the card's parameters, and its KV cache: $repository", async (model) => {
    const { release, estimated } = await read(model);
    expect(release.model.quantization).toBe(model.quantization);
    expect(Math.abs((release.model.parametersB ?? 0) / model.parametersB - 1)).toBeLessThan(0.01);
    const { activeParametersB, hiddenSize = 0, vocabularySize = 0 } = release.model;
    const embedding = model.activeWithoutEmbedding ? (hiddenSize * vocabularySize) / 1e9 : 0;
    const active = activeParametersB === undefined ? undefined : activeParametersB - embedding;
    if (active === undefined) expect(model.activeParametersB).toBeUndefined();
    else expect(Math.abs(active / (model.activeParametersB ?? 0) - 1)).toBeLessThan(0.05);
    const sharding = { tensorParallel: 1, pipelineParallel: 1, kvCacheDtype: "auto", batchedTokens: 2048 };
    expect(sequenceState(release.model, sharding).bytesPerToken).toBe(model.kvBytes);
    if (model.estimated === undefined) expect(estimated).toEqual([]);
    else expect(estimated.join("\n")).toMatch(model.estimated);
  });

  it("is one that the configuration's checks accept, pinned to a commit and a digest", async () => {
    const { release } = await read(llama);
    expect(releaseProblems(release)).toEqual([]);
    expect(release.model.revision).toBe(commit);
    expect(release.engine.image).toBe(`docker.io/vllm/vllm-openai@${digest}`);
    expect(release.model.weightsGiB).toBeCloseTo(14.96, 1);
    expect(release.limits.contextLength).toBe(16_384);
  });

  it("lists what is staged with its hashes, and nothing else", async () => {
    const { release } = await read(llama);
    expect(Object.keys(release.model.files ?? {})).toEqual([
      "config.json",
      "model-00001-of-00002.safetensors",
      "model-00002-of-00002.safetensors",
      "model.safetensors.index.json",
      "tokenizer.json",
    ]);
    expect(release.model.files?.["tokenizer.json"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(release.model.files?.["config.json"]).toMatch(/^git:[0-9a-f]{40}$/);
  });

  it.each([
    ["ilseokoh/vllm-gce", "meta-llama/Meta-Llama-3.1-8B", {}],
    [
      "vllm-benchmark, study 16",
      "Qwen/Qwen3-30B-A3B",
      { quant_method: "fp8", weight_block_size: [128, 128] },
    ],
    ["myoceane.fr", "openai/gpt-oss-20b", { quant_method: "mxfp4" }],
  ])(
    "gives the fit that an engine's log had, within the planner's band: %s",
    async (source, repository, quantized) => {
      const log = [...memoryLogs("fitted"), ...memoryLogs("held out")].find((each) =>
        each.source.startsWith(source),
      );
      const model = published.find((each) => each.repository === repository);
      if (log === undefined || model === undefined) throw new Error("the log or the model is gone");
      const config = {
        ...model.config,
        ...("quant_method" in quantized && { quantization_config: quantized }),
      };
      const hub = madeHub({ repository, config, weightsBytes: Math.round(log.model.weightsGiB * 2 ** 30) });
      const { release } = await newRelease(request(repository), hub, today);
      const { limits, gpu, version } = log;
      const fit = memoryFit({ limits, gpu, engine: { version }, model: release.model });
      expect(Math.abs(fit.kvGiB - log.kvGiB)).toBeLessThanOrEqual(fit.bandGiB);
    },
  );

  it("reads back from its file as it was", async () => {
    const found = await read(qwenFp8);
    const text = releaseText(found);
    expect(
      text.startsWith("# yaml-language-server: $schema=../release.schema.json\nservedName: ours\n"),
    ).toBe(true);
    expect(releaseSchema.parse(parse(text))).toEqual(found.release);
    expect(releaseText(await read(published[5] as PublishedModel))).toContain("\n# Estimated: activations");
  });

  it("says which pools it fits, with the fewest GPUs that one takes", async () => {
    const pools = {
      dev: { a10g: { instanceTypes: ["g5.xlarge"], capacity: ["on-demand" as const], maxGpus: 4 } },
      prod: { h100: { instanceTypes: ["p5.48xlarge"], capacity: ["on-demand" as const], maxGpus: 8 } },
    };
    const { release } = await read(qwenFp8);
    const fits = poolFits(smallestSplit(release, pools), pools);
    expect(fits.map(({ pool, gpus, problems }) => [pool, gpus, problems.length === 0])).toEqual([
      ["a10g", `1 × ${gpus.a10g.product}`, false],
      ["h100", `1 × ${gpus.h100.product}`, true],
    ]);
    const { release: large } = await read(
      published.find(({ repository }) => /DeepSeek/.test(repository)) as PublishedModel,
    );
    expect(poolFits(large, pools).every(({ problems }) => problems.length > 0)).toBe(true);
  });
});

it.each(refused)("refuses what the planner doesn't know: %s", async (repository, config, says) => {
  const hub = madeHub({ repository: "team/model", config, weightsBytes: 1e10 });
  await expect(newRelease(request("team/model"), hub, today)).rejects.toThrow(says);
  await expect(newRelease(request("team/model"), hub, today), repository).rejects.toThrow(
    /Nothing was written/,
  );
});

describe("a quantization", () => {
  const compressed = (weights: object, inputs?: object) => ({
    quant_method: "compressed-tensors",
    format: "any",
    config_groups: { group_0: { weights, input_activations: inputs ?? null } },
  });
  it.each([
    ["awq", { quant_method: "awq", bits: 4, group_size: 128 }, 5.7],
    ["gptq", { quant_method: "gptq", bits: 4, group_size: 128 }, 5.7],
    [
      "compressed-tensors-fp8",
      compressed({ type: "float", num_bits: 8 }, { type: "float", num_bits: 8 }),
      8.5,
    ],
    ["compressed-tensors-w4a16", compressed({ type: "int", num_bits: 4, group_size: 128 }), 5.7],
    [
      "compressed-tensors-w8a8-int8",
      compressed({ type: "int", num_bits: 8 }, { type: "int", num_bits: 8 }),
      8.5,
    ],
  ])("is %s by the configuration's fields", async (name, quantization_config, bits) => {
    const { release } = await read({ ...llama, config: { ...llama.config, quantization_config }, bits });
    expect(release.model.quantization).toBe(name);
  });

  it.each([
    ["bitsandbytes", { quant_method: "bitsandbytes" }],
    ["8 bits", { quant_method: "gptq", bits: 8 }],
    ["float4", compressed({ type: "float", num_bits: 4 })],
    [
      "2 schemes",
      {
        ...compressed({}),
        config_groups: {
          a: { weights: { type: "int", num_bits: 4 } },
          b: { weights: { type: "int", num_bits: 8 } },
        },
      },
    ],
  ])("that has no figures is refused: %s", async (says, quantization_config) => {
    await expect(read({ ...llama, config: { ...llama.config, quantization_config } })).rejects.toThrow(says);
  });

  it("that the files contradict is refused", async () => {
    await expect(read({ ...llama, bits: 4.5 })).rejects.toThrow(
      /8\.03 billion parameters in none take about/,
    );
  });
});

describe("where the hub or the registry refuses", () => {
  const repository = "team/model";
  const listing = `/api/models/${repository}/revision/main?blobs=true`;
  const withAnswers = (changed: Record<string, () => Response>, revision = "main") =>
    newRelease(
      request(repository, { revision }),
      madeHub({ repository, config: llama.config, weightsBytes: bytesOf(llama), changed }),
      today,
    );

  it.each([
    [
      "a repository that isn't there",
      refusedBy(401, "RepoNotFound"),
      /check organisation and name; a private one takes HF_TOKEN/,
    ],
    [
      "terms not accepted",
      refusedBy(403, "GatedRepo"),
      /is gated.*accept its terms at https:\/\/hub\.example\/team\/model.*put-secret/,
    ],
    ["too many requests", refusedBy(429), /wait a minute; HF_TOKEN has a higher limit/],
    ["a bad day", refusedBy(503), /HTTP 503.*run it again later/],
    ["a page that isn't the API", () => new Response("<html>"), /isn't JSON/],
    ["another service's JSON", () => Response.json({}), /it isn't the hub's API/],
  ])("says what to do: %s", async (_, answer, says) => {
    await expect(withAnswers({ [listing]: answer })).rejects.toThrow(says);
  });

  it("says that a revision is gone, or isn't the requested one", async () => {
    const asked = "0".repeat(40);
    const path = `/api/models/${repository}/revision/${asked}?blobs=true`;
    await expect(withAnswers({ [path]: refusedBy(404, "RevisionNotFound") }, asked)).rejects.toThrow(
      /has no revision "0{40}": it moved, or its history was rewritten/,
    );
    const other = () => Response.json({ sha: commit, siblings: siblings(1e9) });
    await expect(withAnswers({ [path]: other }, asked)).rejects.toThrow(/answers with commit 4da05a8/);
  });

  it("says that nothing answers, and where to run it", async () => {
    const hub = {
      ...madeHub({ repository, weightsBytes: 1 }),
      fetch: () =>
        Promise.reject(
          new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND hub.example") }),
        ),
    };
    await expect(newRelease(request(repository), hub, today)).rejects.toThrow(
      "hub.example doesn't answer: getaddrinfo ENOTFOUND hub.example. Run it where the hub is reached, or set HF_ENDPOINT to a mirror",
    );
  });

  it("refuses files without a hash, and repositories without the weights that are loaded", async () => {
    const bare = siblings(1e10).map(({ rfilename, size }) => ({ rfilename, size }));
    await expect(
      withAnswers({ [listing]: () => Response.json({ sha: commit, siblings: bare }) }),
    ).rejects.toThrow(/no hash or size of model-00001-of-00002\.safetensors/);
    const without = siblings(1e10).filter(({ rfilename }) => !rfilename.startsWith("model-00002"));
    await expect(
      withAnswers({ [listing]: () => Response.json({ sha: commit, siblings: without }) }),
    ).rejects.toThrow(/has no model-00002-of-00002\.safetensors: engines here load safetensors/);
  });

  it("refuses a version whose image isn't published, and takes a digest instead", async () => {
    const tag = "/v2/vllm/vllm-openai/manifests/v0.33.0";
    const missing = { [tag]: () => new Response(null, { status: 404 }) };
    await expect(withAnswers(missing)).rejects.toThrow(/has no tag v0\.33\.0.*--image/);
    await expect(withAnswers({ [tag]: () => new Response(null, { status: 500 }) })).rejects.toThrow(
      /answers 500: the image's digest can't be read/,
    );
    const image = `docker.io/vllm/vllm-openai@${digest}`;
    const hub = madeHub({ repository, config: llama.config, weightsBytes: bytesOf(llama), changed: missing });
    const { release } = await newRelease(request(repository, { image }), hub, today);
    expect(release.engine.image).toBe(image);
    expect(hub.asked.some((url) => url.includes("docker.io"))).toBe(false);
  });

  it("names the advisories of an engine that has some, rather than writing an exemption", async () => {
    await expect(
      read(llama, { engine: { kind: "vllm", version: "0.31.0" }, image: `x@${digest}` }),
    ).rejects.toThrow(/PYSEC-2026-4344/);
  });
});

it("writes a new file whole, and never over one", () => {
  const folder = mkdtempSync(join(tmpdir(), "gantry-releases-"));
  writeNew(folder, "a.yaml", "first");
  expect(() => writeNew(folder, "a.yaml", "second")).toThrow(/already exists.*choose another name/);
  expect([readdirSync(folder), readFileSync(join(folder, "a.yaml"), "utf8")]).toEqual([["a.yaml"], "first"]);
  rmSync(folder, { recursive: true });
});

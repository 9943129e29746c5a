import type { core } from "@pulumi/kubernetes/types/input.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngineArgs } from "../../../components/serving/engine.ts";
import { engines, weightsOnDisk } from "../../../components/serving/engines.ts";
import type { Release } from "../../../components/serving/release.ts";
import { slotTimeouts } from "../../../components/serving/timeouts.ts";
import { stagedFiles, weightsDiskGiB } from "../../../components/serving/weights.ts";
import { chat } from "./releases.ts";

const digest = "0".repeat(64);
const tgi: Release = {
  ...chat,
  engine: {
    kind: "tgi",
    version: "3.3.6",
    image: `ghcr.io/huggingface/text-generation-inference@sha256:${digest}`,
  },
};
const ollama: Release = {
  ...chat,
  model: {
    ...chat.model,
    repository: "Qwen/Qwen3-8B-GGUF",
    file: "Qwen3-8B-Q4_K_M.gguf",
    quantization: "gguf-q4_k_m",
  },
  engine: { kind: "ollama", version: "0.34.0", image: `ollama/ollama@sha256:${digest}` },
};
const fromHub = (release: Release): Release => ({ ...release, model: { ...release.model, source: "hub" } });

function started(release: Release) {
  const { longestDrainSeconds } = engines[release.engine.kind];
  const times = slotTimeouts({ longestStreamSeconds: 300, longestDrainSeconds, spot: false });
  const args: EngineArgs = { release, times, region: "eu-central-1", bucket: "example-models" };
  const { env, ...command } = engines[release.engine.kind].command(args);
  const values = env.map(({ name, value, valueFrom }) => [
    name,
    value ?? (valueFrom as core.v1.EnvVarSource | undefined)?.secretKeyRef,
  ]);
  return { ...command, env: Object.fromEntries(values), times };
}

describe("Text Generation Inference", () => {
  it("reads checked files, limits everything and asks clients for the key", () => {
    const { args, env } = started(tgi);
    expect(args).toEqual([
      "--model-id=/weights",
      "--hostname=0.0.0.0",
      "--port=8000",
      "--num-shard=1",
      "--max-total-tokens=16384",
      "--max-input-tokens=16383",
      "--max-batch-size=32",
      "--max-concurrent-requests=128",
      "--cuda-memory-fraction=0.9",
      "--usage-stats=off",
    ]);
    expect(env).toEqual({
      API_KEY: { name: "engine-api-key", key: "key" },
      HF_HUB_OFFLINE: "1",
      HF_HOME: "/cache/hub",
      HOME: "/cache",
    });
  });

  it("reads one commit of the hub", () => {
    const { args, env } = started(fromHub(tgi));
    expect(args.slice(0, 2)).toEqual(["--model-id=Qwen/Qwen3-8B-AWQ", `--revision=${chat.model.revision}`]);
    expect(env.HF_HUB_OFFLINE).toBe("0");
  });

  it("gets time before SIGTERM for requests that it wouldn't finish after it", () => {
    expect(started(tgi).times).toMatchObject({ preStopSeconds: 240, drainSeconds: 90, graceSeconds: 350 });
  });

  it("is scaled by its queue and the time spent in it", () => {
    const series = 'model="chat",colour="blue"';
    const signals = engines.tgi.signals({ series, name: "chat-blue", concurrentSequences: 32 });
    expect(signals.map(({ query }) => query.match(/tgi_\w+/)?.[0])).toEqual([
      "tgi_queue_size",
      "tgi_request_queue_duration_bucket",
    ]);
    for (const { query } of signals) expect(query).toContain(`{${series}}`);
  });
});

describe("Ollama", () => {
  it("is configured by environment variables only", () => {
    const { args, env, warmUp } = started(ollama);
    expect(args).toEqual(["serve"]);
    expect(env).toEqual({
      OLLAMA_HOST: "0.0.0.0:8000",
      OLLAMA_MODELS: "/cache/models",
      OLLAMA_CONTEXT_LENGTH: "16384",
      OLLAMA_NUM_PARALLEL: "32",
      OLLAMA_FLASH_ATTENTION: "1",
      OLLAMA_MAX_QUEUE: "128",
      OLLAMA_MAX_LOADED_MODELS: "1",
      OLLAMA_KEEP_ALIVE: "-1",
      HOME: "/cache",
    });
    expect(warmUp).toEqual(["sh", "-euc", 'ollama create chat -f /weights/Modelfile && ollama run chat ""']);
  });

  it("gets SIGTERM only after all streams are done, since it drops them then", () => {
    expect(started(ollama).times).toMatchObject({ preStopSeconds: 330, drainSeconds: 0, graceSeconds: 350 });
  });

  it("is scaled by the GPU, since it tells nothing of itself", () => {
    expect(engines.ollama.signals({ series: "", name: "chat-blue", concurrentSequences: 1 })).toEqual([
      { query: 'sum(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"chat-blue-.*"})', perReplica: 80 },
    ]);
  });
});

describe("vLLM from the hub", () => {
  it("names the commit of weights, tokenizer and code, and streams nothing", () => {
    const { args, env } = started(fromHub(chat));
    expect(args.slice(0, 5)).toEqual([
      "Qwen/Qwen3-8B-AWQ",
      "--served-model-name=chat",
      `--revision=${chat.model.revision}`,
      `--tokenizer-revision=${chat.model.revision}`,
      `--code-revision=${chat.model.revision}`,
    ]);
    expect(args.join(" ")).not.toContain("runai");
    expect(env.HF_HUB_OFFLINE).toBe("0");
  });
});

describe("weights on the disk", () => {
  it.each([
    ["vLLM streams them", chat, 0],
    ["vLLM from the hub keeps a copy", fromHub(chat), 7],
    ["TGI reads files", tgi, 7],
    ["Ollama reads a file", ollama, 7],
  ] as const)("%s", (_, release, gib) => {
    expect(weightsOnDisk(release)).toBe(gib > 0);
    expect(weightsDiskGiB(release)).toBe(gib);
  });

  it("are copied from the bucket and compared with the manifest before the engine starts", () => {
    const { initContainers, volumes, mounts } = stagedFiles(ollama, "example-models", "eu-central-1");
    const source = `s3://example-models/Qwen/Qwen3-8B-GGUF/${chat.model.revision}/Qwen3-8B-Q4_K_M.gguf.d`;
    const [fetch] = initContainers;
    expect(fetch?.command).toContain(
      [
        `aws s3 cp --recursive --only-show-errors ${source}/ /weights/`,
        "cd /weights",
        `jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check --quiet`,
        "echo 'FROM /weights/Qwen3-8B-Q4_K_M.gguf' >/weights/Modelfile",
      ].join("\n"),
    );
    expect(volumes).toEqual([{ name: "weights", emptyDir: { sizeLimit: "7Gi" } }]);
    expect(mounts).toEqual([{ name: "weights", mountPath: "/weights", readOnly: true }]);
  });

  it("are copied for no engine that reads them elsewhere", () => {
    const nothing = { initContainers: [], volumes: [], mounts: [] };
    for (const release of [fromHub(chat), fromHub(tgi)])
      expect(stagedFiles(release, "example-models", "eu-central-1")).toEqual(nothing);
    // What is streamed is compared with the manifest where it is.
    expect(stagedFiles(chat, "example-models", "eu-central-1")).toEqual({
      ...nothing,
      initContainers: [expect.objectContaining({ name: "verify" })],
    });
  });
});

it("every engine finishes its streams, whatever it does on SIGTERM", () => {
  const any = fc.constantFrom(chat, tgi, ollama);
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 3600 }), (release, longestStreamSeconds) => {
      const { longestDrainSeconds } = engines[release.engine.kind];
      const times = slotTimeouts({ longestStreamSeconds, longestDrainSeconds, spot: false });
      expect(times.preStopSeconds + times.drainSeconds).toBe(30 + longestStreamSeconds);
    }),
  );
});

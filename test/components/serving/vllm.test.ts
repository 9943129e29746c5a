import { describe, expect, it } from "vitest";
import type { EngineArgs } from "../../../components/serving/engine.ts";
import { vllm } from "../../../components/serving/vllm.ts";
import { chat } from "./releases.ts";

const started: EngineArgs = {
  release: chat,
  times: {
    preStopSeconds: 30,
    drainSeconds: 75,
    graceSeconds: 125,
    deregistrationSeconds: 300,
    keepAliveSeconds: 375,
  },
  region: "eu-central-1",
  bucket: "example-models",
};
const uri = "s3://example-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79";

describe("the command line of vLLM", () => {
  it("leaves to the engine what a release doesn't say", () => {
    expect(vllm.command(started).args).toEqual([
      uri,
      "--served-model-name=chat",
      "--load-format=runai_streamer",
      '--model-loader-extra-config={"concurrency":32,"memory_limit":2147483648}',
      "--language-model-only",
      "--max-model-len=16384",
      "--max-num-seqs=32",
      "--max-num-queued-reqs=128",
      "--gpu-memory-utilization=0.9",
      "--kv-cache-dtype=auto",
      "--tensor-parallel-size=1",
      "--pipeline-parallel-size=1",
      "--shutdown-timeout=75",
      "--enable-request-id-headers",
      "--enable-server-load-tracking",
      "--disable-fastapi-docs",
      "--disable-uvicorn-access-log",
    ]);
  });

  it("has answers say which slot and release they come from", () => {
    const { args } = vllm.command({ ...started, fingerprint: "blue-0123456789ab" });
    expect(args.filter((arg) => arg.includes("fingerprint"))).toEqual([
      "--fingerprint-mode=custom",
      "--fingerprint-value=blue-0123456789ab",
    ]);
  });

  it("names the parsers and scales the positions that a release says", () => {
    const contextScaling = {
      kind: "yarn",
      factor: 4,
      originalPositions: 32_768,
      ropeTheta: 1_000_000,
    } as const;
    const release = {
      ...chat,
      model: { ...chat.model, contextScaling },
      parsers: { toolCalls: "hermes", reasoning: "qwen3" },
    };
    const { args } = vllm.command({ ...started, release });
    expect(args.filter((arg) => /parser|tool|hf-/.test(arg))).toEqual([
      '--hf-overrides={"rope_parameters":{"rope_type":"yarn","factor":4,"original_max_position_embeddings":32768,"rope_theta":1000000},"max_position_embeddings":131072}',
      "--enable-auto-tool-choice",
      "--tool-call-parser=hermes",
      "--reasoning-parser=qwen3",
    ]);
  });

  it("says everything that a release says", () => {
    const limits = {
      contextLength: 32_768,
      concurrentSequences: 64,
      tensorParallel: 4,
      pipelineParallel: 2,
      gpuMemoryUtilization: 0.92,
      kvCacheDtype: "fp8",
      batchedTokens: 4096,
      queuedRequests: 96,
      longestStreamSeconds: 75,
    };
    const release = { ...chat, servedName: "code", limits };
    expect(vllm.command({ ...started, release }).args).toEqual([
      uri,
      "--served-model-name=code",
      "--load-format=runai_streamer",
      '--model-loader-extra-config={"concurrency":32,"memory_limit":2147483648}',
      "--language-model-only",
      "--max-model-len=32768",
      "--max-num-seqs=64",
      "--max-num-batched-tokens=4096",
      "--max-num-queued-reqs=96",
      "--gpu-memory-utilization=0.92",
      "--kv-cache-dtype=fp8",
      "--tensor-parallel-size=4",
      "--pipeline-parallel-size=2",
      "--shutdown-timeout=75",
      "--enable-request-id-headers",
      "--enable-server-load-tracking",
      "--disable-fastapi-docs",
      "--disable-uvicorn-access-log",
    ]);
  });

  it("has an environment of plain values, and the key by reference only", () => {
    expect(vllm.command(started).env).toEqual([
      { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: "engine-api-key", key: "key" } } },
      { name: "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", value: "375" },
      { name: "VLLM_MAX_N_SEQUENCES", value: "16" },
      { name: "VLLM_CACHE_ROOT", value: "/cache/vllm" },
      { name: "VLLM_NO_USAGE_STATS", value: "1" },
      { name: "HF_HUB_OFFLINE", value: "1" },
      { name: "HOME", value: "/cache" },
      { name: "AWS_REGION", value: "eu-central-1" },
    ]);
  });

  it("lets no request run code of the model's repository or reach the engine's own controls", () => {
    const { args, env } = vllm.command(started);
    expect(args.join(" ")).not.toMatch(/trust-remote-code|api-key|enable-sleep-mode|allow-credentials/);
    expect(env.map(({ name }) => name)).not.toContain("VLLM_SERVER_DEV_MODE");
  });

  it("is healthy where vLLM says so", () => {
    expect(vllm.healthPath).toBe("/health");
  });

  it("limits the queue where the engine's version can", () => {
    const release = { ...chat, engine: { ...chat.engine, version: "0.28.0" } };
    expect(vllm.command({ ...started, release }).args.join(" ")).not.toContain("queued");
  });

  it("uses no flag that the engine's version doesn't know", () => {
    const limits = { ...chat.limits, queuedRequests: 64 };
    const release = { ...chat, limits, engine: { ...chat.engine, version: "0.28.0" } };
    expect(() => vllm.command({ ...started, release })).toThrow(
      new RangeError("vLLM 0.28.0 doesn't know --max-num-queued-reqs"),
    );
  });
});

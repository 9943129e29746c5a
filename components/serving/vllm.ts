import { readFileSync } from "node:fs";
import { streamerBytes } from "../capacity/host-memory.ts";
import { vllmMetrics } from "../monitoring/metrics.ts";
import { kvCacheShare } from "../monitoring/objectives.ts";
import { collectorAddress, type EngineTracing, tracingVariables } from "../monitoring/tracing.ts";
import {
  cacheFolder,
  type Engine,
  type EngineArgs,
  type EngineCommand,
  enginePort,
  flagArguments,
  keyVariable,
  type LoadSignal,
  queuedRequests,
  type SignalArgs,
} from "./engine.ts";
import { knownFlags } from "./engine-vocabulary.ts";
import { queueSignals } from "./load-signals.ts";
import type { Release } from "./release.ts";
import { modelUri } from "./staging-job.ts";

/** Weights are read from S3 with this many streams: 4.9 s for 15 GB on a g5.12xlarge. [runai-model-streamer benchmarks] */
const streams = 32;
/** Most answers (`n`) that one request may have; the engine's own limit of 16384 is a way to exhaust it (CVE-2026-34756). */
const mostAnswers = 16;

/** vLLM streams weights from the bucket, and finishes running requests within its shutdown timeout. */
export const vllm: Engine = {
  healthPath: "/health",
  longestDrainSeconds: Number.POSITIVE_INFINITY,
  weights: "streamed",
  // The one that the image prepares; group 0 owns its home. [vLLM docker/Dockerfile]
  user: 2000,
  liveness,
  command,
  signals,
};

/** Its health check stays 200 while the engine behind the server hangs. [vllm#45094, #36451] */
function liveness(): readonly string[] {
  const script = readFileSync(new URL("engine_progress.py", import.meta.url), "utf8");
  return ["python3", "-I", "-c", script, String(enginePort), "/tmp/last-look"];
}

/**
 * The exact `vllm serve` command line of a release.
 * @throws RangeError when the release's version of the engine doesn't know one of the flags
 */
function command(engineArgs: EngineArgs): EngineCommand {
  const { release, times, region, bucket, keyGeneration, fingerprint, tracing } = engineArgs;
  const { limits, servedName, engine, model, parsers = {} } = release;
  const known = knownFlags(engine.version);
  const queue = known.has("--max-num-queued-reqs") || limits.queuedRequests !== undefined;
  const flags = {
    "--served-model-name": servedName,
    ...(model.source === "hub" ? pins(release) : streaming(release)),
    // Images and audio are refused, and their encoders neither loaded nor profiled: what that takes is the processor's
    // largest input, such as 36.6 GiB for Llama 3.2 11B Vision (vllm#12126), and a release's shape doesn't have it.
    "--language-model-only": true,
    "--max-model-len": limits.contextLength,
    "--hf-overrides": model.contextScaling && scaledPositions(model.contextScaling),
    "--max-num-seqs": limits.concurrentSequences,
    "--max-num-batched-tokens": limits.batchedTokens,
    // Older versions queue without a limit.
    "--max-num-queued-reqs": queue ? queuedRequests(release) : undefined,
    "--gpu-memory-utilization": limits.gpuMemoryUtilization,
    "--kv-cache-dtype": limits.kvCacheDtype,
    "--tensor-parallel-size": limits.tensorParallel,
    "--pipeline-parallel-size": limits.pipelineParallel ?? 1,
    // Zero, the engine's default, aborts the running requests.
    "--shutdown-timeout": times.drainSeconds,
    "--enable-auto-tool-choice": parsers.toolCalls === undefined ? undefined : true,
    "--tool-call-parser": parsers.toolCalls,
    "--reasoning-parser": parsers.reasoning,
    // Kubernetes would put variables in place of $(…).
    "--chat-template": release.chatTemplate?.text?.replaceAll("$(", "$$("),
    // The gateway's records name the slot that answered; clients may not see it.
    "--fingerprint-mode": fingerprint && "custom",
    "--fingerprint-value": fingerprint,
    "--enable-request-id-headers": true,
    // Without --collect-detailed-traces, which may block. [vllm config/observability.py]
    "--otlp-traces-endpoint": tracing && `${collectorAddress(tracing.collector)}/v1/traces`,
    // The liveness check reads how many requests the server has open.
    "--enable-server-load-tracking": true,
    "--disable-fastapi-docs": true,
    "--disable-uvicorn-access-log": true,
  } as const;
  const args = flagArguments(flags);
  const unknown = args.map((arg) => arg.split("=")[0] ?? arg).filter((flag) => !known.has(flag));
  if (unknown.length > 0) throw new RangeError(`vLLM ${engine.version} doesn't know ${unknown.join(", ")}`);
  return {
    args: [model.source === "hub" ? model.repository : modelUri(release, bucket), ...args],
    env: [
      keyVariable("VLLM_API_KEY", keyGeneration),
      { name: "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", value: String(times.keepAliveSeconds) },
      { name: "VLLM_MAX_N_SEQUENCES", value: String(mostAnswers) },
      { name: "VLLM_CACHE_ROOT", value: `${cacheFolder}/vllm` },
      { name: "VLLM_NO_USAGE_STATS", value: "1" },
      { name: "HF_HUB_OFFLINE", value: model.source === "hub" ? "0" : "1" },
      { name: "HOME", value: cacheFolder },
      { name: "AWS_REGION", value: region },
      ...(tracing === undefined ? [] : spanVariables(tracing)),
    ],
  };
}

function spanVariables({ collector, sender }: EngineTracing) {
  const variables = {
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
    ...tracingVariables(collector, sender),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Read from the bucket, whose path holds the commit, through a buffer that the pod has memory for. */
function streaming({ model }: Release) {
  return {
    "--load-format": "runai_streamer",
    "--model-loader-extra-config": JSON.stringify({
      concurrency: streams,
      memory_limit: streamerBytes(model),
    }),
  };
}

/** Read from the hub, where a name without a commit is whatever its branch holds today. */
function pins({ model }: Release) {
  return {
    "--revision": model.revision,
    "--tokenizer-revision": model.revision,
    "--code-revision": model.revision,
  };
}

/** The model's own configuration with other positions. [docs.vllm.ai, Context Extension] */
function scaledPositions(scaling: NonNullable<Release["model"]["contextScaling"]>): string {
  const { kind, factor, originalPositions, ropeTheta } = scaling;
  const rope = {
    rope_type: kind,
    factor,
    original_max_position_embeddings: originalPositions,
    rope_theta: ropeTheta,
  };
  // Without the second entry the engine takes contextLength to be above what the model was made for, and stops.
  return JSON.stringify({
    rope_parameters: rope,
    max_position_embeddings: Math.floor(originalPositions * factor),
  });
}

function signals(args: SignalArgs): readonly LoadSignal[] {
  const { waiting, queueTime, running, kvCacheUsage } = vllmMetrics;
  return [
    ...queueSignals({ waiting, queueTime, present: running }, args),
    { query: `sum(${kvCacheUsage}{${args.series}})`, perReplica: kvCacheShare.scaleOut },
  ];
}

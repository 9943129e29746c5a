import { type EngineArgs, type EngineCommand, engineKey } from "./engine.ts";
import { knownFlags } from "./known-flags.ts";
import { modelUri } from "./staging-job.ts";

/** Requests that may wait for each one that is computed: beyond that an answer comes sooner from elsewhere. */
const queueFactor = 4;
/** Weights are read from S3 with this many streams: 4.9 s for 15 GB on a g5.12xlarge. [runai-model-streamer benchmarks] */
const streams = 32;
/** Most answers (`n`) that one request may ask for; the engine's own limit of 16384 is a way to exhaust it (CVE-2026-34756). */
const mostAnswers = 16;

/**
 * The exact `vllm serve` command line of a release.
 * @throws RangeError when the release's version of the engine doesn't know one of the flags
 */
export function vllmCommand({ release, times, region, bucket, attentionBackend }: EngineArgs): EngineCommand {
  const { limits, servedName, engine } = release;
  const known = knownFlags(engine.version);
  const flags: Record<string, string | number | true | undefined> = {
    "--served-model-name": servedName,
    "--load-format": "runai_streamer",
    "--model-loader-extra-config": JSON.stringify({ concurrency: streams }),
    "--max-model-len": limits.contextLength,
    "--max-num-seqs": limits.concurrentSequences,
    "--max-num-batched-tokens": limits.batchedTokens,
    // Older versions queue without a limit, unless one is asked for.
    ...((known.has("--max-num-queued-reqs") || limits.queuedRequests !== undefined) && {
      "--max-num-queued-reqs": limits.queuedRequests ?? queueFactor * limits.concurrentSequences,
    }),
    "--gpu-memory-utilization": limits.gpuMemoryUtilization,
    "--kv-cache-dtype": limits.kvCacheDtype,
    "--attention-backend": attentionBackend,
    "--tensor-parallel-size": limits.tensorParallel,
    "--pipeline-parallel-size": limits.pipelineParallel ?? 1,
    // Zero, the engine's default, aborts the running requests.
    "--shutdown-timeout": times.drainSeconds,
    "--enable-request-id-headers": true,
    "--disable-fastapi-docs": true,
    "--disable-uvicorn-access-log": true,
  };
  const unknown = Object.keys(flags).filter((flag) => flags[flag] !== undefined && !known.has(flag));
  if (unknown.length > 0) throw new RangeError(`vLLM ${engine.version} doesn't know ${unknown.join(", ")}`);
  return {
    args: [
      modelUri(release, bucket),
      ...Object.entries(flags).flatMap(([flag, value]) =>
        value === undefined ? [] : [value === true ? flag : `${flag}=${value}`],
      ),
    ],
    env: [
      { name: "VLLM_API_KEY", valueFrom: { secretKeyRef: { name: engineKey.secret, key: engineKey.entry } } },
      { name: "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", value: String(times.keepAliveSeconds) },
      { name: "VLLM_MAX_N_SEQUENCES", value: String(mostAnswers) },
      { name: "VLLM_CACHE_ROOT", value: "/cache/vllm" },
      { name: "VLLM_NO_USAGE_STATS", value: "1" },
      { name: "HF_HUB_OFFLINE", value: "1" },
      { name: "HOME", value: "/cache" },
      { name: "AWS_REGION", value: region },
    ],
    healthPath: "/health",
  };
}

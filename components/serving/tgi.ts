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
  weightsFolder,
} from "./engine.ts";

/** 90 of 100 requests leave the queue within this time, or a replica is added. */
const queueObjectiveSeconds = 2;

/** Text Generation Inference reads files, and gives running requests a minute and a half after the signal to stop. */
export const tgi: Engine = {
  healthPath: "/health",
  // The launcher kills its web server after this time. [TGI launcher/src/main.rs]
  longestDrainSeconds: 90,
  weights: "files",
  user: 1000,
  command,
  signals,
};

/** The exact `text-generation-launcher` command line of a release. It finds the quantization in the model's files. */
function command({ release, keyGeneration }: EngineArgs): EngineCommand {
  const { limits, model } = release;
  const fromHub = model.source === "hub";
  return {
    args: flagArguments({
      "--model-id": fromHub ? model.repository : weightsFolder,
      "--revision": fromHub ? model.revision : undefined,
      "--hostname": "0.0.0.0",
      "--port": enginePort,
      "--num-shard": limits.tensorParallel,
      "--max-total-tokens": limits.contextLength,
      // An answer needs one token at least.
      "--max-input-tokens": limits.contextLength - 1,
      "--max-batch-size": limits.concurrentSequences,
      "--max-batch-prefill-tokens": limits.batchedTokens,
      "--max-concurrent-requests": queuedRequests(release),
      "--cuda-memory-fraction": limits.gpuMemoryUtilization,
      "--usage-stats": "off",
    }),
    env: [
      keyVariable("API_KEY", keyGeneration),
      { name: "HF_HUB_OFFLINE", value: fromHub ? "0" : "1" },
      { name: "HF_HOME", value: `${cacheFolder}/hub` },
      { name: "HOME", value: cacheFolder },
    ],
  };
}

function signals({ series, concurrentSequences }: SignalArgs): readonly LoadSignal[] {
  return [
    { query: `sum(tgi_queue_size{${series}})`, perReplica: Math.max(1, Math.round(concurrentSequences / 8)) },
    {
      // Without requests the quantile is NaN, which the comparison drops: no load, not a failure.
      query:
        `(histogram_quantile(0.9, sum by (le) (rate(tgi_request_queue_duration_bucket{${series}}[2m]))) > 0 ` +
        `or vector(0)) * count(tgi_queue_size{${series}})`,
      perReplica: queueObjectiveSeconds,
    },
  ];
}

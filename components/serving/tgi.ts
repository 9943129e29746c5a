import { tgiMetrics } from "../monitoring/metrics.ts";
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
import { queueSignals } from "./load-signals.ts";

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

function signals(args: SignalArgs): readonly LoadSignal[] {
  const { queued, queueTime } = tgiMetrics;
  return queueSignals({ waiting: queued, queueTime, present: queued }, args);
}

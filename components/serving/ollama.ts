import { gpuMetrics } from "../monitoring/metrics.ts";
import {
  cacheFolder,
  type Engine,
  type EngineArgs,
  type EngineCommand,
  enginePort,
  type LoadSignal,
  modelfile,
  queuedRequests,
  type SignalArgs,
} from "./engine.ts";

/** Percent of the GPU's time above which a replica is added. */
const gpuObjective = 80;

/**
 * Ollama serves one GGUF file, without metrics and without a key of its own: only the network policy guards it. It
 * aborts running requests at SIGTERM, so preStop waits for them. [ollama cmd/cmd.go, server/routes.go]
 */
export const ollama: Engine = {
  healthPath: "/api/version",
  longestDrainSeconds: 0,
  weights: "files",
  user: 1000,
  command,
  signals,
};

/** Ollama is configured by its environment, and names the file once it runs. */
function command({ release }: EngineArgs): EngineCommand {
  const { limits, servedName } = release;
  return {
    args: ["serve"],
    env: [
      { name: "OLLAMA_HOST", value: `0.0.0.0:${enginePort}` },
      { name: "OLLAMA_MODELS", value: `${cacheFolder}/models` },
      { name: "OLLAMA_CONTEXT_LENGTH", value: String(limits.contextLength) },
      { name: "OLLAMA_NUM_PARALLEL", value: String(limits.concurrentSequences) },
      // Without it attention has a buffer of 4 bytes for each token of a step, head and token of all contexts. [ollama docs/faq]
      { name: "OLLAMA_FLASH_ATTENTION", value: "1" },
      { name: "OLLAMA_MAX_QUEUE", value: String(queuedRequests(release)) },
      { name: "OLLAMA_MAX_LOADED_MODELS", value: "1" },
      { name: "OLLAMA_KEEP_ALIVE", value: "-1" },
      { name: "HOME", value: cacheFolder },
    ],
    // A model that is there already is only named again; an empty prompt loads it and answers nothing. [ollama docs/faq]
    warmUp: ["sh", "-euc", `ollama create ${servedName} -f ${modelfile} && ollama run ${servedName} ""`],
  };
}

/** Ollama has no queue metrics, so scaling uses the GPU's: the exporter names pods, whose names begin with the slot's. */
function signals({ name }: SignalArgs): readonly LoadSignal[] {
  return [{ query: `sum(${gpuMetrics.utilization}{exported_pod=~"${name}-.*"})`, perReplica: gpuObjective }];
}

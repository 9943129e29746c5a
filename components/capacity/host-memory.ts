import { largestTensorGiB, type ModelShape } from "./model-shape.ts";

/** The memory that one replica uses on each of its nodes, and the terms of the sum, all in GiB. */
export interface HostMemory {
  readonly gib: number;
  /** Such as `2.0 for the weight streamer + 6.0 for the engine`. */
  readonly sum: string;
}

export interface HostMemoryArgs {
  readonly model: ModelShape;
  readonly engine: { readonly kind: "vllm" | "tgi" | "ollama" };
  /** GPUs of one node that the replica takes. vLLM and TGI run one process for each. */
  readonly gpus: number;
  /** Whether the engine streams the weights from the bucket, through a buffer in memory. */
  readonly streamed: boolean;
}

/**
 * The buffer of the weight streamer, unless a larger tensor needs a larger one. At 2 GiB a 27B model loads at the
 * speed of the disk. [syv-ai/qwen38-27b-rtx3090#39, 2026-08]
 */
const usualBufferGiB = 2;
/**
 * Server, scheduler and the process of the first GPU, with Python, PyTorch, CUDA's context and pinned buffers: a
 * start with a buffer of 2 GiB peaked at 7.9 GiB. [syv-ai/qwen38-27b-rtx3090#39, 2026-08]
 */
const engineGiB = 6;
/** Each further GPU has a process with PyTorch and CUDA's context, without the server. */
const rankGiB = 4;
/** Kernels are compiled in processes of their own. */
const compileGiB = 1;
/** Ollama's own process, and what its runner keeps of prompts: 8192 MiB by llama.cpp's default. [ggml-org/llama.cpp tools/server, --cache-ram] */
const ollamaGiB = 2 + 8;

/**
 * Bytes that the streamer's buffer may grow to in one process. Without a limit it is 40 GB, and below the largest
 * tensor the load fails. [runai-model-streamer 0.17.1, requests_iterator.py]
 */
export function streamerBytes(model: ModelShape): number {
  const mib = Math.ceil(1024 * Math.max(usualBufferGiB, 1.05 * largestTensorGiB(model)));
  return mib * 2 ** 20;
}

/** GiB of shared memory: NCCL's buffers grow with the GPUs that exchange tensors. */
export function sharedMemoryGiB(gpus: number): number {
  return gpus === 1 ? 1 : 2 * gpus;
}

/** The most that a replica has in a node's memory at one time, which is while it loads. Files in the page cache don't count. */
export function hostMemory({ model, engine, gpus, streamed }: HostMemoryArgs): HostMemory {
  const shared = { "/dev/shm": sharedMemoryGiB(gpus) };
  const buffer = streamerBytes(model) / 2 ** 30;
  const terms: Readonly<Record<string, number>> =
    engine.kind === "ollama"
      ? { "Ollama and its prompt cache": ollamaGiB, ...shared }
      : {
          ...(streamed && { [`the weight streamer (${gpus} × ${buffer.toFixed(1)})`]: gpus * buffer }),
          // The streamer hands out copies; other loaders read one tensor at a time.
          [`the largest tensor of each process (${gpus} × ${largestTensorGiB(model).toFixed(1)})`]:
            gpus * largestTensorGiB(model),
          "the engine": engineGiB + (gpus - 1) * rankGiB,
          compilation: compileGiB,
          ...shared,
        };
  return {
    gib: Object.values(terms).reduce((sum, term) => sum + term, 0),
    sum: Object.entries(terms)
      .map(([what, gib]) => `${gib.toFixed(1)} for ${what}`)
      .join(" + "),
  };
}

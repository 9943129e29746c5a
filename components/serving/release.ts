import { createHash } from "node:crypto";
import { z } from "zod";
import { strict } from "../shared/problems.ts";
import { between } from "../shared/schema-fields.ts";
import { maxStreamSeconds } from "./timeouts.ts";

const count = (what: string) => z.int(`${what}: a whole number of at least 1`).min(1, `${what}: at least 1`);

/** How the layers keep their attention state, which decides the bytes that one token costs. */
const attention = z.discriminatedUnion(
  "kind",
  [
    strict({ kind: z.literal("grouped-query") }),
    /** Multi-head latent attention: one latent vector a token and layer, the same on every rank. */
    strict({ kind: z.literal("mla"), latentDimension: count("elements a token and layer, rope included") }),
    strict({
      kind: z.literal("sliding-window"),
      window: count("tokens"),
      slidingLayers: count("layers that see only the window"),
    }),
    /** Some layers keep a fixed state per sequence (Mamba, linear attention) in place of keys and values. */
    strict({
      kind: z.literal("hybrid"),
      attentionLayers: count("layers with a KV cache"),
      stateMiBPerSequence: z.number().positive(),
    }),
  ],
  { error: 'allowed kinds: "grouped-query", "mla", "sliding-window", "hybrid"' },
);

/** How positions beyond the trained context are scaled. */
const contextScaling = strict({
  kind: z.literal("yarn", 'allowed: "yarn"'),
  /** Times the positions of the training. */
  factor: z.number().gt(1, "above 1"),
  originalPositions: count("tokens of context in training"),
  /** The base of the rotary embedding, `rope_theta` in the model's own configuration. */
  ropeTheta: z.number().positive("above 0"),
});

/** The weights, by repository and commit, and the shape that decides what they cost in memory and time. */
const model = strict({
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, "a repository on the model hub, such as organisation/name"),
  revision: z
    .string()
    .regex(
      /^[0-9a-f]{40}$/,
      "a revision is the 40 hex digits of a commit: a branch or tag moves (see the repository's history)",
    ),
  /** Where engines read it from: this stack's bucket, which holds a checked copy, or the hub itself. @default store */
  source: z.enum(["store", "hub"], 'allowed: "store", "hub"').optional(),
  /** Family of the tokenizer, such as `qwen3`: releases of one family count the same tokens. @default the repository */
  tokenizer: z
    .string()
    .regex(/^[\w.-]+$/, "a family of tokenizers, such as qwen3")
    .optional(),
  /** The one file of weights in a repository of GGUF files. */
  file: z
    .string()
    .regex(/^[\w.-]+\.gguf$/, "a file in the repository, such as Qwen3-8B-Q4_K_M.gguf")
    .optional(),
  /** As the engine names it; `none` for unquantized weights, `gguf-q4_k_m` and so on for GGUF. */
  quantization: z.string().min(1),
  weightsGiB: z.number().positive("GiB of weights on disk, above 0"),
  layers: count("layers"),
  /** Query heads. Tensor parallelism must divide them. */
  heads: count("attention heads").optional(),
  kvHeads: count("key-value heads"),
  headDimension: count("elements per head"),
  /** The longest context that the model was trained for, in tokens. */
  maxPositions: count("tokens"),
  /** For a longer context than that. Answers to short prompts get worse with it. */
  contextScaling: contextScaling.optional(),
  hiddenSize: count("elements").optional(),
  /** Bytes alone make 256. */
  vocabularySize: between(256, 2_000_000, "tokens").optional(),
  /** Billions of parameters, of which a mixture of experts uses `activeParametersB` for one token. */
  parametersB: z.number().positive().optional(),
  activeParametersB: z.number().positive().optional(),
  attention: attention.optional(),
  /** Whether each head has a learned sink, such as in gpt-oss. @default false */
  attentionSinks: z.boolean("true or false").optional(),
  /**
   * Whether it also takes images: its configuration has a `vision_config`. vLLM serves such a model for text alone;
   * TGI has to be configured, since it loads the encoder.
   */
  vision: z.boolean("true or false").optional(),
  /** `intermediate_size` and `moe_intermediate_size` of the model's configuration, for how they can be shared out. */
  feedForwardSize: count("elements").optional(),
  expertSize: count("elements").optional(),
  /** `weight_block_size` of fine-grained FP8: rows and columns that share a scale. */
  weightBlock: count("rows and columns").optional(),
  /** `group_size` of AWQ, GPTQ and compressed-tensors: weights of one output that share a scale. */
  weightGroup: count("weights").optional(),
  /** What is staged of the commit, by path: `sha256:` of a large file, `git:` and the blob's id of a small one, as the hub lists them. */
  files: z
    .record(
      z.string(),
      z
        .string()
        .regex(
          /^(sha256:[0-9a-f]{64}|git:[0-9a-f]{40})$/,
          "sha256:<64 hex> or git:<40 hex>, as npm run release writes it",
        ),
    )
    .optional(),
});

const engine = strict({
  kind: z.enum(["vllm", "tgi", "ollama"], 'allowed: "vllm", "tgi", "ollama"'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "an exact engine version, such as 0.31.0"),
  image: z
    .string()
    .regex(
      /^[^@\s]+@sha256:[0-9a-f]{64}$/,
      "an image is pinned by digest, as repository@sha256:<64 hex>: a tag moves",
    ),
});

const parser = z.string().regex(/^[\w-]+$/, "a parser by the engine's own name, such as hermes");

/** Far above what a GPU's memory holds: more is a slip. */
const mostSequences = 65_536;

const limits = strict({
  /** Tokens of prompt and answer together. */
  contextLength: count("tokens"),
  /** Sequences that one replica computes at the same time. */
  concurrentSequences: between(1, mostSequences, "sequences"),
  /** GPUs that share each layer of one replica. */
  tensorParallel: count("GPUs"),
  /** Groups of layers, each on `tensorParallel` GPUs. @default 1 */
  pipelineParallel: count("stages").optional(),
  /** Share of the GPU memory that the engine takes. */
  gpuMemoryUtilization: z
    .number()
    .min(0.5, "from 0.5 to 0.95")
    .max(0.95, "from 0.5 to 0.95: the rest is for the driver"),
  kvCacheDtype: z.string().min(1),
  /** Tokens computed in one step. @default the engine's own for the GPU */
  batchedTokens: count("tokens").optional(),
  /** Requests that one replica holds, running ones included; more are answered 503. @default 4 × concurrentSequences */
  queuedRequests: count("requests").optional(),
  /** The longest answer that a client may stream. @default 300 */
  longestStreamSeconds: z
    .int()
    .min(1, `from 1 to ${maxStreamSeconds} seconds`)
    .max(maxStreamSeconds, `from 1 to ${maxStreamSeconds} seconds`)
    .optional(),
});

/** The engine's parsers that turn the model's output into structured answers. */
const parsers = strict({
  /** For calls of tools, such as `hermes`. @default tool calls are text */
  toolCalls: parser.optional(),
  /** For what the model thinks before it answers, such as `qwen3`. @default thoughts are part of the answer */
  reasoning: parser.optional(),
});

/** The chat template, if not the repository's own. */
const chatTemplate = strict({
  /** A file under stacks/releases. */
  file: z.string().regex(/^[\w.-]+\.jinja$/, "a file under stacks/releases, such as llama3.jinja"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits, as sha256sum writes them"),
  /** What the file holds, added where it is read. */
  text: z.string().optional(),
});

/** What an evaluation run measured, for exactly one release id. Written by the run itself, never by hand. */
const evaluation = strict({
  suite: z.string().min(1),
  cases: count("cases"),
  score: z.number().min(0, "from 0 to 1").max(1, "from 0 to 1"),
  releaseId: z.string().regex(/^sha256:[0-9a-f]{64}$/, "sha256:<64 hex>, as the evaluation run writes it"),
  date: z.iso.date("a date, such as 2026-11-12"),
});

/** An accepted advisory of the engine's version: why, and until when. */
const exemption = strict({
  /** The advisory's id, such as PYSEC-2026-4344. */
  advisory: z.string().min(1),
  reason: z.string().min(20, "a reason that the next reader understands, of 20 characters or more"),
  expires: z.iso.date("a date, such as 2027-01-15"),
});

/** A release file as it is written: model, engine, limits and shape. */
export const releaseSchema = strict({
  /** The name that requests carry and the engine answers to. */
  servedName: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "letters, digits, dots and dashes"),
  model,
  engine,
  limits,
  parsers: parsers.optional(),
  chatTemplate: chatTemplate.optional(),
  evaluation: evaluation.optional(),
  exemptions: z.array(exemption).optional(),
});

/** A pinned, immutable snapshot of what is served. */
export type Release = z.infer<typeof releaseSchema>;

/** SHA-256 (64 hex) of everything that decides what the release answers: its canonical form without what is known about it. */
export function releaseId(release: Release): string {
  const { evaluation: _, exemptions: __, chatTemplate, ...served } = release;
  // The template's hash represents its text.
  const template = chatTemplate && { chatTemplate: { file: chatTemplate.file, sha256: chatTemplate.sha256 } };
  return createHash("sha256")
    .update(canonical({ ...served, ...template }))
    .digest("hex");
}

/** The 12 digits of a release's id that labels, records and listings show. */
export function shortReleaseId(release: Release): string {
  return releaseId(release).slice(0, 12);
}

/** JSON with sorted keys and no white space, so that the order in the file doesn't count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

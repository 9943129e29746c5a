import { type ModelFacts, models } from "../data/models.ts";
import { type EngineSupport, engineSupport } from "../data/quantization.ts";
import { imageReference } from "./image-reference.ts";
import { semver, type Version } from "./semver.ts";
import { type Unknown, unknown, type Value } from "./value.ts";
import type { EngineArguments, Json } from "./vllm-arguments.ts";

/** What engines are told, and by which flag; a missing one decides by itself. */
const flags = {
  vllm: {
    revision: "--revision",
    contextLength: "--max-model-len",
    memoryShare: "--gpu-memory-utilization",
    tensorParallel: "--tensor-parallel-size",
    pipelineParallel: "--pipeline-parallel-size",
    dataParallel: "--data-parallel-size",
    quantization: "--quantization",
    kvCacheDtype: "--kv-cache-dtype",
    attentionBackend: "--attention-backend",
  },
  tgi: {
    revision: "--revision",
    contextLength: "--max-total-tokens",
    memoryShare: "--cuda-memory-fraction",
    tensorParallel: "--num-shard",
    quantization: "--quantize",
    kvCacheDtype: "--kv-cache-dtype",
  },
} as const satisfies Readonly<Record<EngineSupport["engine"], Readonly<Record<string, string>>>>;

export type Told = keyof (typeof flags)["vllm"];

/** An engine whose command line can be read. */
export interface ReadEngine {
  readonly kind: EngineSupport["engine"];
  readonly args: Pick<EngineArguments, "flags">;
  /** What it loads: a repository on the hub, or a folder of a bucket as URI. */
  readonly weights: string;
}

/** The flag by which an engine is told something; none where it has no such flag. */
export function flagOf({ kind }: Pick<ReadEngine, "kind">, what: Told): string | undefined {
  const names: Readonly<Partial<Record<Told, string>>> = flags[kind];
  return names[what];
}

/** What an engine is told; `undefined` where it decides by itself. */
export function told(engine: ReadEngine, what: Told): Json | undefined {
  return engine.args.flags.get(flagOf(engine, what) ?? "");
}

/** A whole number above 0 that an engine is told; `unset` where it isn't told any. */
export function count(engine: ReadEngine, what: Told, unset: number | Unknown = unknown): number | Unknown {
  const value = told(engine, what);
  if (value === undefined) return unset;
  return typeof value === "string" && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : unknown;
}

/** The model of an engine by its repository and commit; `undefined` without a row in the table. */
export function modelOf(engine: ReadEngine): ModelFacts | undefined {
  const { weights } = engine;
  const [organisation, name, commit] = weights.split("/").slice(-3);
  const key = weights.startsWith("s3://")
    ? `${organisation}/${name}@${commit}`
    : `${weights}@${String(told(engine, "revision"))}`;
  return Object.hasOwn(models, key) ? models[key] : undefined;
}

/**
 * What an engine runs on which GPU, by the version in its image's tag or else in its pod's label; `undefined` for
 * one that nobody compared with the table.
 */
export function supportOf(
  kind: ReadEngine["kind"],
  image: Value,
  versionLabel: Value,
): EngineSupport | undefined {
  const version = semver(imageReference(image)?.tag ?? versionLabel);
  if (version === unknown) return undefined;
  return engineSupport.find(
    ({ engine, from, below }) => engine === kind && !isBelow(version, from) && isBelow(version, below),
  );
}

function isBelow({ numbers }: Version, text: string): boolean {
  const bound = text.split(".").map(Number);
  const place = numbers.findIndex((number, index) => number !== bound[index]);
  return place !== -1 && (numbers[place] ?? 0) < (bound[place] ?? 0);
}

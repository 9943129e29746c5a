import { type ModelFacts, models } from "../../data/models.ts";
import { type EngineSupport, engineSupport } from "../../data/quantization.ts";
import { type Unknown, unknown, type Value } from "../../framework/value.ts";
import { imageReference } from "../text/image-reference.ts";
import { semver, type Version } from "../text/semver.ts";
import type { AnnotatedShape } from "./model-shape.ts";
import type { EngineArguments, Json } from "./vllm-arguments.ts";

/** Settings of engines by flag; where a flag is missing the engine chooses the value. */
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

export type EngineFlag = keyof (typeof flags)["vllm"];

/** An engine whose command line can be read. */
export interface EngineFacts {
  readonly kind: EngineSupport["engine"];
  readonly args: Pick<EngineArguments, "flags">;
  /** What it loads: a repository on the hub, or a folder of a bucket as URI. */
  readonly weights: string;
  /** The model's shape from its pod's annotation. */
  readonly annotatedShape?: AnnotatedShape | undefined;
}

/** The name of a flag of an engine; undefined where it has no such flag. */
export function flagOf({ kind }: Pick<EngineFacts, "kind">, what: EngineFlag): string | undefined {
  const names: Readonly<Partial<Record<EngineFlag, string>>> = flags[kind];
  return names[what];
}

/** The value of an engine's flag; `undefined` where it isn't set. */
export function flagValue(engine: EngineFacts, what: EngineFlag): Json | undefined {
  return engine.args.flags.get(flagOf(engine, what) ?? "");
}

/** The value of a flag as a whole number above 0; `unset` where the flag isn't set. */
export function count(
  engine: EngineFacts,
  what: EngineFlag,
  unset: number | Unknown = unknown,
): number | Unknown {
  const value = flagValue(engine, what);
  if (value === undefined) return unset;
  return typeof value === "string" && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : unknown;
}

/**
 * The model of an engine by its repository and commit: the table's row, or else its pod's annotation for the same model.
 * `undefined` where neither is.
 */
export function modelOf(engine: EngineFacts): ModelFacts | undefined {
  const key = modelKey(engine);
  if (Object.hasOwn(models, key)) return models[key];
  return engine.annotatedShape?.model === key ? engine.annotatedShape.facts : undefined;
}

/** Whether its pod's annotation contradicts the table. */
export function contradictsTable(engine: EngineFacts): boolean {
  const key = modelKey(engine);
  const row = Object.hasOwn(models, key) ? models[key] : undefined;
  const facts = engine.annotatedShape?.model === key ? engine.annotatedShape.facts : undefined;
  if (row === undefined || facts === undefined) return false;
  const numbers = ["layers", "heads", "kvHeads", "headDimension"] as const;
  const share = facts.weightsGiB / row.weightsGiB;
  return share < 0.95 || share > 1.05 || numbers.some((name) => facts[name] !== row[name]);
}

function modelKey(engine: EngineFacts): string {
  const { weights } = engine;
  const [organisation, name, commit] = weights.split("/").slice(-3);
  return weights.startsWith("s3://")
    ? `${organisation}/${name}@${commit}`
    : `${weights}@${String(flagValue(engine, "revision"))}`;
}

/**
 * What an engine runs on which GPU, by the version in its image's tag or else in its pod's label; `undefined` for
 * one that wasn't compared with the table.
 */
export function supportOf(
  kind: EngineFacts["kind"],
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

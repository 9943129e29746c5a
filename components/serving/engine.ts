import type { core } from "@pulumi/kubernetes/types/input.js";
import type { EngineTracing } from "../monitoring/tracing.ts";
import type { Release } from "./release.ts";
import type { Timeouts } from "./timeouts.ts";

/** How one replica is started. */
export interface EngineCommand {
  readonly args: readonly string[];
  readonly env: readonly core.v1.EnvVar[];
  /** A startup command that is retried until it succeeds, for an engine whose health check succeeds before the model is loaded. */
  readonly warmUp?: readonly string[];
}

export interface EngineArgs {
  readonly release: Release;
  readonly times: Timeouts;
  readonly region: string;
  /** The bucket that the staged weights are read from. */
  readonly bucket: string;
  /** Which of the keys that clients send it takes. @default 1 */
  readonly keyGeneration?: number | undefined;
  /** The `system_fingerprint` of its answers, for an engine that supports it. @default the engine's own */
  readonly fingerprint?: string | undefined;
  /** Where it sends spans, for an engine that can. @default nowhere */
  readonly tracing?: EngineTracing | undefined;
}

/** A value that grows with the load, in PromQL, and how much of it one replica should carry. */
export interface LoadSignal {
  readonly query: string;
  readonly perReplica: number;
}

export interface SignalArgs {
  /** Selects the slot's series, as `model="chat",colour="blue"`. */
  readonly series: string;
  /** The slot's Deployment, whose name its pods begin with. */
  readonly name: string;
  /** Sequences that one replica computes at the same time. */
  readonly concurrentSequences: number;
}

/** The properties of an engine that pods, target groups and scalers depend on. */
export interface Engine {
  /** Answers 200 once requests can be taken. */
  readonly healthPath: string;
  /** Seconds that it processes running requests after SIGTERM; preStop waits for what takes longer. */
  readonly longestDrainSeconds: number;
  /** Whether it reads the bucket itself, or wants the weights as files. */
  readonly weights: "streamed" | "files";
  /** A user other than root that can run the image. */
  readonly user: number;
  /** Succeeds as long as it computes requests, for an engine whose health path doesn't show it. */
  liveness?(): readonly string[];
  command(args: EngineArgs): EngineCommand;
  signals(args: SignalArgs): readonly LoadSignal[];
}

/** The one port that engines listen on, whatever their own default is: network rules know no other. */
export const enginePort = 8000;
/** The Kubernetes Secret with the keys that clients of an engine send. */
export const engineKeySecret = "engine-api-key";
/** Where a pod has weights that its engine reads as files. */
export const weightsFolder = "/weights";
/** The Modelfile, which names Ollama's model file. */
export const modelfile = `${weightsFolder}/Modelfile`;
/** The disk of a pod that its engine may write to. */
export const cacheFolder = "/cache";

/** Requests that may wait for each one that is computed: beyond that an answer comes sooner from elsewhere. */
export function queuedRequests({ limits }: Release): number {
  return limits.queuedRequests ?? 4 * limits.concurrentSequences;
}

/** The entry of the Secret that holds the key of a generation. */
export function engineKeyEntry(generation: number): string {
  return generation === 1 ? "key" : `key-${generation}`;
}

/**
 * A variable that holds the key which clients send. Engines read one key each, at their start: TGI knows no second one,
 * and vLLM takes several on its command line, where every process of the node sees them, or from a file of arguments
 * that no policy can check. So a new key comes with new pods. [vllm entrypoints/serve/middleware/register.py]
 */
export function keyVariable(name: string, generation = 1): core.v1.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: engineKeySecret, key: engineKeyEntry(generation) } } };
}

export function flagArguments(flags: Readonly<Record<string, string | number | true | undefined>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [value === true ? flag : `${flag}=${value}`],
  );
}

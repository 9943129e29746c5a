import type { InstanceType } from "./instances.ts";

/** The phases of a cold start before the first answer, in seconds. */
export interface ColdStart {
  /** From the pod that finds no node to the container's start: node, GPU, image. */
  readonly nodeSeconds: number;
  /** From the container's start to the first healthy answer: process, weights, compilation, graphs. */
  readonly engineSeconds: number;
}

/**
 * Measured on EKS, g6e.2xlarge, vLLM 0.22, an image of 11.6 GB [data-on-eks, 2026-07]: claim 13 s, node ready 40 s,
 * GPU schedulable 36 s, image 121 s, container 53 s; engine process 36 s.
 */
const nodeReadySeconds = 13 + 40 + 36;
const imageSeconds = 121 + 53;
const processSeconds = 36;
/** Profiling, compilation and graph capture without a cache: 70 to 141 s in public logs. */
const initSeconds = 140;
/** The fastest that one replica was seen to stream weights from S3 on a single-GPU instance. [data-on-eks, 2026-07] */
const fastestMiBps = 860;
/** MiB a second of one Gb/s. */
const mibpsPerGbps = 1e9 / 8 / 2 ** 20;

/** How long the first replica on a new node takes, where the network has no burst left. */
export function coldStart(weightsGiB: number, instance: InstanceType): ColdStart {
  const rate = Math.min(fastestMiBps, instance.networkGbps * mibpsPerGbps);
  return {
    nodeSeconds: nodeReadySeconds + imageSeconds,
    engineSeconds: Math.round(processSeconds + (weightsGiB * 1024) / rate + initSeconds),
  };
}

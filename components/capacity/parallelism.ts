import type { InstanceType } from "./instances.ts";

/** How a replica is spread over GPUs, and what of the model must divide by it. */
export interface Parallelism {
  readonly layers: number;
  readonly heads?: number | undefined;
  readonly kvHeads: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
}

/** Why the model can't be sharded like this, each reason with its numbers and a remedy. Empty when it can. */
export function parallelismProblems(args: Parallelism): readonly string[] {
  const { layers, heads, kvHeads, tensorParallel, pipelineParallel } = args;
  const problems: string[] = [];
  if (heads !== undefined && heads % tensorParallel !== 0) {
    problems.push(
      `${heads} attention heads don't divide by tensorParallel ${tensorParallel}; possible: ${divisors(heads).join(", ")}`,
    );
  }
  // The engine shares the key-value heads out, or copies each to several GPUs: either way one number divides the other.
  if (kvHeads % tensorParallel !== 0 && tensorParallel % kvHeads !== 0) {
    problems.push(
      `${kvHeads} key-value heads and tensorParallel ${tensorParallel}: one must divide by the other; possible: ` +
        `${divisors(kvHeads).join(", ")} or a multiple of ${kvHeads}`,
    );
  }
  if (pipelineParallel > layers) {
    problems.push(`pipelineParallel ${pipelineParallel} is more than the model's ${layers} layers`);
  }
  return problems;
}

/** GPUs that one replica takes. */
export function gpusPerReplica(limits: {
  tensorParallel: number;
  pipelineParallel?: number | undefined;
}): number {
  return limits.tensorParallel * (limits.pipelineParallel ?? 1);
}

/**
 * What is wrong with running one replica on an instance type, or `undefined`. A pipeline may go over several
 * instances, the GPUs that share a layer may not: they exchange every layer's result.
 */
export function placementProblem(
  limits: { tensorParallel: number; pipelineParallel?: number | undefined },
  instance: InstanceType,
): string | undefined {
  const gpus = instance.gpu?.count ?? 0;
  if (limits.tensorParallel > gpus) {
    return `tensorParallel ${limits.tensorParallel} is more than the ${gpus} ${gpus === 1 ? "GPU" : "GPUs"} of ${instance.name}`;
  }
  return undefined;
}

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((candidate) => n % candidate === 0);
}

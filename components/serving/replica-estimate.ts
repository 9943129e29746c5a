import { replicaUsdPerHour, type TokenCost, tokenCost } from "../capacity/cost.ts";
import { type Gpu, gpus } from "../capacity/gpus.ts";
import { instanceType } from "../capacity/instances.ts";
import { memoryFit } from "../capacity/memory.ts";
import type { MemoryFit } from "../capacity/memory-fit.ts";
import { gpusPerReplica } from "../capacity/parallelism.ts";
import { type Load, type Throughput, throughput } from "../capacity/throughput.ts";
import { accountedAs } from "./engines.ts";
import { suitableTypes } from "./placement.ts";
import type { Release } from "./release.ts";

/** The performance and cost of one replica of a release in a pool. */
export interface ReplicaEstimate {
  readonly gpu: Gpu;
  readonly fit: MemoryFit;
  /** As many requests as it computes at once. */
  readonly load: Load;
  readonly throughput: Throughput;
  /** Absent where the price table has no price for the pool's instances. */
  readonly usdPerHour?: number;
  readonly cost?: TokenCost;
}

/** The requests that speed and price are estimated for, where they fit the context. */
const usualRequest = { promptTokens: 1000, answerTokens: 250 };

/** @returns `undefined` where no type of the pool has a GPU */
export function replicaEstimate(
  release: Release,
  instanceTypes: readonly string[],
): ReplicaEstimate | undefined {
  const kind = instanceTypes.flatMap((type) => instanceType(type)?.gpu ?? [])[0];
  if (kind === undefined) return undefined;
  const gpu = gpus[kind.name];
  const { model, limits } = release;
  const memory = { model, limits, engine: accountedAs(release), gpu };
  const fit = memoryFit(memory);
  const load = { concurrency: limits.concurrentSequences, ...usualRequest };
  const speed = throughput(memory, load, fit.freeKvTokens);
  const usdPerHour = cheapestReplica(instanceTypes, limits);
  return {
    gpu,
    fit,
    load,
    throughput: speed,
    ...(usdPerHour !== undefined && { usdPerHour, cost: tokenCost(usdPerHour, speed) }),
  };
}

/** US dollars an hour of one replica on the cheapest instance type that holds it. */
function cheapestReplica(instanceTypes: readonly string[], limits: Release["limits"]): number | undefined {
  const all = instanceTypes.flatMap((name) => instanceType(name) ?? []);
  const { nodes, types } = suitableTypes(limits, all);
  const each = gpusPerReplica(limits) / nodes;
  const prices = types.flatMap((type) => replicaUsdPerHour(type, each) ?? []);
  return prices.length === 0 ? undefined : nodes * Math.min(...prices);
}

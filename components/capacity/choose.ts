import { own } from "../shared/own.ts";
import { hoursPerMonth, type TokenCost, tokenCost } from "./cost.ts";
import { type GpuName, gpus } from "./gpus.ts";
import { instancesWith } from "./instances.ts";
import { memoryFit } from "./memory.ts";
import { type ModelShape, widths } from "./model-shape.ts";
import { cheapestNodes } from "./node-count.ts";
import { parallelismProblems } from "./parallelism.ts";
import { quantizationMethods, quantizationProblem } from "./quantization.ts";
import { type Throughput, throughput } from "./throughput.ts";

/** A demand: the model, the requests, and the objectives. */
export interface Demand {
  readonly model: ModelShape;
  readonly engine: { readonly version: string };
  /** Tokens of prompt and answer together that a request may have. */
  readonly contextLength: number;
  readonly requestsPerSecond: number;
  /** Tokens of a usual request. */
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Objectives: TTFT and TPOT stay within these times. */
  readonly firstTokenSeconds: number;
  readonly perTokenSeconds: number;
}

/** A candidate for a demand: a plan that meets it, or the reason why none does. */
export interface Candidate {
  readonly gpu: GpuName;
  readonly gpusPerReplica: number;
  readonly quantization: string;
  /** The nodes that hold all replicas, such as `2 × g5.xlarge`. */
  readonly instance?: string;
  readonly problem?: string;
  readonly plan?: Plan;
}

interface Plan {
  readonly replicas: number;
  /** Concurrent requests of one replica within the objectives. */
  readonly concurrency: number;
  readonly estimate: Throughput;
  readonly usdPerMonth: number;
  readonly tokens: TokenCost;
}

/** Replicas are sized to this share of what they can do, so that a burst or a lost one doesn't break the objective. */
const headroom = 0.7;
const utilization = 0.9;
/** Concurrent sequences of one replica to try. */
const concurrencies = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const tensorSizes = [1, 2, 4, 8];
/** As the model is, unquantized, and the two quantizations that every pool's engine runs well. */
const alternatives = ["none", "fp8", "awq"];

/** Every way to serve a model: those that meet the demand first, cheapest first; then those that don't, with the reason. */
export function candidates(demand: Demand): Candidate[] {
  const quantizations = [...new Set([demand.model.quantization, ...alternatives])];
  const all = (Object.keys(gpus) as GpuName[]).flatMap((gpu) =>
    tensorSizes.flatMap((size) =>
      quantizations.map((quantization) => candidate(demand, gpu, size, quantization)),
    ),
  );
  const usd = ({ plan }: Candidate) => plan?.usdPerMonth ?? Number.POSITIVE_INFINITY;
  return all.sort((a, b) => usd(a) - usd(b));
}

function candidate(demand: Demand, gpu: GpuName, tensorParallel: number, quantization: string): Candidate {
  const about = { gpu, gpusPerReplica: tensorParallel, quantization };
  const model = requantized(demand.model, quantization);
  const [broken] = [
    quantizationProblem(quantization, gpus[gpu])?.replace(/; it runs: .*$/, ""),
    ...parallelismProblems({ ...model, tensorParallel, pipelineParallel: 1 }),
  ].filter((problem) => problem !== undefined);
  if (broken !== undefined) return { ...about, problem: broken };

  const best = mostAtOnce(demand, model, gpu, tensorParallel);
  if (typeof best === "string") return { ...about, problem: best };
  const replicas = Math.ceil(demand.requestsPerSecond / (headroom * best.estimate.requestsPerSecond));
  const nodes = cheapestNodes(instancesWith(gpu, tensorParallel), Array(replicas).fill(tensorParallel));
  if (nodes === undefined) {
    return {
      ...about,
      problem: `no instance type with ${tensorParallel} × ${gpus[gpu].product} has a price`,
    };
  }
  // Nodes are paid whole, also where replicas leave GPUs free.
  const usdPerHour = nodes.count * (nodes.instance.usdPerHour ?? 0);
  const plan = {
    ...best,
    replicas,
    usdPerMonth: usdPerHour * hoursPerMonth,
    tokens: tokenCost(usdPerHour / replicas, best.estimate),
  };
  return { ...about, instance: `${nodes.count} × ${nodes.instance.name}`, plan };
}

/** The most concurrent requests of one replica within memory and objectives, or why it can't serve a single one. */
function mostAtOnce(
  demand: Demand,
  model: ModelShape,
  gpu: GpuName,
  tensorParallel: number,
): { concurrency: number; estimate: Throughput } | string {
  let best: { concurrency: number; estimate: Throughput } | undefined;
  let problem = "";
  for (const concurrency of concurrencies) {
    const limits = {
      contextLength: demand.contextLength,
      concurrentSequences: concurrency,
      tensorParallel,
      gpuMemoryUtilization: utilization,
      kvCacheDtype: "auto",
    };
    const args = { model, engine: demand.engine, gpu: gpus[gpu], limits };
    const fit = memoryFit(args);
    const estimate = throughput(args, { ...demand, concurrency }, fit.freeKvTokens);
    problem = fit.fits ? (slowness(demand, estimate) ?? "") : (fit.reason?.split(":")[0] ?? "doesn't fit");
    if (problem !== "" || estimate.running < concurrency) break;
    best = { concurrency, estimate };
  }
  return best ?? problem;
}

function slowness({ firstTokenSeconds, perTokenSeconds }: Demand, estimate: Throughput): string | undefined {
  if (estimate.firstTokenSeconds > firstTokenSeconds) {
    return `first token after ${estimate.firstTokenSeconds.toFixed(2)} s, wanted ${firstTokenSeconds} s`;
  }
  if (estimate.perTokenSeconds > perTokenSeconds) {
    return `${Math.round(estimate.perTokenSeconds * 1000)} ms for each token, wanted ${Math.round(perTokenSeconds * 1000)} ms`;
  }
  return undefined;
}

/** The same model with its weights in another form. The vocabulary's matrices stay in 16 bits, as engines keep them. */
function requantized(model: ModelShape, quantization: string): ModelShape {
  if (quantization === model.quantization) return model;
  const { parameters, hidden, vocabulary } = widths(model);
  const bits = own(quantizationMethods, quantization)?.bitsPerWeight ?? 16;
  const kept = Math.min(parameters, 2 * vocabulary * hidden);
  const weightsGiB = (kept * 16 + (parameters - kept) * bits) / 8 / 2 ** 30;
  return { ...model, quantization, weightsGiB };
}

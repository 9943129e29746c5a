import { attentionProblem } from "../components/capacity/attention-backend.ts";
import { type Gpu, gpus } from "../components/capacity/gpus.ts";
import { type InstanceType, instanceType } from "../components/capacity/instances.ts";
import { memoryFit } from "../components/capacity/memory.ts";
import { gpusPerReplica, placementProblem } from "../components/capacity/parallelism.ts";
import { quantizationProblem } from "../components/capacity/quantization.ts";
import { quantizedSplitProblems } from "../components/capacity/quantized-split.ts";
import type { GpuPoolSettings } from "../components/cluster/gpu-pool-settings.ts";
import { accountedAs } from "../components/serving/engines.ts";
import { diskProblem, memoryProblem, suitableTypes } from "../components/serving/placement.ts";
import type { Release } from "../components/serving/release.ts";

/** Why a release can't run in a pool, with the numbers; empty when it can. */
export function fitProblems(
  release: Release,
  pool: GpuPoolSettings,
  replicas: { readonly min: number; readonly max: number },
): string[] {
  const types = pool.instanceTypes.flatMap((name) => instanceType(name) ?? []);
  const kind = types[0]?.gpu?.name;
  if (kind === undefined) return [];
  const gpu = gpus[kind];
  const { model, limits } = release;
  const kernels = [
    quantizationProblem(model.quantization, gpu),
    ...(release.engine.kind === "vllm" ? vllmKernels(release, gpu) : []),
  ];
  const broken = kernels.filter((problem) => problem !== undefined);
  const tooFew = tooFewGpus(release, types);
  const fit = memoryFit({ model, limits, engine: accountedAs(release), gpu });
  return [
    ...(tooFew.length > 0 ? tooFew : groupProblems(release, types, replicas)),
    ...diskProblems(release, types),
    ...memoryProblems(release, types),
    ...broken,
    ...(broken.length === 0 && !fit.fits ? [fit.reason ?? "doesn't fit"] : []),
  ];
}

/** What of vLLM's kernels doesn't go with the model on this GPU. */
function vllmKernels({ model, limits, engine }: Release, gpu: Gpu): (string | undefined)[] {
  const { tensorParallel, kvCacheDtype } = limits;
  return [
    attentionProblem(model, kvCacheDtype, gpu),
    ...quantizedSplitProblems({ model, tensorParallel, engineVersion: engine.version, gpu }),
  ];
}

/** A replica needs one instance type of the pool that has its GPUs; smaller ones are passed over. */
function tooFewGpus({ limits }: Release, types: readonly InstanceType[]): string[] {
  const problems = types.map((type) => placementProblem(limits, type));
  const [first] = problems;
  return problems.every((problem) => problem !== undefined) && first !== undefined ? [first] : [];
}

/** What a replica over two instances requires. */
function groupProblems(
  { engine, limits, model }: Release,
  types: readonly InstanceType[],
  { min, max }: { readonly min: number; readonly max: number },
): string[] {
  const { nodes, types: suitable } = suitableTypes(limits, types);
  const gpusNeeded = gpusPerReplica(limits);
  const spans = `${gpusNeeded} GPUs (tensorParallel ${limits.tensorParallel} × pipelineParallel ${limits.pipelineParallel ?? 1})`;
  if (suitable.length === 0) {
    return [
      `${spans} fit neither one instance nor exactly two whole ones of ${types.map(({ name }) => name).join(", ")}`,
    ];
  }
  if (nodes === 1) return [];
  return [
    ...(engine.kind === "vllm" ? [] : [`${spans} span two instances, which only vllm can`]),
    ...(suitable.every(({ efaInterfaces }) => efaInterfaces > 0)
      ? []
      : [`${spans} span two instances, and ${suitable[0]?.name} has no EFA interface between them`]),
    ...(min === max
      ? []
      : [
          `replicas over two instances aren't scaled: set replicas.min and max to one number, not ${min} and ${max}`,
        ]),
    ...(model.source === "hub"
      ? ["each of the two instances would download the weights: take source: store"]
      : []),
  ];
}

/** Replicas may land on any suitable type of the pool, so each must have the room. */
function diskProblems(release: Release, types: readonly InstanceType[]): string[] {
  const { types: suitable } = suitableTypes(release.limits, types);
  return suitable.flatMap((type) => diskProblem(release, type) ?? []);
}

/** One type with enough memory will do: the pod's request keeps it off the others. */
function memoryProblems(release: Release, types: readonly InstanceType[]): string[] {
  const { types: suitable } = suitableTypes(release.limits, types);
  const problems = suitable.map((type) => memoryProblem(release, type));
  const [largest] = problems.filter((problem) => problem !== undefined).slice(-1);
  return problems.includes(undefined) || largest === undefined ? [] : [largest];
}

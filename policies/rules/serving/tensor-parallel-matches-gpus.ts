import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, orUnknown, type Unknown, unknown } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { count, modelOf } from "../../read/engine/engine-facts.ts";
import {
  argumentFinding,
  isPlaced,
  type PlacedEngine,
  placedEngines,
  readsPlaces,
  tensorSize,
} from "../../read/engine/placed-engines.ts";
import { undecidedModel } from "../../read/engine/quantization.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import { gpuCount, gpusAsked } from "../../read/kubernetes/gpus-asked.ts";
import { pods } from "../../read/kubernetes/kubernetes.ts";
import { quantity } from "../../read/text/quantity.ts";

const settings = {
  ...engineSettings,
  minShmGiB: integer("Minimum shared memory in GiB of an engine on several GPUs.", {
    minimum: 1,
    maximum: 256,
    default: 1,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const tensorParallelMatchesGpus: StackRule<typeof settings> = {
  name: "tensor-parallel-matches-gpus",
  title: "An engine uses exactly the GPUs that it requests, and its model can be sharded across them.",
  why: "More ranks than GPUs never start, GPUs without a rank are billed but idle, and ranks without shared memory crash at their first communication.",
  fix: "Make tensor × pipeline × data parallel size equal to the nvidia.com/gpu limit, a divisor of the model's heads, with a Memory volume on /dev/shm.",
  severity: "high",
  relatedChecks: ["kyverno:check-nvidia-gpu"],
  resourceTypes: readsPlaces,
  example: {
    good: 'args: ["--tensor-parallel-size=2"], resources: { limits: { "nvidia.com/gpu": "2" } }',
    bad: 'args: ["--tensor-parallel-size=4"], resources: { limits: { "nvidia.com/gpu": "2" } }',
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const engine of placedEngines(resources, config)) {
      if (isPlaced(engine)) yield* mismatches(engine, config);
      else
        yield argumentFinding(engine, {
          problem: engine.unreadable,
          allowed: "arguments known at preview",
        });
    }
  },
};

function* mismatches(engine: PlacedEngine, config: Config): Generator<StackFinding> {
  const { resource, container, pods: pod, gpus } = engine;
  const about = { resource, where: container.where };
  const ranks = ranksOf(engine);
  const all = gpusOfReplica(engine);
  if (ranks === unknown || ranks !== all)
    yield {
      ...about,
      path: `${container.path}.resources.limits.nvidia.com/gpu`,
      problem: `the engine uses ${formatGpus(ranks)}, and a replica requests ${formatGpus(all)}`,
      allowed: "the product of tensor, pipeline and data parallel size, known at preview",
    };
  // An unset request defaults to the limit.
  const requested = at(container.fields, "resources", "requests", "nvidia.com/gpu");
  if (requested !== undefined && (gpus === unknown || gpuCount(requested) !== gpus))
    yield {
      ...about,
      path: `${container.path}.resources.requests.nvidia.com/gpu`,
      problem: "the GPU request differs from the limit",
      allowed: "the same number as the limit",
    };
  const tensor = tensorProblem(engine);
  if (tensor !== undefined)
    yield argumentFinding(engine, {
      flag: "tensorParallel",
      problem: tensor,
      allowed: "a divisor of the model's attention heads, within one pod",
    });
  const types = engine.landings.flatMap((one) => one.types);
  if (gpus !== unknown && !types.some((type) => type.gpus >= gpus))
    yield {
      ...about,
      path: `${pod.prefix}nodeSelector`,
      problem: `no instance type that the pod may run on is known to have ${formatGpus(gpus)}`,
      allowed: "a pool with an instance type of at least as many GPUs",
    };
  if ((gpus === unknown || gpus > 1) && !hasSharedMemory(engine, config))
    yield {
      ...about,
      path: `${container.path}.volumeMounts`,
      problem: "its ranks have no shared memory",
      allowed: `an emptyDir of medium Memory on /dev/shm, of ${config.minShmGiB}Gi or more`,
    };
}

/** GPUs that the engine's processes use, one each. */
function ranksOf(engine: PlacedEngine): number | Unknown {
  const sizes: readonly (number | Unknown)[] = [
    tensorSize(engine),
    count(engine, "pipelineParallel", 1),
    count(engine, "dataParallel", 1),
  ];
  return sizes.every((size) => size !== unknown)
    ? sizes.reduce((product, size) => product * size, 1)
    : unknown;
}

/** GPUs of the pods of one replica: a leader and its workers, or one pod. */
function gpusOfReplica({ resource, gpus }: PlacedEngine): number | Unknown {
  const group = at(resource.props, "spec", "leaderWorkerTemplate");
  if (group === undefined) return gpus;
  // The default is one pod, which uses the worker's template where the leader has none. [LeaderWorkerSet API]
  const size = gpuCount(at(group, "size") ?? 1);
  const [leader, worker] = gpusOfPods(resource);
  if (typeof size !== "number" || typeof leader !== "number" || typeof worker !== "number") return unknown;
  return (at(group, "leaderTemplate") === undefined ? worker : leader) + (size - 1) * worker;
}

function gpusOfPods(workload: StackResource): readonly (number | Unknown)[] {
  return pods(workload).map((pod) =>
    containersOf(pod).reduce<number | Unknown>((sum, { fields }) => {
      const requested = gpusAsked(fields);
      return sum === unknown || requested === unknown ? unknown : sum + requested;
    }, 0),
  );
}

/** Why the model can't be sharded like this: tensor parallel ranks exchange results of each layer, so they stay in one pod. */
function tensorProblem(engine: PlacedEngine): string | undefined {
  const tensor = tensorSize(engine);
  // Unknown numbers are reported where ranks and GPUs are compared.
  if (tensor === unknown || tensor === 1) return undefined;
  if (engine.gpus !== unknown && tensor > engine.gpus)
    return `each layer is sharded across ${formatGpus(tensor)}, and the pod has ${formatGpus(engine.gpus)}`;
  const model = modelOf(engine);
  if (model === undefined) return `whether its heads can be divided isn't known: ${undecidedModel}`;
  const { heads, kvHeads } = model;
  // Key-value heads are divided, or each is replicated to the same number of GPUs.
  if (heads % tensor === 0 && (kvHeads % tensor === 0 || tensor % kvHeads === 0)) return undefined;
  return `${heads} attention heads and ${kvHeads} key-value heads can't be divided among ${formatGpus(tensor)}`;
}

function hasSharedMemory({ container, pods: { spec } }: PlacedEngine, { minShmGiB }: Config): boolean {
  const mount = orUnknown(elements(at(container.fields, "volumeMounts"))).find(
    (one) => at(one, "mountPath") === "/dev/shm",
  );
  const name = at(mount, "name");
  const volume = orUnknown(elements(at(spec, "volumes"))).find(
    (one) => typeof name === "string" && at(one, "name") === name,
  );
  const disk = at(volume, "emptyDir");
  // Without a limit the volume may use as much as the pod.
  const size = at(disk, "sizeLimit");
  const bytes = size === undefined ? Number.POSITIVE_INFINITY : quantity(size);
  return at(disk, "medium") === "Memory" && bytes !== unknown && bytes >= minShmGiB * 2 ** 30;
}

function formatGpus(gpus: number | Unknown): string {
  if (gpus === unknown) return "an unknown number of GPUs";
  return `${gpus} ${gpus === 1 ? "GPU" : "GPUs"}`;
}

import { type GpuKind, gpuKinds } from "../../data/gpus.ts";
import type { EngineSupport } from "../../data/quantization.ts";
import type { StackFinding, StackResource } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, type Unknown, unknown } from "../../framework/value.ts";
import { nodePool } from "../kubernetes/cluster.ts";
import { type Container, containersOf, workloads } from "../kubernetes/containers.ts";
import { gpuPools, type Landing, landings } from "../kubernetes/gpu-selection.ts";
import { gpusAsked } from "../kubernetes/gpus-asked.ts";
import { type Pods, pods } from "../kubernetes/kubernetes.ts";
import { engineArguments, engineKind, type engineSettings } from "./engine.ts";
import { count, type EngineFacts, type EngineFlag, flagOf, supportOf } from "./engine-facts.ts";
import { annotatedShape, shapeAnnotation } from "./model-shape.ts";
import { folderOrigin } from "./weights-folder.ts";

/** Resource types that a rule needs to determine an engine's GPUs. */
export const readsPlaces: readonly string[] = [...workloads, nodePool];

/** An engine whose command line can be read, and where it may run. */
export interface PlacedEngine extends EngineFacts {
  readonly resource: StackResource;
  readonly pods: Pods;
  readonly container: Container;
  /** GPUs that the container requests. */
  readonly gpus: number | Unknown;
  readonly landings: readonly Landing[];
  /** What its version supports; absent where that isn't known. */
  readonly support: EngineSupport | undefined;
}

/** A container that is, or may be, an engine, and why nothing else is known about it. */
export interface UnreadableEngine {
  readonly resource: StackResource;
  readonly container: Container;
  readonly unreadable: string;
}

/** The engines of a stack. */
export function placedEngines(
  resources: readonly StackResource[],
  config: ConfigOf<typeof engineSettings>,
): readonly (PlacedEngine | UnreadableEngine)[] {
  const pools = gpuPools(resources);
  return resources
    .flatMap(pods)
    .flatMap((some) =>
      containersOf(some).flatMap((container) => placedEngine(some, container, pools, config) ?? []),
    );
}

function placedEngine(
  some: Pods,
  container: Container,
  pools: readonly StackResource[],
  config: ConfigOf<typeof engineSettings>,
): PlacedEngine | UnreadableEngine | undefined {
  const kind = engineKind(container, config);
  // Containers of unknown kind are covered by engine-command-readable.
  if (kind === undefined || kind === "other") return undefined;
  const about = { resource: some.workload, container };
  if (kind === unknown) return { ...about, unreadable: "whether this is an engine isn't known at preview" };
  const args = engineArguments(container, kind);
  if (!args.readable) return { ...about, unreadable: `the engine's arguments can't be read: ${args.reason}` };
  if (kind === "ollama") return { ...about, unreadable: "policies/data has no table for Ollama" };
  const { spec, labels, annotations } = some;
  return {
    ...about,
    pods: some,
    kind,
    args,
    weights: weightsOf(args.model, container, some),
    annotatedShape: annotatedShape(at(annotations, shapeAnnotation)),
    gpus: gpusAsked(container.fields),
    landings: landings(spec, pools),
    support: supportOf(kind, at(container.fields, "image"), at(labels, "app.kubernetes.io/version")),
  };
}

/** Weights that are read from a disk are those of the bucket from which they were copied. */
function weightsOf(model: string, container: Container, { prefix, spec }: Pods): string {
  // The slash at the end of a folder doesn't matter.
  if (!model.startsWith("/")) return model.replace(/\/$/, "");
  const origin = folderOrigin(model, container, { prefix, spec, metadata: undefined });
  return origin.from === "bucket" ? origin.uri : model;
}

/** Whether an engine's arguments and GPUs are known. */
export function isPlaced(engine: PlacedEngine | UnreadableEngine): engine is PlacedEngine {
  return "args" in engine;
}

/** A finding about an engine's command line, or about one of its flags. */
export function argumentFinding(
  engine: PlacedEngine | UnreadableEngine,
  about: { readonly flag?: EngineFlag; readonly problem: string; readonly allowed: string },
): StackFinding {
  const { resource, container } = engine;
  const name = about.flag !== undefined && isPlaced(engine) ? flagOf(engine, about.flag) : undefined;
  return {
    resource,
    path: `${container.path}.args${name === undefined ? "" : name.replace(/^--/, ".")}`,
    where: container.where,
    problem: about.problem,
    allowed: about.allowed,
  };
}

/** The kinds of GPU that an engine may run on; instances with fewer GPUs than it requests are ignored. */
export function kindsOf({ landings: found, gpus: asked }: PlacedEngine): readonly GpuKind[] {
  const types = found.flatMap((one) => one.types);
  const large = types.filter(({ gpus }) => asked === unknown || gpus >= asked);
  const possible = new Set((large.length > 0 ? large : types).map(({ kind }) => kind));
  return (Object.keys(gpuKinds) as GpuKind[]).filter((kind) => possible.has(kind));
}

/** Why it isn't known on which kinds of GPU an engine may run. */
export function undecidedPlace({ landings: found }: PlacedEngine): string | undefined {
  if (found.length === 0) return "no GPU pool of the stack has the labels that its pod requires";
  return found.some(({ open }) => open)
    ? "where its pod may run isn't known, or includes instance types that policies/data/gpus.ts doesn't list"
    : undefined;
}

/** GPUs that share each layer of the model. By default TGI uses all of its GPUs. */
export function tensorSize(engine: PlacedEngine): number | Unknown {
  return count(engine, "tensorParallel", engine.kind === "tgi" ? engine.gpus : 1);
}

import { type GpuKind, gpuKinds } from "../../data/gpus.ts";
import type { ModelFacts } from "../../data/models.ts";
import type { EngineSupport, Format } from "../../data/quantization.ts";
import { contradictsTable, type EngineFacts, flagValue, modelOf } from "./engine-facts.ts";
import { type PlacedEngine, undecidedPlace } from "./placed-engines.ts";

export const undecidedModel =
  "policies/data/models.ts has no row for its model and commit, and its pod has no shape annotation (gantry.dev/model-shape)";
const undecidedVersion = "policies/data/quantization.ts doesn't cover its version";

/** Why it isn't known whether an engine's GPU supports its quantization; empty where it is. */
export function undecidedQuantization(engine: PlacedEngine): readonly string[] {
  return [
    undecidedPlace(engine),
    modelOf(engine) === undefined ? undecidedModel : undefined,
    contradictsTable(engine) ? "its pod's shape annotation contradicts policies/data/models.ts" : undefined,
    engine.support === undefined ? undecidedVersion : undefined,
  ].filter((reason) => reason !== undefined);
}

/** The format of the weights in an engine's memory, or why it can't load them in that format. */
export function formatOf(
  engine: EngineFacts,
  { quantization: stored }: ModelFacts,
  { formats, methods }: EngineSupport,
): (Format & { readonly name: string }) | { readonly problem: string } {
  const method = flagValue(engine, "quantization");
  const loads = typeof method === "string" && Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (method !== undefined && loads === undefined)
    return { problem: "the engine supports this quantization only with a plug-in" };
  if (loads !== undefined && !loads.includes(stored))
    return { problem: `the weights are stored as ${stored}, which the quantization doesn't load` };
  // A method that takes unquantized weights quantizes them while it loads.
  const name = stored === "none" && typeof method === "string" ? method : stored;
  const format = formats[name];
  if (format === undefined) return { problem: `the tables don't list which GPU supports ${name}` };
  return { ...format, name };
}

/** Why an engine can't read its KV cache on one of these kinds of GPU. */
export function cacheProblem(
  engine: EngineFacts,
  { caches }: EngineSupport,
  kinds: readonly GpuKind[],
): string | undefined {
  const type = flagValue(engine, "kvCacheDtype") ?? "auto";
  const backends =
    typeof type === "string" && Object.hasOwn(caches, type) ? caches[type]?.backends : undefined;
  if (backends === undefined) return "its type of KV cache is not in the tables";
  const named = flagValue(engine, "attentionBackend");
  // Without a name the engine takes the first backend that can.
  const mayRun = Object.entries(backends).filter(([name]) => named === undefined || name === named);
  const unable = kinds.find((kind) => mayRun.every(([, from]) => gpuKinds[kind].capability < from));
  if (unable === undefined) return undefined;
  const { product, capability } = gpuKinds[unable];
  const able = Object.entries(backends).flatMap(([name, from]) => (capability >= from ? [name] : []));
  const which = named === undefined ? "no attention backend" : "the named attention backend";
  return named === undefined
    ? `${which} reads this KV cache on the ${product}`
    : `${which} can't read this KV cache on the ${product}; ${able.join(" or ") || "none"} can`;
}

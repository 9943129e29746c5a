import { gpuKinds } from "../../data/gpus.ts";
import type { StackFinding, StackRule } from "../../framework/rule.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { modelOf } from "../../read/engine/engine-facts.ts";
import {
  argumentFinding,
  isPlaced,
  kindsOf,
  type PlacedEngine,
  placedEngines,
  readsPlaces,
} from "../../read/engine/placed-engines.ts";
import { cacheProblem, formatOf, undecidedQuantization } from "../../read/engine/quantization.ts";

const allowed =
  "weights and a KV cache type that policies/data/quantization.ts lists for every GPU that the pod may get";

export const quantizationFitsGpu: StackRule<typeof engineSettings> = {
  name: "quantization-fits-gpu",
  title: "Every GPU that an engine may get supports its quantization and KV cache type.",
  why: "An engine without a kernel for its GPU fails at startup: after the node was launched, the image pulled and the weights loaded.",
  fix: "Choose a quantization that the pool's GPU supports, --kv-cache-dtype=auto, or no --attention-backend where the named one doesn't support the cache type; add new types to the tables in policies/data.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: readsPlaces,
  example: {
    good: 'args: ["--kv-cache-dtype=fp8"] on a pool of A10G',
    bad: 'args: ["--kv-cache-dtype=fp8", "--attention-backend=TRITON_ATTN"] on a pool of A10G',
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    for (const engine of placedEngines(resources, config)) {
      if (isPlaced(engine)) yield* misfits(engine);
      else yield argumentFinding(engine, { problem: engine.unreadable, allowed });
    }
  },
};

function* misfits(engine: PlacedEngine): Generator<StackFinding> {
  const undecided = undecidedQuantization(engine);
  if (undecided.length > 0)
    yield argumentFinding(engine, {
      problem: `whether its GPU supports it isn't known: ${undecided.join(", and ")}`,
      allowed,
    });
  const weights = weightsProblem(engine);
  if (weights !== undefined)
    yield argumentFinding(engine, { flag: "quantization", problem: weights, allowed });
  const cache = engine.support && cacheProblem(engine, engine.support, kindsOf(engine));
  if (cache !== undefined) yield argumentFinding(engine, { flag: "kvCacheDtype", problem: cache, allowed });
}

function weightsProblem(engine: PlacedEngine): string | undefined {
  const model = modelOf(engine);
  if (model === undefined || engine.support === undefined) return undefined;
  const format = formatOf(engine, model, engine.support);
  if ("problem" in format) return format.problem;
  const weak = kindsOf(engine).find((kind) => gpuKinds[kind].capability < format.runsFrom);
  return (
    weak &&
    `${format.name} needs compute capability ${(format.runsFrom / 10).toFixed(1)}, which the ${gpuKinds[weak].product} doesn't have`
  );
}

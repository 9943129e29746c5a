import { gpuKinds } from "../../data/gpus.ts";
import type { StackRule } from "../../framework/rule.ts";
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
import { formatOf, undecidedQuantization } from "../../read/engine/quantization.ts";

export const quantizationNative: StackRule<typeof engineSettings> = {
  name: "quantization-native",
  title: "GPUs compute natively in the data type of the weights.",
  why: "A GPU without native support unpacks each weight to 16 bits first: the quantization saves memory, but no time.",
  fix: "Serve FP8 weights on L40S, H100 or H200, and AWQ or GPTQ on A10G.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: readsPlaces,
  example: { good: "an FP8 model on a pool of L40S", bad: "an FP8 model on a pool of A10G" },
  config: engineSettings,

  *checkStack({ resources }, config) {
    for (const engine of placedEngines(resources, config)) {
      const problem = isPlaced(engine) ? unpacked(engine) : engine.unreadable;
      if (problem !== undefined)
        yield argumentFinding(engine, {
          problem,
          allowed:
            "a quantization that every GPU of the pod computes in natively, or one that only saves memory",
        });
    }
  },
};

function unpacked(engine: PlacedEngine): string | undefined {
  const model = modelOf(engine);
  const undecided = undecidedQuantization(engine);
  if (undecided.length > 0 || model === undefined || engine.support === undefined)
    return `what its GPU computes in isn't known: ${undecided.join(", and ")}`;
  const format = formatOf(engine, model, engine.support);
  if ("problem" in format) return format.problem;
  const { name, nativeFrom = 0 } = format;
  const weak = kindsOf(engine).find((kind) => gpuKinds[kind].capability < nativeFrom);
  return weak && `the ${gpuKinds[weak].product} unpacks ${name} weights to 16 bits before it computes`;
}

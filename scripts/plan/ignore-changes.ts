import { own } from "../../components/shared/own.ts";
import { isObject, type Properties, type Wire } from "./wire.ts";

/**
 * Inputs with what the options ignore as it was before. A plan with `--deployed` needs none of it: its state is that of
 * the same program. [pulumi/pulumi pkg/resource/deploy/step_generator.go processIgnoreChanges;
 * sdk/go/common/resource/properties_path.go Reset]
 * @param paths as the option has them: `spec.replicas`, `rules[0].weight`, `rules[*].weight`, `tags["a.b"]`
 */
export function withIgnored(young: Properties, old: Properties, paths: readonly string[]): Properties {
  return paths.reduce<Properties>((inputs, path) => reset(old, inputs, steps(path)) as Properties, young);
}

type PathStep = string | number;

function steps(path: string): readonly PathStep[] {
  return [...path.matchAll(/\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(
    ([, index, quoted, plain = ""]) => {
      if (index === "*") return "*";
      if (index !== undefined) return Number(index);
      return quoted?.replaceAll('\\"', '"') ?? plain;
    },
  );
}

/** The previous value at a path; where its parent is removed or new, the current value. */
function reset(old: Wire | undefined, young: Wire, [step, ...rest]: readonly PathStep[]): Wire {
  if (step === undefined) return old ?? young;
  if (Array.isArray(young)) {
    const before: readonly Wire[] = Array.isArray(old) ? old : [];
    return young.map((item: Wire, index) =>
      (step === "*" || step === index) && index in before ? reset(before[index], item, rest) : item,
    );
  }
  if (!isObject(young)) return young;
  const before = isObject(old) ? old : {};
  const all = [...new Set([...Object.keys(before), ...Object.keys(young)])];
  const keys = step === "*" ? all : [String(step)];
  const object: Record<string, Wire> = { ...young };
  for (const key of keys) {
    const [was, is] = [own(before, key), own(young, key)];
    if (rest.length === 0 && was === undefined) delete object[key];
    else if (rest.length === 0 && was !== undefined) object[key] = was;
    else if (is !== undefined) object[key] = reset(was, is, rest);
  }
  return object;
}

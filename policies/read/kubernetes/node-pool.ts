import { at, elements, isList, unknown, type Value } from "../../framework/value.ts";

/**
 * Families with accelerators: GPUs (g, gr, p), AWS's own chips (trn, inf), Gaudi (dl), video (vt) and FPGAs (f).
 * [aws.amazon.com/ec2/instance-types, 2026-11]
 */
export const gpuFamily = /^(?:g|gr|p|trn|inf|dl|vt|f)\d/;
const gpuCategory = /^(?:g|gr|p|trn|inf|dl|vt|f)$/;
const choices: ReadonlyMap<Value, RegExp> = new Map([
  ["karpenter.k8s.aws/instance-category", gpuCategory],
  ["karpenter.k8s.aws/instance-family", gpuFamily],
  ["node.kubernetes.io/instance-type", gpuFamily],
]);

/**
 * Whether a Karpenter pool may make nodes with a GPU. Anything may be chosen that its requirements don't rule out,
 * so one of them has to: types, families or categories without a GPU, or the absence of a GPU label.
 */
export function mayHaveGpus(nodePool: Value): boolean {
  const requirements = elements(at(nodePool, "spec", "template", "spec", "requirements"));
  return requirements === unknown || !requirements.some(rulesOutGpus);
}

function rulesOutGpus(requirement: Value): boolean {
  const key = at(requirement, "key");
  const operator = at(requirement, "operator");
  if (typeof key === "string" && key.startsWith("karpenter.k8s.aws/instance-gpu-"))
    return operator === "DoesNotExist";
  const gpu = choices.get(key);
  const values = at(requirement, "values");
  if (gpu === undefined || operator !== "In" || !isList(values) || values.length === 0) return false;
  return values.every((value) => typeof value === "string" && !gpu.test(value));
}

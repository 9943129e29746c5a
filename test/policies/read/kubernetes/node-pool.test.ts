import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { mayHaveGpus } from "../../../../policies/read/kubernetes/node-pool.ts";

const pool = (requirements: Value): Value => ({ spec: { template: { spec: { requirements } } } });
const need = (key: string, operator: Value, ...values: readonly Value[]) => pool([{ key, operator, values }]);
const category = "karpenter.k8s.aws/instance-category";
const family = "karpenter.k8s.aws/instance-family";
const type = "node.kubernetes.io/instance-type";

it.each<[string, Value]>([
  ["GPU families", need(family, "In", "g6e")],
  ["a GPU family among others", need(family, "In", "m7i", "p5")],
  ["the graphics family with more memory", need(family, "In", "gr6")],
  ["GPU types", need(type, "In", "g5.12xlarge")],
  ["GPU categories", need(category, "In", "g")],
  ["all but some families", need(family, "NotIn", "m7i")],
  ["any family", need(family, "Exists")],
  ["a GPU label", need("karpenter.k8s.aws/instance-gpu-count", "Exists")],
  ["nothing", pool(undefined)],
  ["no requirement", pool([])],
  ["an unknown list", pool(unknown)],
  ["an unknown value", need(family, "In", "m7i", unknown)],
  ["an unknown operator", need(family, unknown, "m7i")],
  ["an empty list of values", need(family, "In")],
  ["an inherited name", need("constructor", "In", "m7i")],
  ["something else", need("kubernetes.io/arch", "In", "arm64")],
])("a pool that requires %s may have GPUs", (_, props) => {
  expect(mayHaveGpus(props)).toBe(true);
});

it.each<[string, Value]>([
  ["CPU families", need(family, "In", "m7i", "c7g")],
  ["families with a GPU's name inside", need(family, "In", "xg5", "hpc7p")],
  ["categories with a GPU's letter inside", need(category, "In", "px", "xg")],
  ["CPU categories", need(category, "In", "m", "c", "r")],
  ["CPU types", need(type, "In", "m7i.large")],
  ["no GPU label", need("karpenter.k8s.aws/instance-gpu-name", "DoesNotExist")],
  [
    "one that rules GPUs out beside others",
    pool([unknown, { key: category, operator: "In", values: ["m"] }]),
  ],
])("a pool that requires %s has none", (_, props) => {
  expect(mayHaveGpus(props)).toBe(false);
});

import { describe, expect, it } from "vitest";
import type { StackResource } from "../../../../policies/framework/rule.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { type CapacityType, gpuPools, landings } from "../../../../policies/read/kubernetes/gpu-selection.ts";
import { stackResource } from "../../stack.ts";

const nodePool = (name: string, requirements: Value, labels: Value = { "gantry.dev/pool": name }) =>
  stackResource(
    "kubernetes:karpenter.sh/v1:NodePool",
    { metadata: { name }, spec: { template: { metadata: { labels }, spec: { requirements } } } },
    {},
    name,
  );
const demand = (key: string, operator: string, ...values: readonly Value[]) => ({ key, operator, values });
const types = (...names: readonly string[]) => demand("node.kubernetes.io/instance-type", "In", ...names);
const karpenter = (label: string) => `karpenter.k8s.aws/instance-${label}`;

const small = nodePool("small", [types("g5.xlarge", "g5.12xlarge")]);
const large = nodePool("large", [types("p5.48xlarge")]);
const any = (spec: Value, ...pools: readonly StackResource[]) =>
  landings(spec, pools).map(({ pool, types: found, open }) => [
    pool.name,
    found.map(({ name }) => name),
    ...(open ? ["open"] : []),
  ]);
const selector = (labels: Value): Value => ({ nodeSelector: labels });
const affinity = (...terms: readonly Value[]): Value => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
      },
    },
  },
});
const bothSmall = ["small", ["g5.xlarge", "g5.12xlarge"]];
const oneLarge = ["large", ["p5.48xlarge"]];

describe("a pod lands on", () => {
  it.each<[string, Value, readonly unknown[]]>([
    ["every pool without a selector", {}, [bothSmall, oneLarge]],
    ["the pool whose label it selects", selector({ "gantry.dev/pool": "large" }), [oneLarge]],
    ["none for a label that no pool has", selector({ team: "a" }), []],
    ["none for a value that no pool has", selector({ "gantry.dev/pool": "huge" }), []],
    ["a pool by its name", selector({ "karpenter.sh/nodepool": "small" }), [bothSmall]],
    ["a pool by its GPU", selector({ [karpenter("gpu-name")]: "h100" }), [oneLarge]],
    ["a type", selector({ "node.kubernetes.io/instance-type": "g5.12xlarge" }), [["small", ["g5.12xlarge"]]]],
    ["a family", selector({ [karpenter("family")]: "p5" }), [oneLarge]],
    ["a size", selector({ [karpenter("size")]: "xlarge" }), [["small", ["g5.xlarge"]]]],
    ["no other architecture", selector({ "kubernetes.io/arch": "arm64" }), []],
    ["any zone", selector({ "topology.kubernetes.io/zone": "us-east-1a" }), [bothSmall, oneLarge]],
    [
      "two pools by two terms",
      affinity([demand("gantry.dev/pool", "In", "small")], [types("p5.48xlarge")]),
      [bothSmall, oneLarge],
    ],
    ["no pool that a term rules out", affinity([demand("gantry.dev/pool", "NotIn", "small")]), [oneLarge]],
    ["pools with a label", affinity([demand("gantry.dev/pool", "Exists")]), [bothSmall, oneLarge]],
    ["pools without a label", affinity([demand("team", "DoesNotExist")]), [bothSmall, oneLarge]],
    [
      "types with more GPUs",
      affinity([demand(karpenter("gpu-count"), "Gt", "1")]),
      [["small", ["g5.12xlarge"]], oneLarge],
    ],
    ["types with less memory", affinity([demand(karpenter("gpu-memory"), "Lt", "40000")]), [bothSmall]],
    [
      "types of a generation from one on",
      affinity([demand(karpenter("generation"), "Gte", "5")]),
      [bothSmall, oneLarge],
    ],
    ["types of a generation up to one", affinity([demand(karpenter("generation"), "Lte", "4")]), []],
    ["types of a category", affinity([demand(karpenter("category"), "In", "p")]), [oneLarge]],
    [
      "what both its selector and a term admit",
      {
        ...(selector({ "gantry.dev/pool": "small" }) as object),
        ...(affinity([types("g5.xlarge", "p5.48xlarge")]) as object),
      },
      [["small", ["g5.xlarge"]]],
    ],
    [
      "any pool for a preference",
      { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } } },
      [bothSmall, oneLarge],
    ],
  ])("%s", (_, spec, expected) => {
    expect(any(spec, small, large)).toEqual(expected);
  });

  it.each<[string, Value]>([
    ["a spec", unknown],
    ["a selector", selector(unknown)],
    ["a selector's value", selector({ "gantry.dev/pool": unknown })],
    ["terms", { affinity: unknown }],
    ["a term", affinity(unknown)],
    ["a term's operator", affinity([{ key: "gantry.dev/pool", operator: unknown, values: ["large"] }])],
    ["a term's values", affinity([demand("gantry.dev/pool", "In", unknown)])],
    ["a selector that is a text", selector("large")],
  ])("every pool, and possibly others, for %s that can't be read", (_, spec) => {
    expect(any(spec, small, large)).toEqual([
      [...bothSmall, "open"],
      [...oneLarge, "open"],
    ]);
  });

  it.each<[string, StackResource]>([
    ["whose requirements can't be read", nodePool("p", unknown)],
    ["without requirements", nodePool("p", undefined)],
    [
      "that excludes some types",
      nodePool("p", [demand("node.kubernetes.io/instance-type", "NotIn", "g5.xlarge")]),
    ],
    ["of a type without a row", nodePool("p", [types("g5.xlarge", "g6.xlarge")])],
    ["of a family without a row", nodePool("p", [demand(karpenter("family"), "In", "g5", "g4dn")])],
    ["of a category", nodePool("p", [demand(karpenter("category"), "In", "g")])],
    ["of a GPU without a row", nodePool("p", [demand(karpenter("gpu-name"), "In", "a10g", "l4")])],
  ])("unknown types in a pool %s", (_, one) => {
    expect(landings({}, [one]).map(({ open }) => open)).toEqual([true]);
  });

  it.each<[string, StackResource]>([
    ["by types", small],
    ["by a family", nodePool("p", [demand(karpenter("family"), "In", "g5", "m7i")])],
    ["by a GPU", nodePool("p", [demand(karpenter("gpu-name"), "In", "a10g")])],
    ["by types beside what can't be read", nodePool("p", [types("g5.xlarge"), unknown])],
  ])("known types in a pool that names them %s", (_, one) => {
    expect(landings({}, [one]).map(({ open }) => open)).toEqual([false]);
  });

  it("pools whose labels can't be read", () => {
    const pod = selector({ "gantry.dev/pool": "large" });
    const listed = [types("p5.48xlarge")];
    expect(
      any(pod, nodePool("p", listed, unknown), nodePool("q", listed, { "gantry.dev/pool": unknown })),
    ).toHaveLength(2);
    expect(any(pod, nodePool("p", [...listed, demand("gantry.dev/pool", "In", "small")], {}))).toEqual([]);
    expect(any(pod, nodePool("p", [...listed, demand("gantry.dev/pool", "Exists")], {}))).toHaveLength(1);
  });
});

describe("capacity", () => {
  const bought = (spec: Value, ...requirements: readonly Value[]): readonly CapacityType[] =>
    landings(spec, [nodePool("p", [types("g5.xlarge"), ...requirements])]).flatMap(
      ({ capacity }) => capacity,
    );
  const capacity = (operator: string, ...values: readonly Value[]) =>
    demand("karpenter.sh/capacity-type", operator, ...values);

  it("may be of any type unless a pool or a pod narrows it", () => {
    expect(bought({})).toEqual(["spot", "on-demand", "reserved"]);
    expect(bought({}, capacity("In", "on-demand", "reserved"))).toEqual(["on-demand", "reserved"]);
    expect(bought({}, capacity("NotIn", "spot"))).toEqual(["on-demand", "reserved"]);
    expect(bought({}, capacity("In", unknown))).toEqual(["spot", "on-demand", "reserved"]);
    expect(bought(selector({ "karpenter.sh/capacity-type": "reserved" }))).toEqual(["reserved"]);
    expect(bought(selector({ "capacity-type": "reserved" }))).toEqual([]);
  });
});

it("finds the pools that may make nodes with a GPU", () => {
  const cpus = nodePool("cpus", [types("m7i.large")]);
  const other = { ...small, type: "kubernetes:karpenter.sh/v1:NodeClaim" };
  expect(gpuPools([small, cpus, other])).toEqual([small]);
});

import { describe, expect, it } from "vitest";
import type { Resource } from "../../../../policies/framework/rule.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  type ContainerList,
  containers,
  containersOf,
  podSpecs,
  workloads,
} from "../../../../policies/read/kubernetes/containers.ts";

const pod = (props: Value): Omit<Resource, "options"> => ({
  type: "kubernetes:core/v1:Pod",
  name: "a",
  props,
});
const named = (...names: readonly Value[]): readonly Value[] => names.map((name) => ({ name }));

describe("containers", () => {
  it("are found in every list, by name, with words for where they stand", () => {
    const spec = {
      containers: named("engine"),
      initContainers: named("prepare"),
      ephemeralContainers: named("debug"),
    };
    expect(containers(pod({ spec })).map(({ path, where }) => [path, where])).toEqual([
      ["containers.engine", "container engine"],
      ["initContainers.prepare", "init container prepare"],
      ["ephemeralContainers.debug", "ephemeral container debug"],
    ]);
  });

  it.each<[string, Value, readonly string[]]>([
    ["are unnamed", named(undefined, undefined), ["containers.0", "containers.1"]],
    ["share a name", named("a", "b", "a"), ["containers.0", "containers.b", "containers.2"]],
    [
      "have a name that is no label",
      named("A b", "1", unknown),
      ["containers.0", "containers.1", "containers.2"],
    ],
    ["have digits in their names", named("a-1", "1a"), ["containers.a-1", "containers.1a"]],
    ["have more than a label", named("a.b", "a/b"), ["containers.0", "containers.1"]],
    ["can't be read", [unknown, { name: "b" }], ["containers.0", "containers.b"]],
    ["are in a list that can't be read", unknown, ["containers"]],
    ["are an object", { engine: {} }, ["containers"]],
    ["are unset", undefined, []],
  ])("that %s are distinguished", (_, list, paths) => {
    expect(containers(pod({ spec: { containers: list } })).map(({ path }) => path)).toEqual(paths);
  });

  it("that can't be read are unknown, and their neighbours are not", () => {
    const found = containers(pod({ spec: { containers: ["text", { name: "b" }] } }));
    expect(found.map(({ fields }) => fields)).toEqual([unknown, { name: "b" }]);
  });

  it("of a pod that can't be read are one unknown", () => {
    expect(containers(pod({ spec: unknown }))).toEqual([
      { path: "containers", where: "pod", fields: unknown },
    ]);
    expect(containers(pod(unknown))).toHaveLength(1);
  });
});

describe("containers of one pod", () => {
  const spec: Value = {
    containers: named("engine"),
    initContainers: named("prepare"),
    ephemeralContainers: unknown,
  };

  it("come from the requested lists", () => {
    const paths = (lists?: readonly ContainerList[]) =>
      containersOf({ prefix: "workerTemplate.", spec }, lists).map(({ path }) => path);
    expect(paths(["initContainers"])).toEqual(["workerTemplate.initContainers.prepare"]);
    expect(paths([])).toEqual([]);
    expect(paths()).toEqual([
      "workerTemplate.containers.engine",
      "workerTemplate.initContainers.prepare",
      "workerTemplate.ephemeralContainers",
    ]);
  });

  it("are one unknown where the pod is, whatever is requested", () => {
    expect(containersOf({ prefix: "", spec: unknown }, ["initContainers"])).toHaveLength(1);
  });
});

describe("pods", () => {
  it("are found in every kind of workload", () => {
    const spec = { containers: named("engine") };
    const template = { spec };
    const shapes: Record<string, Value> = {
      "kubernetes:core/v1:Pod": { spec },
      "kubernetes:core/v1:PodTemplate": { template },
      "kubernetes:batch/v1:CronJob": { spec: { jobTemplate: { spec: { template } } } },
      "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet": {
        spec: { leaderWorkerTemplate: { leaderTemplate: template, workerTemplate: template } },
      },
    };
    for (const type of workloads) {
      const props = shapes[type] ?? { spec: { template } };
      const paths = containers({ type, name: "a", props }).map(({ path }) => path);
      const expected = type.endsWith("LeaderWorkerSet")
        ? ["leaderTemplate.containers.engine", "workerTemplate.containers.engine"]
        : ["containers.engine"];
      expect([type, paths]).toEqual([type, expected]);
    }
  });

  it("are in nothing else", () => {
    expect(podSpecs({ type: "kubernetes:core/v1:Service", name: "a", props: { spec: {} } })).toEqual([]);
  });
});

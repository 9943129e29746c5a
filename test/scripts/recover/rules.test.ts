import { describe, expect, it } from "vitest";
import { lookupOf } from "../../../scripts/recover/rules.ts";
import { fixturePlans } from "../../support/plan.ts";

/** Resources that AWS or the cluster has: providers and components are the program's own. */
const resources = fixturePlans().flatMap((plan) =>
  plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")),
);
/** What pulumi-eks makes inside of its components. [pulumi-eks v4.3.0, nodejs/eks/cluster/cluster.ts] */
const children = ["Cluster", "NodeGroup", "Addon", "AccessEntry", "AccessPolicyAssociation"];

describe("rules of recovery", () => {
  it("say how to find each type that the program and pulumi-eks create", () => {
    const ofEks = children.map((name) => `aws:eks/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`);
    const types = new Set([...resources.map(({ type }) => type), ...ofEks]);
    expect([...types].filter((type) => lookupOf(type) === undefined)).toEqual([]);
  });

  it("find by a name tag only what carries one, different from every other of its type", () => {
    const numbered = resources.filter(({ type }) => "arn" in (lookupOf(type) ?? {}));
    const tags = numbered.map(({ type, inputs }) => {
      const { Name } = (inputs.tags ?? {}) as { Name?: string };
      return { type, Name };
    });
    expect(tags.filter(({ Name }) => Name === undefined)).toEqual([]);
    for (const { environment, resources: planned } of fixturePlans()) {
      const keys = planned
        .filter(({ type }) => "arn" in (lookupOf(type) ?? {}))
        .map(({ type, inputs }) => `${type} ${(inputs.tags as { Name?: string } | undefined)?.Name}`);
      expect(keys.length, environment).toBe(new Set(keys).size);
    }
  });
});

import { describe, expect, it } from "vitest";
import { pathsWithin } from "../../../scripts/diff/changed-paths.ts";
import { awsRules, replacement } from "../../../scripts/diff/replacements.ts";
import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import { sdkProperties } from "../../../scripts/plan/sdk-properties.ts";
import { fixturePlans, shippedPlans } from "../../support/plan.ts";

const planned: readonly PlannedResource[] = [...fixturePlans(), ...shippedPlans()].flatMap(
  ({ resources, implied = [] }) => [...resources, ...implied].filter(({ custom }) => custom),
);

describe("what forces a replacement", () => {
  it("is known for every type that an environment plans", () => {
    const types = new Map(planned.map((resource) => [resource.type, resource]));
    const unknown = [...types].filter(([type, resource]) => {
      const pair = { old: resource, young: resource, provider: undefined };
      return !Object.hasOwn(awsRules, type) && replacement(pair, ["some"]).unknown.length > 0;
    });
    expect(unknown).toEqual([]);
    expect(types.size).toBeGreaterThan(70);
  });

  it("is known for every input that an environment sets on a resource of AWS", () => {
    const unread = planned.flatMap(({ type, inputs }) => {
      const rule = awsRules[type];
      if (rule === undefined) return [];
      const places = [...rule.replaces, ...rule.updates].map((place) => place.split(".")[0] ?? "");
      const read = pathsWithin(Object.keys(inputs), [...places, "tags", "tagsAll", "region"]);
      return Object.keys(inputs)
        .filter((input) => !read.includes(input))
        .map((input) => `${type} ${input}`);
    });
    expect([...new Set(unread)]).toEqual([]);
  });

  it("names only inputs that the SDK has", () => {
    const unknown = Object.entries(awsRules).flatMap(([type, { replaces, updates }]) => {
      const names = new Set(sdkProperties(type).map(({ name }) => name));
      return [...replaces, ...updates]
        .map((place) => place.split(".")[0] ?? "")
        .filter((name) => !names.has(name))
        .map((name) => `${type} ${name}`);
    });
    expect(unknown).toEqual([]);
  });
});

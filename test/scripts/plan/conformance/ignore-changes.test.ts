import { describe, expect, it } from "vitest";
import { difference } from "../../../../scripts/plan/difference.ts";
import { withIgnored } from "../../../../scripts/plan/ignore-changes.ts";
import type { Plan } from "../../../../scripts/plan/plan.ts";
import { fixturePlan } from "../../../support/plan.ts";
import { behaviour } from "./behaviour.ts";

const source =
  "pulumi/pulumi pkg/resource/deploy/step_generator.go processIgnoreChanges, with the cases of step_generator_test.go";

describe("changes that a resource ignores", () => {
  behaviour(
    { what: "leave what stood at the path before, also below the top", source, checked: "read" },
    () => {
      const [old, young] = [
        { a: { b: "foo" }, c: 42 },
        { a: { b: "bar", d: 1 }, c: 24 },
      ];
      expect(withIgnored(young, old, ["a.b"])).toEqual({ a: { b: "foo", d: 1 }, c: 24 });
      expect(withIgnored(young, old, ["a", "c"])).toEqual(old);
      expect(withIgnored({ tags: { "a.b": 2 } }, { tags: { "a.b": 1 } }, ['tags["a.b"]'])).toEqual({
        tags: { "a.b": 1 },
      });
    },
  );

  behaviour({ what: "take away what was added, where its parent stays", source, checked: "read" }, () => {
    expect(withIgnored({ a: { b: "foo" }, c: 42 }, { c: 42 }, ["a.b"])).toEqual({ a: {}, c: 42 });
    expect(withIgnored({ a: { b: "foo" } }, { a: {} }, ["a.b"])).toEqual({ a: {} });
  });

  behaviour({ what: "bring nothing back whose parent is gone", source, checked: "read" }, () => {
    expect(withIgnored({}, { a: { b: "foo" } }, ["a.b"])).toEqual({});
    expect(withIgnored({}, {}, ["a", "a.b", "a.c[0]"])).toEqual({});
  });

  behaviour({ what: "hold for each item that a list had before, under [*]", source, checked: "read" }, () => {
    const old = {
      a: [
        { b: "foo", c: "bar" },
        { b: "bar", c: "baz" },
      ],
    };
    const longer = { a: [{ b: "bar", c: "bar" }, { b: "qux", c: "baz" }, { b: "baz" }] };
    expect(withIgnored(longer, old, ["a[*].b"])).toEqual({ a: [...old.a, { b: "baz" }] });
    expect(withIgnored({ a: [{ b: "bar", c: "bar" }] }, old, ["a[*].b"])).toEqual({ a: [old.a[0]] });
  });

  it("are not a difference between two plans", () => {
    const plan = fixturePlan("dev");
    const scaled: Plan = {
      ...plan,
      resources: plan.resources.map((resource) =>
        resource.ignoreChanges.includes("spec.replicas")
          ? { ...resource, inputs: { ...resource.inputs, spec: { ...spec(resource.inputs), replicas: 7 } } }
          : resource,
      ),
    };
    expect(scaled.resources.some(({ inputs }) => spec(inputs).replicas === 7)).toBe(true);
    expect(difference(plan, scaled)).toEqual([]);
  });
});

function spec({ spec: found }: Plan["resources"][number]["inputs"]) {
  return (found ?? {}) as Plan["resources"][number]["inputs"];
}

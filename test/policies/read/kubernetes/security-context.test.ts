import { describe, expect, it } from "vitest";
import type { Resource } from "../../../../policies/framework/rule.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { type SecurityRequirement, unmet } from "../../../../policies/read/kubernetes/security-context.ts";

const demand = (path: readonly string[], orPod: boolean): SecurityRequirement => ({
  path,
  orPod,
  holds: (value) => value === true,
  problem: "it isn't true",
  allowed: "true",
});
const pod = (spec: Value): Resource => ({
  type: "kubernetes:core/v1:Pod",
  name: "a",
  props: { spec },
  options: { protect: false },
});
const yes = { a: true, b: { c: true } };

describe("a demand on security contexts", () => {
  it.each<[string, Value, Value, readonly string[]]>([
    ["is met by the container", yes, undefined, []],
    ["is met by the pod where it may be", { b: { c: true } }, yes, []],
    ["isn't met by the pod where it may not", { a: true }, yes, ["b.c"]],
    ["is the container's to break", { ...yes, a: false }, yes, ["a"]],
    ["isn't met by what is unknown", { ...yes, a: unknown }, yes, ["a"]],
    ["isn't met by an unknown pod", { b: { c: true } }, unknown, ["a"]],
    ["isn't met where it isn't set", undefined, undefined, ["a", "b.c"]],
  ])("%s", (_, container, ofPod, fields) => {
    const spec: Value = {
      containers: [{ name: "engine", securityContext: container }],
      securityContext: ofPod,
    };
    const found = unmet(pod(spec), [demand(["a"], true), demand(["b", "c"], false)]);
    expect(found.map(({ path }) => path)).toEqual(
      fields.map((field) => `containers.engine.securityContext.${field}`),
    );
  });

  it("is made of those containers only that it applies to", () => {
    const spec = { containers: [{ name: "engine" }, { name: "side" }] };
    const found = unmet(pod(spec), [demand(["a"], true)], ({ path }) => path === "containers.side");
    expect(found).toEqual([
      {
        path: "containers.side.securityContext.a",
        where: "container side",
        problem: "it isn't true",
        allowed: "true",
      },
    ]);
  });
});

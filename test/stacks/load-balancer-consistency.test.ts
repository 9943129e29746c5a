import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rulePriority, rulesPerModel } from "../../components/serving/traffic.ts";
import { loadBalancerProblems } from "../../stacks/load-balancer-consistency.ts";
import type { ModelSettings } from "../../stacks/schema.ts";

const model: ModelSettings = { traffic: { live: "blue", canaryPercent: 0 } };
const named = (count: number, prefix = "m") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const models = (names: readonly string[], settings: Partial<ModelSettings> = {}) =>
  Object.fromEntries(names.map((name) => [name, { ...model, ...settings }]));
/** Two names whose blocks of priorities are the same. */
const [first, second] = [...Map.groupBy(named(60_000, "x"), rulePriority).values()].find(
  ({ length }) => length > 1,
) as [string, string];

/** Models with blocks of their own, so that only the one fault is found. */
const apart = (count: number, settings: Partial<ModelSettings> = {}) =>
  Object.fromEntries(
    named(count).map((name, index) => [
      name,
      { ...model, ...settings, rulePriority: 1 + index * rulesPerModel },
    ]),
  );

describe("models on load balancers", () => {
  it("fit as far as it has rules", () => {
    expect(loadBalancerProblems(apart(25))).toEqual([]);
  });

  it("beyond that are refused with the way out", () => {
    expect(loadBalancerProblems(apart(26))).toEqual([
      {
        path: "models",
        value: 26,
        message:
          'more models than the 25 that load balancer "default" has rules for; give each new one loadBalancer: <another name>',
      },
    ]);
    expect(
      loadBalancerProblems({ ...apart(25), ...models(["further"], { loadBalancer: "second" }) }),
    ).toEqual([]);
  });

  it("are refused when there are more load balancers than a Region has", () => {
    const spread = Object.fromEntries(
      named(51).map((name) => [name, { ...model, loadBalancer: `alb-${name}` }]),
    );
    expect(loadBalancerProblems(spread)).toMatchObject([{ path: "models", value: 51 }]);
  });

  it("that meet at one priority are refused, in whichever order they are given, with one that is free", () => {
    const problem = {
      path: `models.${[first, second].sort()[1]}.rulePriority`,
      value: rulePriority(first),
      message: `the listener rules of ${[first, second].sort()[0]} have the priorities ${rulePriority(first)} to ${rulePriority(first) + 3} on the same load balancer; on the newer of the two models set rulePriority to a free one, such as 1`,
    };
    expect(loadBalancerProblems(models([first, second]))).toEqual([problem]);
    expect(loadBalancerProblems(models([second, first]))).toEqual([problem]);
    const moved = { [first]: model, [second]: { ...model, rulePriority: 1 } };
    expect(loadBalancerProblems(moved)).toEqual([]);
  });

  it("that meet on different load balancers are accepted", () => {
    expect(loadBalancerProblems({ [first]: model, [second]: { ...model, loadBalancer: "second" } })).toEqual(
      [],
    );
  });

  it("whose priorities overlap in part are refused", () => {
    const partly = { a: { ...model, rulePriority: 10 }, b: { ...model, rulePriority: 13 } };
    expect(loadBalancerProblems(partly)).toMatchObject([{ path: "models.b.rulePriority", value: 13 }]);
    expect(loadBalancerProblems({ ...partly, b: { ...model, rulePriority: 14 } })).toEqual([]);
  });

  it("that are accepted have no priority in common", () => {
    const some = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
      fc.record(
        {
          loadBalancer: fc.constantFrom("default", "second"),
          rulePriority: fc.integer({ min: 1, max: 60 }),
          traffic: fc.constant(model.traffic),
        },
        { requiredKeys: ["traffic"] },
      ),
      { maxKeys: 12, noNullPrototype: true },
    );
    fc.assert(
      fc.property(some, (given) => {
        const taken = Object.entries(given).flatMap(([name, settings]) =>
          Array.from(
            { length: rulesPerModel },
            (_, index) =>
              `${settings.loadBalancer ?? "default"} ${(settings.rulePriority ?? rulePriority(name)) + index}`,
          ),
        );
        const meets = new Set(taken).size < taken.length;
        expect(loadBalancerProblems(given).length > 0).toBe(meets);
      }),
    );
  });
});

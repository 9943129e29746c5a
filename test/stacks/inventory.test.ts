import { describe, expect, it } from "vitest";
import type { Plan } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { fixturePlans } from "../support/plan.ts";

/** What an environment consists of, as a tree of types and names, so that a reviewer sees what a change adds or takes. */
describe("the inventory of", () => {
  it.each(fixturePlans().map((plan) => [plan.environment, plan] as const))(
    "%s is the one that was reviewed (npx vitest -u writes it anew)",
    async (environment, plan) => {
      await expect(inventory(plan)).toMatchFileSnapshot(`inventory/${environment}.txt`);
    },
  );
});

function inventory(plan: Plan): string {
  const children = Map.groupBy(plan.resources, ({ parent }) => parent ?? "");
  const lines = (resource: PlannedResource, depth: number): string[] => [
    `${"  ".repeat(depth)}${resource.type} ${resource.name}`,
    ...(children.get(resource.urn) ?? [])
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
      .flatMap((child) => lines(child, depth + 1)),
  ];
  return `${(children.get("") ?? []).flatMap((top) => lines(top, 0)).join("\n")}\n`;
}

function key({ type, name }: PlannedResource): string {
  return `${type} ${name}`;
}

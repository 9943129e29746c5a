import { expect, it } from "vitest";
import { knownTypes } from "../real/providers/aws/provider.ts";
import { fixturePlans, shippedPlans } from "../support/plan.ts";

/** `npm run test:real` can't create what nothing stands in for, and runs where the Pulumi CLI is. This runs everywhere. */
it("every type of AWS that an environment has is stood in for under test/real/providers/aws", () => {
  const resources = [...fixturePlans(), ...shippedPlans()].flatMap(({ resources, implied = [] }) => [
    ...resources,
    ...implied,
  ]);
  const types = new Set(resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")));
  expect(types.size).toBeGreaterThan(40);
  expect([...types].filter((type) => !knownTypes.has(type))).toEqual([]);
});

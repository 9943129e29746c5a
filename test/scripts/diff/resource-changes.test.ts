import { beforeAll, expect, test } from "vitest";
import { stepsBetween } from "../../../scripts/diff/steps.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import type { Properties } from "../../../scripts/plan/wire.ts";
import { deployed, lineOf } from "./compared.ts";
import { type ResourceLabel, resourceLabels } from "./resource-labels.ts";

let base: Plan;
beforeAll(async () => {
  base = await deployed({});
});

test.each(resourceLabels)("$resource $input $value: $source", (label) => {
  const head = [label, ...(label.also ?? [])].reduce(changedPlan, base);
  expect(lineOf(base, head, stepsBetween(base, head))).toBe(label.line);
});

function changedPlan(
  plan: Plan,
  { resource: [type, name], input, value }: Pick<ResourceLabel, "resource" | "input" | "value">,
): Plan {
  let found = 0;
  const edited = (resources: readonly PlannedResource[]): PlannedResource[] =>
    resources.flatMap((resource) => {
      if (!resource.custom || resource.name !== name || !resource.type.endsWith(`:${type}`))
        return [resource];
      found += 1;
      if (input === undefined) return [];
      return [{ ...resource, inputs: placed(resource.inputs, input.split("."), value) as Properties }];
    });
  const { resources, implied = [] } = plan;
  const head = { ...plan, resources: edited(resources), implied: edited(implied) };
  if (found !== 1) throw new Error(`${found} ${type} of the name ${name}`);
  return head;
}

/** A copy with the value at a place, in lists as well. */
function placed(at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = placed((at as Record<string, unknown> | undefined)?.[key], rest, value);
  if (Array.isArray(at)) return Object.assign([...at], { [key]: inner });
  return { ...(at as Record<string, unknown> | undefined), [key]: inner };
}

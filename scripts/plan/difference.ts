import { isDeepStrictEqual } from "node:util";
import { withIgnored } from "./ignore-changes.ts";
import type { Plan } from "./plan.ts";
import type { PlannedResource } from "./resource.ts";

/** One resource that differs between two plans. */
export interface ResourceChange {
  readonly urn: string;
  readonly kind: "create" | "update" | "delete";
  /** Inputs and options that differ; empty unless `update`. */
  readonly fields: readonly string[];
}

/** The steps from one plan to the other, in the order of URNs. */
export function difference(from: Pick<Plan, "resources">, to: Pick<Plan, "resources">): ResourceChange[] {
  const before = byUrn(from);
  const after = byUrn(to);
  const urns = [...new Set([...before.keys(), ...after.keys()])].sort();
  return urns.flatMap((urn): ResourceChange[] => {
    const old = before.get(urn);
    const young = after.get(urn);
    if (old === undefined) return [{ urn, kind: "create", fields: [] }];
    if (young === undefined) return [{ urn, kind: "delete", fields: [] }];
    const fields = changedFields(old, young);
    return fields.length === 0 ? [] : [{ urn, kind: "update", fields }];
  });
}

function byUrn(plan: Pick<Plan, "resources">): Map<string, PlannedResource> {
  return new Map(plan.resources.map((resource) => [resource.urn, resource]));
}

function changedFields(old: PlannedResource, asked: PlannedResource): string[] {
  const young = { ...asked, inputs: withIgnored(asked.inputs, old.inputs, asked.ignoreChanges) };
  const inputs = [...new Set([...Object.keys(old.inputs), ...Object.keys(young.inputs)])];
  const options = ["protect", "ignoreChanges", "timeouts", "parent", "provider"] as const;
  return [
    ...inputs.filter((input) => !young.ignoreChanges.includes(input) && !sameInput(input, old, young)),
    ...options.filter((option) => !isDeepStrictEqual(old[option], young[option])),
  ];
}

/** Values that only AWS knows look the same; their origins distinguish them. */
function sameInput(input: string, old: PlannedResource, young: PlannedResource): boolean {
  const behind = ({ propertyDependencies }: PlannedResource) =>
    [...(propertyDependencies[input] ?? [])].sort();
  return (
    isDeepStrictEqual(old.inputs[input], young.inputs[input]) && isDeepStrictEqual(behind(old), behind(young))
  );
}

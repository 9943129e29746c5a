import type { StackResource } from "../../policies/framework/rule.ts";
import type { Value } from "../../policies/framework/value.ts";

/** A resource as stack rules see it. @param behind what stands behind each of its properties */
export function stackResource(
  type: string,
  props: Value,
  behind: Readonly<Record<string, readonly StackResource[]>> = {},
  name = "any",
): StackResource {
  return {
    type,
    name,
    props,
    outputs: props,
    urn: `urn:pulumi:dev::gantry::${type}::${name}`,
    options: { protect: false },
    behind: (property) => behind[property] ?? [],
  };
}

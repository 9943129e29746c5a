import type { StackResource } from "../../framework/rule.ts";

/** The one resource of a type behind a property; undefined where there are several, of which any may be meant. */
export function onlyBehind(
  resource: StackResource,
  property: string,
  types: readonly string[],
): StackResource | undefined {
  const [only, ...others] = resource.behind(property).filter(({ type }) => types.includes(type));
  return others.length === 0 ? only : undefined;
}

import { type PlannedResource, typeOf, urnName, urnOf } from "../plan/resource.ts";

/**
 * The URNs under which a state may know a resource: its aliases, and those that it has from its parent's.
 * @param used the alias by which each parent was found, where it was one
 * [pulumi/pulumi pkg/resource/deploy/step_generator.go generateAliases, inheritedChildAlias]
 */
export function formerUrns(resource: PlannedResource, used: ReadonlyMap<string, string>): string[] {
  const { aliases = [], parent = "" } = resource;
  const parentAlias = used.get(parent);
  if (parentAlias === undefined) return [...aliases];
  const inherited = (type: string, name: string) => {
    const [, , stackAndProject = ""] = parentAlias.split(":");
    const [, project = ""] = parentAlias.split("::");
    const rest = name.startsWith(urnName(parent)) ? name.slice(urnName(parent).length) : undefined;
    return urnOf({
      stack: stackAndProject,
      project,
      parent: parentAlias,
      type,
      name: rest === undefined ? name : urnName(parentAlias) + rest,
    });
  };
  return [
    ...aliases,
    inherited(resource.type, resource.name),
    ...aliases.map((alias) => inherited(typeOf(alias), urnName(alias))),
  ];
}

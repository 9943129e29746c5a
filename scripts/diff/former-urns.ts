import { nameOf, type PlannedResource, urnOf } from "../plan/resource.ts";

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
    const rest = name.startsWith(nameOf(parent)) ? name.slice(nameOf(parent).length) : undefined;
    return urnOf({
      stack: stackAndProject,
      project,
      parent: parentAlias,
      type,
      name: rest === undefined ? name : nameOf(parentAlias) + rest,
    });
  };
  return [
    ...aliases,
    inherited(resource.type, resource.name),
    ...aliases.map((alias) => inherited(typeOf(alias), nameOf(alias))),
  ];
}

/** The resource's own type, the last of the types in its URN. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

import { type PlannedResource, typeOf } from "../resource.ts";
import { outermost } from "./components.ts";

/** A component of the environment, as the architecture shows it. */
export interface ArchitectureNode {
  readonly urn: string;
  readonly name: string;
  /** The last part of its type, such as `GpuPool`. */
  readonly kind: string;
  /** Resources in it that a provider makes. */
  readonly resources: number;
  /** URNs of the components that it depends on, without those that another of them depends on already. */
  readonly needs: readonly string[];
}

/**
 * The components of an environment in layers, from the planned dependencies of their resources: each stands in the
 * first layer after everything that it depends on. Components that depend on each other share no order.
 */
export function architecture(resources: readonly PlannedResource[]): ArchitectureNode[][] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const componentOf = new Map(resources.map((resource) => [resource.urn, outermost(resource, byUrn)]));
  const counts = new Map<PlannedResource, number>();
  const direct = new Map<string, Set<string>>();
  for (const resource of resources) {
    const component = componentOf.get(resource.urn);
    // The environment itself holds all the others.
    if (component === undefined || isEnvironment(component)) continue;
    const needs = direct.get(component.urn) ?? new Set<string>();
    direct.set(component.urn, needs);
    counts.set(component, (counts.get(component) ?? 0) + (resource.custom || resource.remote ? 1 : 0));
    for (const urn of [resource.dependencies, ...Object.values(resource.propertyDependencies)].flat()) {
      const needed = componentOf.get(urn);
      if (needed !== undefined && needed !== component && !isEnvironment(needed)) needs.add(needed.urn);
    }
  }
  const reach = transitive(direct);
  const nodes = [...counts].map(([{ urn, name }, count]) => ({
    urn,
    name,
    kind: typeOf(urn).split(":").at(-1) ?? "",
    resources: count,
    needs: [...(direct.get(urn) ?? [])].filter(
      (needed) => ![...(direct.get(urn) ?? [])].some((other) => other !== needed && reach(other).has(needed)),
    ),
  }));
  const layers = Map.groupBy(nodes, ({ urn }) => depth(urn, direct));
  return [...layers].sort(([a], [b]) => a - b).map(([, layer]) => layer);
}

function isEnvironment({ urn }: PlannedResource): boolean {
  return typeOf(urn) === "gantry:index:Gantry";
}

/** What can be reached from a component, itself left out unless it is in a cycle. */
function transitive(direct: ReadonlyMap<string, ReadonlySet<string>>) {
  const known = new Map<string, ReadonlySet<string>>();
  return (from: string): ReadonlySet<string> => {
    const before = known.get(from);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const next of direct.get(at) ?? []) {
        if (found.has(next)) continue;
        found.add(next);
        open.push(next);
      }
    known.set(from, found);
    return found;
  };
}

/** Steps of the longest way to a component that depends on nothing. A cycle counts once. */
function depth(
  urn: string,
  direct: ReadonlyMap<string, ReadonlySet<string>>,
  above: readonly string[] = [],
  known = new Map<string, number>(),
): number {
  const before = known.get(urn);
  if (before !== undefined) return before;
  const next = [...(direct.get(urn) ?? [])].filter((needed) => needed !== urn && !above.includes(needed));
  const steps = next.map((needed) => 1 + depth(needed, direct, [...above, urn], known));
  const deepest = Math.max(0, ...steps);
  known.set(urn, deepest);
  return deepest;
}

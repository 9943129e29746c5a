import { type PlannedResource, stackType } from "../resource.ts";

/** The resources under one component of the environment, counted by type. */
export interface ComponentReport {
  /** Such as `network`; the environment itself for what hangs on it directly. */
  readonly component: string;
  readonly type: string;
  readonly count: number;
  /** Resources by type, such as `aws:ec2/subnet:Subnet`, most first; components in between aren't counted. */
  readonly types: Readonly<Record<string, number>>;
}

/** The plan's resources, by the components directly under the environment's own. */
export function componentReports(resources: readonly PlannedResource[]): ComponentReport[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const counts = new Map<PlannedResource, Map<string, number>>();
  for (const resource of resources) {
    const component = outermost(resource, byUrn);
    if (component === undefined) continue;
    const types = counts.get(component) ?? new Map<string, number>();
    counts.set(component, types);
    if (resource.custom || resource.remote) types.set(resource.type, (types.get(resource.type) ?? 0) + 1);
  }
  return [...counts].map(([component, types]) => ({
    component: component.name,
    type: component.type,
    count: [...types.values()].reduce((sum, count) => sum + count, 0),
    types: Object.fromEntries([...types].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))),
  }));
}

/** The ancestor two steps below the stack: the stack holds one environment, the environment its components. */
export function outermost(
  resource: PlannedResource,
  byUrn: ReadonlyMap<string, PlannedResource>,
): PlannedResource | undefined {
  const path: PlannedResource[] = [];
  for (let at: PlannedResource | undefined = resource; at !== undefined; at = byUrn.get(at.parent ?? ""))
    path.push(at);
  const [stack, environment, component] = path.reverse();
  if (stack?.type !== stackType) return undefined;
  return component?.custom === false ? component : environment;
}

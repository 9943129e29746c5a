import type { StackResource } from "../../framework/rule.ts";
import {
  at,
  elements,
  isFields,
  isList,
  orUnknown,
  type Unknown,
  unknown,
  type Value,
} from "../../framework/value.ts";
import { isOf, listenerRules, listeners, loadBalancersOf, targetGroups } from "./load-balancer.ts";
import { isApplication } from "./purpose.ts";

/** Resource types that a rule needs to follow a load balancer to its target groups. */
export const readsToTargetGroups: readonly string[] = [...listeners, ...listenerRules, ...targetGroups];

/** A listener or a listener's rule that forwards requests. */
export interface Forward {
  readonly resource: StackResource;
  /** The property that says where to, which ends the ids of findings. */
  readonly property: "defaultActions" | "actions";
  /** The stack's target groups that it names and that may serve models, those without weight among them. */
  readonly groups: readonly StackResource[];
  /** Those declared to serve no model; `declared-purpose-holds` checks that. */
  readonly applications: readonly StackResource[];
  /** Whether all that it names are groups of the stack, as far as that can be read. */
  readonly complete: boolean;
  /** Whether a group may receive requests: a weight counts only where its ARN is known. */
  receives(group: StackResource): boolean;
}

interface Destination {
  readonly arn: Value;
  readonly weight: Value;
}

/** Whether an action forwards, or may do so. */
export function isForward(action: Value): boolean {
  if (!isFields(action)) return true;
  const type = at(action, "type");
  return (
    type === "forward" ||
    typeof type !== "string" ||
    isSet(at(action, "forward")) ||
    isSet(at(action, "targetGroupArn"))
  );
}

/** The provider writes an empty string for an unset value. */
export function isSet(value: Value): boolean {
  return value !== undefined && value !== "";
}

/** All listeners and rules of a stack that forward. */
export function forwards(resources: readonly StackResource[]): readonly Forward[] {
  return resources.filter(isOf([...listeners, ...listenerRules])).flatMap((resource) => {
    const property = isOf(listeners)(resource) ? "defaultActions" : "actions";
    const actions = orUnknown(elements(at(resource.props, property))).filter(isForward);
    return actions.length === 0 ? [] : [forward(resource, property, actions)];
  });
}

/**
 * Joins destinations with groups by dependency. ARNs can only tell which of these is which: those that are known on
 * both sides meet, and what is left over on one side belongs to what is left over on the other.
 */
function forward(resource: StackResource, property: Forward["property"], actions: readonly Value[]): Forward {
  const all = resource.behind(property).filter(isOf(targetGroups));
  const named = actions.map(destinations);
  const readable = named.filter((list) => list !== unknown).flat();
  const byArn = new Map(all.map((group) => [at(group.outputs, "arn"), group]));
  const known = readable.filter(({ arn }) => typeof arn === "string");
  const open = readable.filter(({ arn }) => typeof arn !== "string");
  const met = new Set(known.flatMap(({ arn }) => byArn.get(arn) ?? []));
  const allRead = !named.includes(unknown);
  return {
    resource,
    property,
    groups: all.filter((group) => !isApplication(group)),
    applications: all.filter(isApplication),
    // A provider may hide the whole list behind one unknown ARN; what hangs on it is known all the same.
    complete:
      all.length > 0 &&
      known.every(({ arn }) => byArn.has(arn)) &&
      (!allRead || open.length <= all.length - met.size),
    receives: (group) => {
      const own = met.has(group) ? known.filter(({ arn }) => arn === at(group.outputs, "arn")) : open;
      return !allRead || own.some(({ weight }) => weight !== 0);
    },
  };
}

function destinations(action: Value): readonly Destination[] | Unknown {
  if (!isFields(action)) return unknown;
  const arn = at(action, "targetGroupArn");
  const single: readonly Destination[] = isSet(arn) ? [{ arn, weight: 100 }] : [];
  const block = at(action, "forward");
  if (!isSet(block)) return single;
  const list = at(block, "targetGroups");
  if (!isList(list)) return unknown;
  // The provider may write a single group both ways.
  const weighted = list.map((one): Destination => ({ arn: at(one, "arn"), weight: at(one, "weight") }));
  return weighted.length === 1 ? weighted : [...single, ...weighted];
}

/** The destinations of requests for one host: the forwards of a listener that match the host. */
export interface HostRoute {
  /** Absent where no host is required, or none that can be read. */
  readonly host?: string;
  readonly forwards: readonly Forward[];
  /** Each once. */
  readonly groups: readonly StackResource[];
}

/** The forwards of a stack by listener and host. One that names no host, or none that can be read, takes any of them. */
export function routes(all: readonly Forward[]): readonly HostRoute[] {
  const pairs = all.flatMap((one) => listenersOf(one.resource).map((listener) => ({ listener, one })));
  return [...Map.groupBy(pairs, ({ listener }) => listener).values()].flatMap((found) =>
    byHost(found.map(({ one }) => one)),
  );
}

function byHost(all: readonly Forward[]): HostRoute[] {
  const hosts = new Map(all.map((one) => [one, hostsOf(one.resource)]));
  const anywhere = all.filter((one) => hosts.get(one) === undefined);
  const pairs = all.flatMap((one) => (hosts.get(one) ?? []).map((host) => ({ host, one })));
  const named = Map.groupBy(pairs, ({ host }) => host);
  const route = (own: readonly Forward[]) => {
    const together = [...own, ...anywhere];
    return { forwards: together, groups: [...new Set(together.flatMap(({ groups }) => groups))] };
  };
  if (named.size === 0) return [route([])];
  return [...named].map(([host, found]) => ({ host, ...route(found.map(({ one }) => one)) }));
}

/** The listener itself, or those that a rule may belong to; undefined for one outside the stack. */
function listenersOf(resource: StackResource): readonly (StackResource | undefined)[] {
  if (isOf(listeners)(resource)) return [resource];
  const found = resource.behind("listenerArn").filter(isOf(listeners));
  return found.length > 0 ? found : [undefined];
}

/** The load balancers in front of a forward; none where one is outside the stack. */
export function loadBalancersBefore({ resource }: Forward): readonly StackResource[] {
  return listenersOf(resource).flatMap((listener) =>
    listener === undefined ? [] : loadBalancersOf(listener),
  );
}

/** The load balancers that say that they serve no model, or whose target groups all do; none that may lead to others. */
export function applicationBalancers(
  all: readonly Forward[],
  balancers: readonly StackResource[],
): ReadonlySet<StackResource> {
  const before = Map.groupBy(
    all.flatMap((one) => loadBalancersBefore(one).map((balancer) => ({ balancer, one }))),
    ({ balancer }) => balancer,
  );
  return new Set(
    balancers.filter((balancer) => {
      const own = before.get(balancer) ?? [];
      const declared = isApplication(balancer) || own.length > 0;
      return declared && own.every(({ one }) => one.complete && one.groups.length === 0);
    }),
  );
}

/** Hosts that a rule requires; undefined where it requires none or where they can't be read. */
function hostsOf({ props }: StackResource): readonly string[] | undefined {
  const conditions = orUnknown(elements(at(props, "conditions")));
  const headers = conditions.map((condition) => at(condition, "hostHeader")).filter(isSet);
  const values = headers.flatMap((header) => orUnknown(elements(at(header, "values"))));
  const hosts = values.flatMap((host) => (typeof host === "string" ? [host.toLowerCase()] : []));
  return hosts.length === 0 || hosts.length < values.length ? undefined : hosts;
}

import type { StackResource } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { forwards, type HostRoute, routes } from "../aws/forward.ts";
import { type Container, containersOf } from "../kubernetes/containers.ts";
import type { Pods } from "../kubernetes/kubernetes.ts";
import { Objects } from "../kubernetes/objects.ts";
import { engineKind, type engineSettings } from "./engine.ts";

/** A target group whose requests engines answer, or may answer. */
export interface Slot {
  readonly group: StackResource;
  /** None where nothing of the stack can be found behind it. */
  readonly pods: readonly SlotPods[];
  /** Other groups that requests for the same name may reach; not all of them are known where one is outside the stack. */
  readonly others: readonly StackResource[];
  readonly alone: boolean;
  /** A host that leads to it alone; absent where there is none. */
  readonly ownHost?: string;
  /** Whether requests for a name that it shares, or for its only name, may reach it. */
  readonly receives: boolean;
}

/** Pods of a slot with the engines in them. */
export interface SlotPods extends Pods {
  readonly engines: readonly Container[];
}

/** The slots of a stack, each once. A slot's own host, as opposed to one that it shares, is for tests and doesn't count as traffic. */
export function slots(
  resources: readonly StackResource[],
  config: ConfigOf<typeof engineSettings>,
): readonly Slot[] {
  const objects = new Objects(resources);
  const all = routes(forwards(resources));
  const behind = new Map<StackResource, readonly SlotPods[]>();
  for (const group of new Set(all.flatMap(({ groups }) => groups))) {
    const found = objects.podsBehind(group);
    const pods = found
      .map((one) => ({ ...one, engines: enginesOf(one, config) }))
      .filter(({ engines }) => engines.length > 0);
    if (found.length === 0 || pods.length > 0) behind.set(group, pods);
  }
  const byGroup = new Map<StackResource, HostRoute[]>();
  for (const route of all)
    for (const group of route.groups) byGroup.set(group, [...(byGroup.get(group) ?? []), route]);
  return [...behind].map(([group, pods]) => slot(group, pods, byGroup.get(group) ?? [], behind));
}

function slot(
  group: StackResource,
  pods: readonly SlotPods[],
  own: readonly HostRoute[],
  all: ReadonlyMap<StackResource, unknown>,
): Slot {
  const others = (route: HostRoute) => route.groups.filter((other) => other !== group && all.has(other));
  const forwardsOf = (routes: readonly HostRoute[]) =>
    routes.flatMap(({ forwards }) => forwards).filter(({ groups }) => groups.includes(group));
  const shared = own.filter(
    (route) => others(route).length > 0 || forwardsOf([route]).some(({ complete }) => !complete),
  );
  const ownHost = own.find(({ groups, host }) => host !== undefined && groups.length === 1)?.host;
  return {
    group,
    pods,
    ...(ownHost !== undefined && { ownHost }),
    others: [...new Set(shared.flatMap(others))],
    alone: shared.length === 0,
    receives: forwardsOf(shared.length > 0 ? shared : own).some((forward) => forward.receives(group)),
  };
}

/** What is an engine or may be one. */
function enginesOf(pods: Pods, config: ConfigOf<typeof engineSettings>): readonly Container[] {
  return containersOf(pods).filter((container) => engineKind(container, config) !== undefined);
}

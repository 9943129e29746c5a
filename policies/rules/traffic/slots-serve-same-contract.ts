import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { forwards, type HostRoute, readsToTargetGroups, routes } from "../../read/aws/forward.ts";
import { type Contract, contract } from "../../read/engine/contract.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { Objects, type Pods, readsToPods } from "../../read/kubernetes/kubernetes.ts";

const allowed =
  "the same served names and the same longest context in every slot, in arguments known at preview, or a context that both workloads accept by their annotation gantry.dev/accepts: contextLength";

export const slotsServeSameContract: StackRule<typeof engineSettings> = {
  name: "slots-serve-same-contract",
  title: "All slots of a model answer to the same names and take the same context.",
  why: "After a switch to a slot that misses a name or takes a shorter context, requests that worked a moment ago get 404 or 400.",
  fix: "Give both slots the same --served-model-name and --max-model-len; or state under traffic.accepts that they may differ in context.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't compare workloads" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods],
  example: {
    good: "blue: --served-model-name=chat --max-model-len=16384, green: the same",
    bad: "blue: --max-model-len=16384, green: --max-model-len=8192",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const engines = new Map(objects.allPods.map((pods) => [pods, enginesOf(pods, config)]));
    const found = new Map<string, StackFinding>();
    for (const route of routes(forwards(resources)))
      for (const finding of routeProblems(route, objects, engines))
        found.set(`${finding.resource?.urn}#${finding.path}`, finding);
    yield* found.values();
  },
};

interface Engine {
  readonly workload: StackResource;
  readonly container: Container;
  readonly contract: Contract | { readonly readable: false; readonly reason: string };
}

function enginesOf(pods: Pods, config: ConfigOf<typeof engineSettings>): readonly Engine[] {
  return containersOf(pods).flatMap((container) => {
    const kind = engineKind(container, config);
    if (kind === undefined) return [];
    const promised =
      kind === unknown || kind === "other"
        ? ({ readable: false, reason: "it can't be told which engine this is" } as const)
        : contract(container, kind);
    return [{ workload: pods.workload, container, contract: promised }];
  });
}

/** What differs among the engines that requests for one name may reach; the first that can be read is the measure. */
function* routeProblems(
  { groups }: HostRoute,
  objects: Objects,
  engines: ReadonlyMap<Pods, readonly Engine[]>,
): Iterable<StackFinding> {
  const slots = groups.map((group) => {
    const pods = objects.podsBehind(group);
    return { group, pods, engines: pods.flatMap((one) => engines.get(one) ?? []) };
  });
  const all = slots.flatMap((slot) => slot.engines);
  for (const slot of slots)
    if (slot.engines.length === 0 && slots.length > 1 && (all.length > 0 || slot.pods.length === 0))
      yield {
        resource: slot.group,
        path: "engine",
        problem: "shares requests with other target groups, and no engine of this stack stands behind it",
        allowed,
      };
  if (all.length < 2) return;
  const measure = all.find(({ contract }) => contract.readable);
  for (const { workload, container, contract } of all) {
    const problem = contract.readable
      ? difference({ workload, container, contract }, measure)
      : `what it promises can't be read: ${contract.reason}`;
    if (problem !== undefined)
      yield { resource: workload, path: `${container.path}.args`, where: container.where, problem, allowed };
  }
}

function difference({ workload, contract: own }: Engine, measure: Engine | undefined): string | undefined {
  if (!own.readable || !measure?.contract.readable) return undefined;
  const { names, context } = measure.contract;
  const accepted = [workload, measure.workload].every(acceptsContext);
  const differs = [
    own.names !== undefined &&
      names !== undefined &&
      own.names.join("\n") !== names.join("\n") &&
      "answers to other names",
    own.context !== context && !accepted && "takes another longest context",
  ].filter((text) => text !== false);
  return differs.length === 0 ? undefined : `${differs.join(" and ")} than ${measure.workload.name}`;
}

/** Whether somebody has stated that this slot may take more or less than the other one. */
function acceptsContext({ props }: StackResource): boolean {
  const accepts = at(props, "metadata", "annotations", "gantry.dev/accepts");
  return typeof accepts === "string" && accepts.split(",").includes("contextLength");
}

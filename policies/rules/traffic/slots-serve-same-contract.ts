import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { forwards, type HostRoute, readsToTargetGroups, routes } from "../../read/aws/forward.ts";
import { type Contract, contract } from "../../read/engine/contract.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { type Pods, readsToPods } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const allowed =
  "the same served names and the same context length in every slot, in arguments known at preview, or a context that both workloads accept by their annotation gantry.dev/accepts: contextLength";

export const slotsServeSameContract: StackRule<typeof engineSettings> = {
  name: "slots-serve-same-contract",
  title: "All slots of a model have the same served names and context length.",
  why: "After a switch to a slot that lacks a name or has a shorter context, requests that worked before get 404 or 400.",
  fix: "Give both slots the same --served-model-name and --max-model-len; or set traffic.accepts to let their context lengths differ.",
  severity: "high",
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
    const readContract =
      kind === unknown || kind === "other"
        ? ({ readable: false, reason: "which engine this is isn't known" } as const)
        : contract(container, kind);
    return [{ workload: pods.workload, container, contract: readContract }];
  });
}

/** What differs among the engines that requests for one name may reach, compared with the first that can be read. */
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
        problem: "shares requests with other target groups, and has no engine of this stack behind it",
        allowed,
      };
  if (all.length < 2) return;
  const reference = all.find(({ contract }) => contract.readable);
  for (const { workload, container, contract } of all) {
    const problem = contract.readable
      ? difference({ workload, container, contract }, reference)
      : `its served names and context length can't be read: ${contract.reason}`;
    if (problem !== undefined)
      yield { resource: workload, path: `${container.path}.args`, where: container.where, problem, allowed };
  }
}

function difference({ workload, contract: own }: Engine, reference: Engine | undefined): string | undefined {
  if (!own.readable || !reference?.contract.readable) return undefined;
  const { names, context } = reference.contract;
  const accepted = [workload, reference.workload].every(acceptsContext);
  const differs = [
    own.names !== undefined &&
      names !== undefined &&
      own.names.join("\n") !== names.join("\n") &&
      "has other served names",
    own.context !== context && !accepted && "has another context length",
  ].filter((text) => text !== false);
  return differs.length === 0 ? undefined : `${differs.join(" and ")} than ${reference.workload.name}`;
}

/** Whether the slot is annotated to accept a context length that differs from the other slot's. */
function acceptsContext({ props }: StackResource): boolean {
  const accepts = at(props, "metadata", "annotations", "gantry.dev/accepts");
  return typeof accepts === "string" && accepts.split(",").includes("contextLength");
}

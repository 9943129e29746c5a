import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf, RuleSettings } from "../../framework/settings.ts";
import { unknown, type Value } from "../../framework/value.ts";
import { forwards, readsToTargetGroups } from "../../read/aws/forward.ts";
import { unlessApplication } from "../../read/aws/purpose.ts";
import { drainSeconds, preStopSeconds } from "../../read/engine/drain.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { idleSettings, isIdle } from "../../read/engine/idle-models.ts";
import { nodePool } from "../../read/kubernetes/cluster.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { gpuPools, landings } from "../../read/kubernetes/gpu-selection.ts";
import { type Pods, readsToPods, scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const settings = { ...engineSettings, ...idleSettings } as const satisfies RuleSettings;
type Config = ConfigOf<typeof settings>;

/** Seconds from the interruption notice to the interruption. [EC2 user guide, Spot Instance interruptions] */
const warningSeconds = 120;

export const spotUseSafe: StackRule<typeof settings> = {
  name: "spot-use-safe",
  title: "Engines on spot stop within the interruption notice, and no slot runs on spot alone.",
  why: "AWS interrupts spot instances of one type together, two minutes after the notice: longer answers are cut, and a slot on spot alone loses all replicas.",
  fix: "Use on-demand or reserved capacity for pools of slots, or give each slot a replica that is scheduled only there; keep preStop and --shutdown-timeout below 120 s on spot.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't follow pods to their nodes" },
  resourceTypes: [...readsToTargetGroups, ...readsToPods, ...scalers, nodePool],
  example: {
    good: "requirements: [{ key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }]",
    bad: "a pool without capacity type, which may be spot, for the only Deployment of a slot",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const pools = gpuPools(resources);
    const capacity = new Map(objects.allPods.map((pods) => [pods, capacityOf(pods.spec, pools)]));
    for (const pods of objects.allPods)
      if (capacity.get(pods) === "maybe spot") yield* lateStops(pods, config);

    const buysSpot = capacityOf(undefined, pools) === "maybe spot";
    for (const resource of new Set(forwards(resources).flatMap(({ groups }) => groups))) {
      const found = objects.podsBehind(resource).map((pods) => ({ pods, capacity: capacity.get(pods) }));
      const problem =
        found.length > 0
          ? onlySpot(found, objects, config)
          : buysSpot && "which pods are behind it, and whether they run on spot, isn't known at preview";
      if (problem)
        yield {
          resource,
          path: "capacity",
          problem,
          allowed: `at least one replica, known at preview, on a pool of only on-demand or reserved capacity; ${unlessApplication}`,
        };
    }
  },
};

type Capacity = "maybe spot" | "kept" | "nowhere";

function capacityOf(spec: Value, pools: readonly StackResource[]): Capacity {
  const found = landings(spec, pools);
  if (found.length === 0) return "nowhere";
  return found.some(({ capacity }) => capacity.includes("spot")) ? "maybe spot" : "kept";
}

function* lateStops(pods: Pods, config: Config): Generator<StackFinding> {
  for (const container of containersOf(pods)) {
    const seconds = stopSeconds(container, config);
    if (seconds === undefined || (seconds !== unknown && seconds < warningSeconds)) continue;
    yield {
      resource: pods.workload,
      path: `${container.path}.lifecycle.preStop`,
      where: container.where,
      problem: `it may run on spot, and takes ${seconds === unknown ? "an unknown number of seconds" : `${seconds} s`} to stop`,
      allowed: `a sleep in preStop and --shutdown-timeout of less than ${warningSeconds} s together, known at preview`,
    };
  }
}

/** Seconds that an engine takes to stop; undefined for other containers. */
function stopSeconds(container: Container, config: Config) {
  const kind = engineKind(container, config);
  if (kind === undefined || kind === unknown) return kind;
  const wait = preStopSeconds(container) ?? 0;
  const drain = drainSeconds(container, kind);
  return wait === unknown || drain === unknown ? unknown : wait + drain;
}

/** Why a target group may lose all replicas when AWS interrupts its spot instances. */
function onlySpot(
  found: readonly { readonly pods: Pods; readonly capacity: Capacity | undefined }[],
  objects: Objects,
  config: Config,
): string | undefined {
  const engines = found.filter(({ pods }) => mayRunEngine(pods, config));
  if (!engines.some(({ capacity }) => capacity === "maybe spot")) return undefined;
  if (engines.every(({ pods }) => isIdle(pods, config))) return undefined;
  const kept = engines.filter(({ capacity }) => capacity === "kept");
  const minReplicaCounts = kept.map(({ pods }) => objects.minReplicas(pods.workload));
  return minReplicaCounts.some((minReplicas) => minReplicas !== unknown && minReplicas >= 1)
    ? undefined
    : "all its replicas may run on spot and be interrupted together";
}

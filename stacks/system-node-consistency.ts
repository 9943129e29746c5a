import { type InstanceType, instanceType, instanceTypeNames } from "../components/capacity/instances.ts";
import { podCount, requested, type SystemDemand, shortage } from "../components/cluster/system-capacity.ts";
import {
  addOnPods,
  controllerPods,
  groupControllerPods,
  type SystemPods,
  systemNodePods,
} from "../components/cluster/system-pods.ts";
import { gatewayPriority, gatewaySizes } from "../components/gateway/sizes.ts";
import { monitoringPods } from "../components/monitoring/monitoring-pods.ts";
import type { Release } from "../components/serving/release.ts";
import { stagedWeights, stagingPod } from "../components/serving/staging-job.ts";
import { own } from "../components/shared/own.ts";
import type { Problem } from "../components/shared/problems.ts";
import { monitoredCounts } from "./monitored-counts.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";
import { spansNodes } from "./spans-nodes.ts";

/** Further nodes that are tried before a larger type is the only way. */
const mostFurtherNodes = 20;

type SystemSettings = Pick<Settings, "cluster" | "gateway" | "models" | "network" | "pools">;

/**
 * Everything that runs on the system nodes finds room on those that always run: also when the first update stages all
 * weights, when a chart's update starts a pod before it stops one, and when a node is lost.
 * Of the gateway's pods that is as many as its autoscaler may create: system nodes aren't added.
 */
export function systemNodeProblems(
  settings: SystemSettings,
  releases: Readonly<Record<string, Release>>,
): Problem[] {
  const { instanceType: name, min } = settings.cluster.systemNodes;
  const type = instanceType(name);
  if (type === undefined) return [];
  const pods = systemDemands(settings, releases);
  const zones = zonesOf(settings.network);
  const found = shortage(pods, { nodes: min, zones, ...perNode(type) });
  if (found === undefined) return [];

  const works = (of: InstanceType, nodes: number) =>
    shortage(pods, { nodes, zones, ...perNode(of) }) === undefined;
  const further = Array.from({ length: mostFurtherNodes }, (_, index) => min + 1 + index);
  const enough = further.find((nodes) => works(type, nodes));
  const larger = sameFamily(type).find((other) => works(other, min));
  const ways = [
    ...(enough === undefined ? [] : [`min: ${enough}`]),
    ...(larger === undefined ? [] : [`instanceType: ${larger.name}`]),
  ];
  const { when, pod } = found;
  const node = perNode(type);
  const message = `${when} ${pod.name} (${size(pod)}${pod.apart ? ", no two on one node" : ""}) may find no node, by the order in which pods arrive: ${podCount(pods)} pods ask for ${size(requested(pods))}, and ${min} × ${name} have ${size(node)} and room for ${node.pods} pods each after the kubelet's reserve and the DaemonSets; ${ways.length === 0 ? "take a larger type and more nodes" : `what works next is ${ways.join(", or ")}`} (${terms(pods)})`;
  return [{ path: "cluster.systemNodes", value: { instanceType: name, min }, message }];
}

function systemDemands(
  settings: SystemSettings,
  releases: Readonly<Record<string, Release>>,
): SystemDemand[] {
  const named = (pods: Readonly<Record<string, SystemPods>>): SystemDemand[] =>
    Object.entries(pods).map(([name, pod]) => ({ name, ...pod }));
  const { prometheus, alertmanager, ...watching } = monitoringPods(monitoredCounts(settings));
  const { size, replicas } = settings.gateway;
  const { millicpus, memoryMiB } = gatewaySizes[size];
  const groups = spansNodes(settings, releases) ? { leaderWorkerSet: groupControllerPods } : {};
  const used = Object.values(settings.models).flatMap((model) =>
    slotsOf(model).flatMap(({ slot }) => own(releases, slot.release) ?? []),
  );
  const staged = new Set(used.flatMap(({ model }) => (model.source === "hub" ? [] : [stagedWeights(model)])));
  return [
    ...named({ ...addOnPods, ...controllerPods, ...groups, ...watching }),
    ...named({ prometheus, alertmanager }).map((pod) => ({ ...pod, zonal: true as const })),
    {
      name: "gateway",
      replicas: replicas.max,
      millicpus,
      memoryMiB,
      spread: true,
      priorityClassName: gatewayPriority,
    },
    ...(staged.size === 0
      ? []
      : [{ name: "stagingJob", ...stagingPod, replicas: staged.size, ends: true as const }]),
  ];
}

function perNode({ allocatableMillicpus, allocatableMiB, maxPods }: InstanceType) {
  const daemons = requested(
    Object.entries(systemNodePods).map(([name, pod]) => ({ name, replicas: 1, ...pod })),
  );
  return {
    millicpus: allocatableMillicpus - daemons.millicpus,
    memoryMiB: allocatableMiB - daemons.memoryMiB,
    pods: maxPods - Object.keys(systemNodePods).length,
  };
}

function zonesOf(network: Settings["network"]): number {
  if (network.existing) return network.existing.privateSubnetIds.length;
  const { zones } = network.create;
  return typeof zones === "number" ? zones : zones.length;
}

/** Larger types of the family, smallest first. */
function sameFamily({ name, vcpus }: InstanceType): InstanceType[] {
  const [family] = name.split(".");
  return instanceTypeNames()
    .filter((other) => other.split(".")[0] === family)
    .flatMap((other) => instanceType(other) ?? [])
    .filter((other) => other.vcpus > vcpus)
    .sort((a, b) => a.vcpus - b.vcpus);
}

function size({ millicpus, memoryMiB }: { readonly millicpus: number; readonly memoryMiB: number }): string {
  return `${millicpus}m CPU and ${memoryMiB} MiB`;
}

function terms(pods: readonly SystemDemand[]): string {
  return pods
    .map(({ name, replicas, millicpus, memoryMiB }) => `${name} ${replicas} × ${millicpus}m/${memoryMiB} MiB`)
    .join(", ");
}

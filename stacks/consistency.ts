import { instanceType } from "../components/capacity/instances.ts";
import { kubernetesVersions } from "../components/cluster/versions.ts";
import { prometheusMemory } from "../components/monitoring/prometheus-memory.ts";
import type { Release } from "../components/serving/release.ts";
import type { Problem } from "../components/shared/problems.ts";
import { clusterProblems } from "./cluster-consistency.ts";
import { edgeProblems } from "./edge-consistency.ts";
import { gatewayProblems } from "./gateway-consistency.ts";
import { gpuLimitProblems } from "./gpu-limit-consistency.ts";
import { unknownInstanceType } from "./instance-types.ts";
import { loadBalancerProblems } from "./load-balancer-consistency.ts";
import { minMaxProblems } from "./min-max.ts";
import { hostProblems, modelProblems } from "./model-consistency.ts";
import { monitoredCounts } from "./monitored-counts.ts";
import { networkProblems, repeated } from "./network-consistency.ts";
import { poolProblems } from "./pool-consistency.ts";
import type { Settings } from "./schema.ts";
import { systemNodeProblems } from "./system-node-consistency.ts";

/** Checks across fields: names that must exist, numbers that must be consistent. */
export function consistencyProblems(
  settings: Settings,
  region: string,
  releases: Readonly<Record<string, Release>>,
  releaseNames: readonly string[],
): Problem[] {
  const context = { settings, releases, releaseNames };
  return [
    ...networkProblems(settings.network, region),
    ...clusterProblems(settings.cluster, settings.account),
    ...versionProblems(settings.cluster.version),
    ...systemNodeRangeProblems(settings.cluster.systemNodes),
    ...systemNodeProblems(settings, releases),
    ...prometheusProblems(settings),
    ...Object.entries(settings.pools).flatMap(([name, pool]) => poolProblems(`pools.${name}`, pool)),
    ...Object.entries(settings.models).flatMap(([name, model]) =>
      modelProblems(`models.${name}`, model, context),
    ),
    ...gpuLimitProblems(settings, releases),
    ...hostProblems(settings.models),
    ...loadBalancerProblems(settings.models),
    ...gatewayProblems(settings, releases),
    ...edgeProblems(settings, region),
    ...addressProblems(settings.monitoring.notify),
  ];
}

function versionProblems(version: string): Problem[] {
  if (kubernetesVersions.includes(version)) return [];
  const message = `no add-ons and machine images are pinned for it; allowed: ${kubernetesVersions.join(", ")} (components/cluster/versions.ts)`;
  return [{ path: "cluster.version", value: version, message }];
}

function systemNodeRangeProblems({ instanceType: name, min, max }: Settings["cluster"]["systemNodes"]) {
  const path = "cluster.systemNodes";
  const unknown = instanceType(name) === undefined ? [unknownInstanceType(`${path}.instanceType`, name)] : [];
  return [...unknown, ...minMaxProblems(path, { min, max })];
}

/** Prometheus runs on one system node. */
function prometheusProblems(settings: Settings): Problem[] {
  const { instanceType: name } = settings.cluster.systemNodes;
  const type = instanceType(name);
  const { nodes, engines } = monitoredCounts(settings);
  const { limitMiB } = prometheusMemory({ nodes, engines });
  if (type === undefined || limitMiB <= type.allocatableMiB) return [];
  const message = `Prometheus may take ${limitMiB / 1024} GiB to watch ${nodes} nodes and ${engines} engines, and a node has ${(type.allocatableMiB / 1024).toFixed(1)} GiB for pods; take a larger type`;
  return [{ path: "cluster.systemNodes.instanceType", value: name, message }];
}

/** Two subscriptions of one address are one to SNS, whichever letters are capital. */
function addressProblems(notify: readonly string[]): Problem[] {
  return repeated(
    "monitoring.notify",
    notify.map((address) => address.toLowerCase()),
  );
}

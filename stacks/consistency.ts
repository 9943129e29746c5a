import { instanceType, instanceTypeNames } from "../components/capacity/instances.ts";
import { reservationIds } from "../components/cluster/reservation.ts";
import { kubernetesVersions } from "../components/cluster/versions.ts";
import { prometheusMemory } from "../components/monitoring/prometheus-memory.ts";
import { breaches, precedes } from "../components/serving/contract.ts";
import type { Release } from "../components/serving/release.ts";
import { colours, other } from "../components/serving/traffic.ts";
import { own } from "../components/shared/own.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";
import { clusterProblems } from "./cluster-consistency.ts";
import { edgeProblems } from "./edge-consistency.ts";
import { fitProblems } from "./fit-consistency.ts";
import { gatewayProblems } from "./gateway-consistency.ts";
import { gpuLimitProblems } from "./gpu-limit-consistency.ts";
import { loadBalancerProblems } from "./load-balancer-consistency.ts";
import { networkProblems, repeated } from "./network-consistency.ts";
import type { ModelSettings, PoolSettings, Settings, SlotSettings } from "./schema.ts";
import { systemNodeProblems } from "./system-node-consistency.ts";
import { watched } from "./watched.ts";

interface Context {
  readonly settings: Settings;
  readonly releases: Readonly<Record<string, Release>>;
  /** All release files, also those with problems of their own. */
  readonly releaseNames: readonly string[];
}

/** What can't be seen in one field alone: names that must exist, numbers that must fit together. */
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

function systemNodeRangeProblems({
  instanceType: name,
  min,
  max,
}: Settings["cluster"]["systemNodes"]): Problem[] {
  const path = "cluster.systemNodes";
  const type = instanceType(name);
  return [
    ...(type === undefined ? [unknownInstanceType(`${path}.instanceType`, name)] : []),
    ...rangeProblems(path, { min, max }),
  ];
}

/** Prometheus runs on one system node. */
function prometheusProblems(settings: Settings): Problem[] {
  const { instanceType: name } = settings.cluster.systemNodes;
  const type = instanceType(name);
  const { nodes, engines } = watched(settings);
  const { limitMiB } = prometheusMemory({ nodes, engines });
  if (type === undefined || limitMiB <= type.allocatableMiB) return [];
  const message = `Prometheus may take ${limitMiB / 1024} GiB to watch ${nodes} nodes and ${engines} engines, and a node has ${(type.allocatableMiB / 1024).toFixed(1)} GiB for pods; take a larger type`;
  return [{ path: "cluster.systemNodes.instanceType", value: name, message }];
}

function poolProblems(path: string, pool: PoolSettings): Problem[] {
  const types = pool.instanceTypes.map((name, index) => ({
    at: `${path}.instanceTypes.${index}`,
    name,
    type: instanceType(name),
  }));
  const problems = [
    ...repeated(`${path}.instanceTypes`, pool.instanceTypes),
    ...repeated(`${path}.capacity`, pool.capacity),
    ...repeated(`${path}.reservations`, reservationIds(pool.reservations ?? [])),
  ];
  for (const { at, name, type } of types) {
    if (type === undefined) problems.push(unknownInstanceType(at, name));
    else if (type.gpu === undefined)
      problems.push({ path: at, value: name, message: "has no GPU; a pool is of GPU nodes" });
  }
  const kinds = [...new Set(types.flatMap(({ type }) => (type?.gpu === undefined ? [] : [type.gpu.name])))];
  if (kinds.length > 1) {
    problems.push({
      path: `${path}.instanceTypes`,
      value: pool.instanceTypes,
      message: `a pool has one kind of GPU, these have ${kinds.join(" and ")}; make a pool of each`,
    });
  }
  const reserved = pool.capacity.includes("reserved");
  const reservations = pool.reservations ?? [];
  if (reserved && reservations.length === 0) {
    problems.push({
      path: `${path}.reservations`,
      value: pool.reservations,
      message: "capacity has reserved, so name the capacity reservations (cr-…), or take reserved out",
    });
  }
  if (!reserved && reservations.length > 0) {
    problems.push({
      path: `${path}.capacity`,
      value: pool.capacity,
      message: "add reserved, or the reservations are paid and not used",
    });
  }
  return problems;
}

function modelProblems(path: string, model: ModelSettings, context: Context): Problem[] {
  const { live, canaryPercent, shadowPercent = 0 } = model.traffic;
  const problems: Problem[] = [];
  if (model[live] === undefined) {
    const standby = model[other(live)] === undefined ? "" : ` or set live to ${other(live)}`;
    problems.push({
      path: `${path}.traffic.live`,
      value: live,
      message: `the ${live} slot isn't defined; add ${path}.${live}${standby}`,
    });
  }
  if (canaryPercent > 0 && model[other(live)] === undefined) {
    problems.push({
      path: `${path}.traffic.canaryPercent`,
      value: canaryPercent,
      message: `there is no standby to take the canary; add ${path}.${other(live)} or set it to 0`,
    });
  }
  if (shadowPercent > 0 && model[other(live)] === undefined) {
    problems.push({
      path: `${path}.traffic.shadowPercent`,
      value: shadowPercent,
      message: `there is no standby to take the copies; add ${path}.${other(live)} or set it to 0`,
    });
  }
  if (shadowPercent > 0 && canaryPercent > 0) {
    problems.push({
      path: `${path}.traffic`,
      value: { canaryPercent, shadowPercent },
      message: "copies during a canary would be counted with its answers; set one of the two to 0",
    });
  }
  const served = colours.flatMap(
    (colour) => own(context.releases, model[colour]?.release ?? "")?.servedName ?? [],
  );
  if (new Set(served).size > 1) {
    problems.push({
      path,
      value: served,
      message: "the two slots answer to different names (servedName), so a switch would break every client",
    });
  }
  problems.push(...contractProblems(path, model, context));
  if (model.idle === "scale-to-zero") {
    problems.push({
      path: `${path}.idle`,
      value: model.idle,
      message:
        "a slot without replicas wakes on requests that the gateway counts, and this version has no gateway, so it would never wake; take it out, and set replicas.min to 1 or more",
    });
  }
  for (const colour of colours) {
    const slot = model[colour];
    if (slot === undefined) continue;
    if (model.idle !== "scale-to-zero") problems.push(...idleProblems(`${path}.${colour}`, slot));
    problems.push(...slotProblems(`${path}.${colour}`, slot, context));
  }
  return problems;
}

/**
 * The live slot gives clients what the other one would. The way back to an earlier release of the same series is
 * never refused: it is what a rollback takes.
 */
function contractProblems(path: string, model: ModelSettings, { releases }: Context): Problem[] {
  const { live, accepts = [] } = model.traffic;
  const [named, others] = [model[live]?.release ?? "", model[other(live)]?.release ?? ""];
  const [release, standby] = [own(releases, named), own(releases, others)];
  if (release === undefined || standby === undefined || precedes(named, others)) return [];
  return breaches(release, standby)
    .filter(({ term }) => !accepts.includes(term))
    .map(({ term, message }) => ({
      path: `${path}.traffic.live`,
      value: live,
      message: `${named} ${message}; accept the difference with ${path}.traffic.accepts: [${term}], or set live to ${other(live)}`,
    }));
}

function idleProblems(path: string, { replicas: { min } }: SlotSettings): Problem[] {
  if (min > 0) return [];
  const message = "a slot keeps one replica at least, so that it answers and a rollback finds it";
  return [{ path: `${path}.replicas.min`, value: min, message }];
}

function slotProblems(
  path: string,
  slot: SlotSettings,
  { settings, releases, releaseNames }: Context,
): Problem[] {
  const problems = rangeProblems(`${path}.replicas`, slot.replicas);
  const pool = own(settings.pools, slot.pool);
  if (pool === undefined) {
    const message = `no such pool${suggestion(slot.pool, Object.keys(settings.pools))}`;
    problems.push({ path: `${path}.pool`, value: slot.pool, message });
  }
  if (!releaseNames.includes(slot.release)) {
    const message = `no file stacks/releases/${slot.release}.yaml${suggestion(slot.release, releaseNames)}`;
    problems.push({ path: `${path}.release`, value: slot.release, message });
  }
  const release = own(releases, slot.release);
  if (pool === undefined || release === undefined) return problems;
  const at = (message: string) => ({ path, value: { release: slot.release, pool: slot.pool }, message });
  return [...problems, ...fitProblems(release, pool, slot.replicas).map(at)];
}

/** A model's host and another's direct host must not be one. */
function hostProblems(models: Settings["models"]): Problem[] {
  return Object.keys(models).flatMap((name) => {
    const [, stem = "", colour] = /^(.+)-(blue|green)$/.exec(name) ?? [];
    if (!Object.hasOwn(models, stem)) return [];
    const message = `its host is the one that reaches the ${colour} slot of ${stem}; take a name that doesn't end in -${colour}`;
    return [{ path: `models.${name}`, value: name, message }];
  });
}

/** Two subscriptions of one address are one to SNS, whichever letters are capital. */
function addressProblems(notify: readonly string[]): Problem[] {
  return repeated(
    "monitoring.notify",
    notify.map((address) => address.toLowerCase()),
  );
}

function rangeProblems(path: string, { min, max }: { min: number; max: number }): Problem[] {
  if (min <= max) return [];
  return [{ path: `${path}.min`, value: min, message: `above max, which is ${max}` }];
}

function unknownInstanceType(path: string, name: string): Problem {
  const family = (type: string) => type.split(".")[0] ?? "";
  const alike = instanceTypeNames().filter((known) => family(known) === family(name));
  // A type of another family is another machine, however alike its name is.
  const way =
    alike.length > 0
      ? suggestion(name, alike)
      : `; families with types there: ${[...new Set(instanceTypeNames().map(family))].join(", ")}`;
  return { path, value: name, message: `not in the instance table${way}` };
}

import { type Change, goneModels, lostStandbys, stepName, stepType } from "./blast-radius.ts";
import { nodesOf } from "./nodes.ts";
import type { ComponentPlace } from "./place.ts";

/** What a revert of the change wouldn't undo within seconds; each with what it would take. */
export function irreversible(change: Change): string[] {
  const { steps, slots, settings, places } = change;
  const lost = steps.filter(
    ({ kind, old }) => (kind === "delete" || kind === "replace") && isData(old?.type),
  );
  const upgrade = settings.find(({ path }) => path === "cluster.version");
  const disk = settings.find(
    ({ path, before, after }) => path === "monitoring.storageGiB" && Number(after) > Number(before),
  );
  const nodes = new Set(steps.flatMap((step) => lostNodes(step, places.get(step))));
  return [
    ...lost.map(
      (step) => `${stepType(step)} ${stepName(step)} is deleted with its data: only a backup restores it`,
    ),
    ...steps
      .filter(({ kind, old }) => kind !== "update" && old?.type === "aws:ec2/eip:Eip")
      .map(
        (step) => `the address of ${stepName(step)} is released: allowlists that contain it need the new one`,
      ),
    ...(upgrade === undefined
      ? []
      : [
          `EKS can't downgrade from ${String(upgrade.after)} to ${String(upgrade.before)}: that takes a new cluster`,
        ]),
    ...goneModels(change).map((model) => `${model} is no longer served: a revert starts it again`),
    ...lostStandbys(change).map(
      (slot) => `${slot} is no longer a standby: it has to start again before a switch back`,
    ),
    ...changedLive(slots).map(
      (slot) => `${slot} serves traffic and changes in place: a revert replaces its pods again`,
    ),
    ...nodes,
    ...(disk === undefined
      ? []
      : [
          `Prometheus's disk grows to ${String(disk.after)} GiB and can't shrink: a smaller one starts empty`,
        ]),
  ];
}

function lostNodes(step: Change["steps"][number], place: ComponentPlace | undefined): string[] {
  const nodes = place && nodesOf(step, place);
  switch (nodes?.fate) {
    case "replaced":
      return [`${nodes.name}: a revert replaces the nodes again`];
    case "ended":
      return [`${nodes.name} is removed: a revert needs new nodes, if AWS has capacity`];
    default:
      return [];
  }
}

function isData(type = ""): boolean {
  return /:(Bucket|Cluster|Key|LogGroup|PersistentVolumeClaim|RandomPassword|ReplicationGroup|Secret|SecretVersion|StatefulSet|Vpc)$/.test(
    type,
  );
}

/** Slots with traffic before and after whose pods are replaced. */
function changedLive({ before, after }: Change["slots"]): string[] {
  return after
    .filter(({ model, colour, trafficPercent, releaseId, pool }) => {
      const old = before.find((slot) => slot.model === model && slot.colour === colour);
      const changed = old !== undefined && (old.releaseId !== releaseId || old.pool !== pool);
      return changed && trafficPercent > 0 && old.trafficPercent > 0;
    })
    .map(({ model, colour }) => `${model} ${colour}`);
}

import { type Change, goneModels, lostStandbys, stepName, stepType } from "./blast-radius.ts";
import { nodesOf } from "./nodes.ts";
import type { ComponentPlace } from "./place.ts";

/** Why the edit, reversed, wouldn't be one write that is back in seconds; each with what the way back takes. */
export function wayBack(change: Change): string[] {
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
      (step) => `${stepType(step)} ${stepName(step)} is lost with what it holds: only a backup leads back`,
    ),
    ...steps
      .filter(({ kind, old }) => kind !== "update" && old?.type === "aws:ec2/eip:Eip")
      .map(
        (step) => `the address of ${stepName(step)} is released: whoever allows it has to allow another one`,
      ),
    ...(upgrade === undefined
      ? []
      : [
          `EKS doesn't go back from ${String(upgrade.after)} to ${String(upgrade.before)}: another cluster does`,
        ]),
    ...goneModels(change).map((model) => `${model} is no longer served: the way back starts it again`),
    ...lostStandbys(change).map(
      (slot) => `${slot} is gone as a standby: to switch back to it, it has to start again`,
    ),
    ...changedLive(slots).map(
      (slot) => `${slot} answers callers and changes in place: the way back starts its pods once more`,
    ),
    ...nodes,
    ...(disk === undefined
      ? []
      : [
          `Prometheus's disk grows to ${String(disk.after)} GiB and can't shrink: a smaller one begins empty`,
        ]),
  ];
}

function lostNodes(step: Change["steps"][number], place: ComponentPlace | undefined): string[] {
  const nodes = place && nodesOf(step, place);
  switch (nodes?.fate) {
    case "replaced":
      return [`${nodes.name}: the way back replaces the nodes once more`];
    case "ended":
      return [`${nodes.name} is gone: the way back takes new nodes, if AWS has them`];
    default:
      return [];
  }
}

function isData(type = ""): boolean {
  return /:(Bucket|Cluster|Key|LogGroup|PersistentVolumeClaim|RandomPassword|ReplicationGroup|Secret|SecretVersion|StatefulSet|Vpc)$/.test(
    type,
  );
}

/** Slots with callers on both sides whose pods are others. */
function changedLive({ before, after }: Change["slots"]): string[] {
  return after
    .filter(({ model, colour, trafficPercent, releaseId, pool }) => {
      const old = before.find((slot) => slot.model === model && slot.colour === colour);
      const changed = old !== undefined && (old.releaseId !== releaseId || old.pool !== pool);
      return changed && trafficPercent > 0 && old.trafficPercent > 0;
    })
    .map(({ model, colour }) => `${model} ${colour}`);
}

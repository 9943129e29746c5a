import { storageClass } from "../cluster/add-ons.ts";

/** A claim that stays keeps its disk, and its price. */
export function claims(protect: boolean) {
  return { whenDeleted: protect ? "Retain" : "Delete", whenScaled: "Retain" };
}

/** A disk of its own for each pod. @param gib its size */
export function volumeClaimTemplate(gib: number) {
  return {
    spec: {
      storageClassName: storageClass,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: `${gib}Gi` } },
    },
  };
}

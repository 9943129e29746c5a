import type { MonitoredCounts } from "../components/monitoring/prometheus-memory.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** All engines that a configuration allows at once, and the nodes if each has one of its own. */
export function monitoredCounts({ cluster, models }: Pick<Settings, "cluster" | "models">): MonitoredCounts {
  const slots = Object.values(models).flatMap(slotsOf);
  const engines = slots.reduce((total, { slot }) => total + slot.replicas.max, 0);
  return { nodes: cluster.systemNodes.max + engines, engines };
}

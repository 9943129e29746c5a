import type { MonitoredCounts } from "../components/monitoring/prometheus-memory.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** The maximum number of engines of a configuration, and of nodes if each has its own. */
export function monitoredCounts({ cluster, models }: Pick<Settings, "cluster" | "models">): MonitoredCounts {
  const slots = Object.values(models).flatMap(slotsOf);
  const engines = slots.reduce((total, { slot }) => total + slot.replicas.max, 0);
  return { nodes: cluster.systemNodes.max + engines, engines };
}

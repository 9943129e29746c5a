import type { Watched } from "../components/monitoring/prometheus-memory.ts";
import { colours } from "../components/serving/traffic.ts";
import type { Settings } from "./schema.ts";

/** All engines that a configuration allows at once, and the nodes if each has one of its own. */
export function watched({ cluster, models }: Pick<Settings, "cluster" | "models">): Watched {
  const replicas = Object.values(models).flatMap((model) =>
    colours.flatMap((colour) => model[colour]?.replicas.max ?? []),
  );
  const engines = replicas.reduce((total, most) => total + most, 0);
  return { nodes: cluster.systemNodes.max + engines, engines };
}

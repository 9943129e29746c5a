import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import { hasPrometheus, PrometheusServer } from "./prometheus-server.ts";

export interface LocalPrometheusArgs {
  readonly folder: string;
  /** Where it asks which engines there are. [prometheus.io, http_sd] */
  readonly targetsUrl: string;
}

/**
 * A real Prometheus that reads the engines as the cluster's does, so that a rollout's gates have what to compare.
 * @returns nothing where the machine has none
 */
export async function startLocalPrometheus({
  folder,
  targetsUrl,
}: LocalPrometheusArgs): Promise<PrometheusServer | undefined> {
  if (!hasPrometheus()) return undefined;
  const config = join(folder, "prometheus.yml");
  const engines = {
    job_name: "engines",
    scrape_interval: `${scrapeSeconds}s`,
    http_sd_configs: [{ url: targetsUrl, refresh_interval: "5s" }],
  };
  writeFileSync(config, stringify({ scrape_configs: [engines] }));
  return PrometheusServer.start({ config, data: join(folder, "prometheus") });
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { scrapeSeconds } from "../../components/monitoring/metrics.ts";
import type { Plan } from "../plan/plan.ts";
import { hasPrometheus, PrometheusServer } from "./prometheus-server.ts";

export interface LocalPrometheusArgs {
  readonly folder: string;
  /** Where it discovers its targets, followed by `/engines` or `/gateway`. [prometheus.io, http_sd] */
  readonly targetsUrl: string;
  /** What the gateway shows its metrics for. */
  readonly metricsKey: string;
  /** What all series carry as `environment`. */
  readonly environment: string;
  /** The alerts and recordings that it evaluates. */
  readonly plan: Plan;
}

/**
 * A real Prometheus that reads engines and gateway as the cluster's does, so that a rollout's gates have what to
 * compare, and evaluates the planned rules: its page `/alerts` shows what would fire.
 * @returns undefined where the machine has none
 */
export async function startLocalPrometheus({
  folder,
  targetsUrl,
  metricsKey,
  environment,
  plan,
}: LocalPrometheusArgs): Promise<PrometheusServer | undefined> {
  if (!hasPrometheus()) return undefined;
  const config = join(folder, "prometheus.yml");
  const job = (name: string) => ({
    job_name: name,
    scrape_interval: `${scrapeSeconds}s`,
    http_sd_configs: [{ url: `${targetsUrl}/${name}`, refresh_interval: "5s" }],
    relabel_configs: [{ target_label: "environment", replacement: environment }],
  });
  const gateway = { ...job("gateway"), authorization: { credentials: metricsKey } };
  writeFileSync(join(folder, "rules.yml"), stringify({ groups: plannedRuleGroups(plan) }));
  writeFileSync(config, stringify({ rule_files: ["rules.yml"], scrape_configs: [job("engines"), gateway] }), {
    mode: 0o600,
  });
  return PrometheusServer.start({ config, data: join(folder, "prometheus") });
}

function plannedRuleGroups({ resources }: Plan): unknown[] {
  return resources
    .filter(({ type }) => type.endsWith(":PrometheusRule"))
    .flatMap(({ inputs }) => (inputs.spec as { groups: unknown[] }).groups);
}

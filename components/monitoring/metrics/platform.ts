import { hoursPerMonth } from "../../capacity/cost.ts";
import { servingNamespace } from "../../serving/namespace.ts";
import {
  externalSecretsMetrics,
  karpenterMetrics,
  kedaMetrics,
  kubeletMetrics,
  podMetrics,
  prometheusMetrics,
} from "../metrics.ts";
import { namespace } from "../prometheus.ts";
import type { Indicator } from "./indicator.ts";

const kind = "instance_type, capacity_type, zone";
const nodes = `count by (${kind}) (group by (node_name, ${kind}) (${karpenterMetrics.allocatable}{resource_type="cpu"}))`;
const dollarsPerHour = `max by (${kind}) (${karpenterMetrics.offeringPrice})`;

/** Metrics of the platform: nodes, controllers, and the monitoring itself. */
export const platformIndicators = {
  nodesByPool: {
    unit: "short",
    means: "Nodes of each pool that Karpenter runs.",
    expr: `count by (nodepool) (group by (node_name, nodepool) (${karpenterMetrics.allocatable}{resource_type="cpu"}))`,
  },
  nodeCost: {
    unit: "currencyUSD",
    means:
      "Dollars a month that the nodes which run now would cost, by the prices that Karpenter reads from AWS.",
    expr: `sum(${nodes} * on (${kind}) ${dollarsPerHour}) * ${hoursPerMonth}`,
    record: "environment:nodes_usd_per_month:sum",
  },
  launchErrors: {
    unit: "short",
    means: "Nodes that AWS refused, in six minutes, by reason.",
    // A window shorter than the time it has to hold, so that one refusal isn't enough; Karpenter retries after 3 minutes.
    expr: `sum by (error) (increase(${karpenterMetrics.errors}{method="Create"}[6m]))`,
    threshold: 0,
  },
  pendingEngines: {
    unit: "short",
    means: "Engines' pods without a node.",
    expr: `sum(${podMetrics.scheduled}{namespace="${servingNamespace}", condition="false"}) or vector(0)`,
    threshold: 0,
  },
  secretsNotSynced: {
    unit: "short",
    means: "Kubernetes Secrets that aren't in sync with Secrets Manager.",
    expr: `sum(${externalSecretsMetrics.condition}{condition="Ready", status="False"}) or vector(0)`,
    threshold: 0,
  },
  scalerErrors: {
    unit: "reqps",
    means: "Queries of the autoscaler that Prometheus didn't answer, by slot, over five minutes.",
    expr: `sum by (scaledObject) (rate(${kedaMetrics.errors}{namespace="${servingNamespace}"}[5m]))`,
    threshold: 0,
  },
  targetsDown: {
    unit: "short",
    means: "Targets that Prometheus can't read, by job.",
    expr: `count by (job) (${prometheusMetrics.up}) - sum by (job) (${prometheusMetrics.up})`,
    threshold: 0,
  },
  series: {
    unit: "short",
    means: "Series that Prometheus holds in memory, which it is sized for.",
    expr: `sum(${prometheusMetrics.series})`,
  },
  ruleSeconds: {
    unit: "s",
    means: "Seconds that the last evaluation of each group of rules took.",
    expr: `max by (rule_group) (${prometheusMetrics.ruleSeconds})`,
    threshold: 10,
  },
  disk: {
    unit: "percentunit",
    means: "Share of the disks of Prometheus and Alertmanager that is used.",
    expr: `1 - ${kubeletMetrics.volumeFree}{namespace="${namespace}"} / ${kubeletMetrics.volumeSize}{namespace="${namespace}"}`,
    threshold: 0.85,
  },
} as const satisfies Record<string, Indicator>;

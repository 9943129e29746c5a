import { gatewayIndicators, tenantIndicators } from "../metrics/gateway.ts";
import { gpuIndicators } from "../metrics/gpus.ts";
import { platformIndicators } from "../metrics/platform.ts";
import { priceIndicators } from "../metrics/prices.ts";
import { slotIndicators } from "../metrics/slots.ts";
import type { Board, BoardVariable, Graph } from "./board.ts";

const slot = {
  legend: "{{model}} {{colour}} {{release}}",
  by: ["environment", "model", "colour", "release"],
} as const;
const route = { legend: "{{route}}", by: ["environment", "route"] } as const;
const tenant = { by: ["environment", "tenant"] } as const;
const gpu = { legend: "{{Hostname}} GPU {{gpu}}", by: ["environment"] } as const;
const none: { by: readonly BoardVariable[] } = { by: [] };

const first = (title: string, percentile: "P50" | "P99"): Graph => ({
  ...route,
  title,
  shows: [gatewayIndicators[`firstToken${percentile}`]],
  alerts: ["RouteFirstTokenSlow"],
});

/** The provisioned dashboards: from what a caller sees down to the platform. */
export const boards: readonly Board[] = [
  {
    uid: "gantry-service",
    title: "Service",
    description: "What callers of each route see, and how the gateway responds.",
    rows: {
      Callers: [
        { ...route, title: "Requests", shows: [gatewayIndicators.requests] },
        {
          ...route,
          title: "Failed requests",
          shows: [gatewayIndicators.errors],
          alerts: ["RouteErrors", "RouteErrorBudgetBurning", "RouteErrorBudgetShrinking"],
        },
        {
          title: "Requests by how they ended",
          shows: [gatewayIndicators.requestsByCode],
          legend: "{{code}}",
          by: ["environment", "route"],
        },
        first("First token, P50", "P50"),
        first("First token, P99", "P99"),
      ],
      Gateway: [
        {
          ...route,
          title: "Answers of a fallback",
          shows: [gatewayIndicators.fallbacks],
          alerts: ["FallbackInUse"],
        },
        {
          ...route,
          title: "Answers of the cache",
          shows: [gatewayIndicators.cacheHits],
          alerts: ["CacheHitRateFallen"],
        },
        {
          title: "Providers that are degraded",
          shows: [gatewayIndicators.providerDegraded],
          legend: "{{provider}}",
          by: ["environment"],
          alerts: ["ProviderDegraded"],
        },
        {
          title: "Limits without Redis",
          shows: [gatewayIndicators.redisLost],
          legend: "{{pod}}",
          by: ["environment"],
          alerts: ["LimitsWithoutRedis"],
        },
        {
          title: "Lost records",
          shows: [gatewayIndicators.recordsLost],
          legend: "records",
          by: ["environment"],
          alerts: ["RecordsLost"],
        },
      ],
    },
  },
  {
    uid: "gantry-release",
    title: "Release",
    description:
      "Blue and green side by side: traffic, failures and latency of each release, with the moments at which traffic was switched.",
    rows: {
      Traffic: [
        {
          title: "Share of the traffic",
          shows: [slotIndicators.trafficShare],
          legend: "{{model}} {{colour}}",
          by: ["environment", "model"],
          alerts: ["CanaryUnfinished"],
        },
        { ...slot, title: "Requests", shows: [slotIndicators.requests] },
        { ...slot, title: "Failed answers", shows: [slotIndicators.errors], alerts: ["ColoursDiffer"] },
      ],
      "What the gates compare": [
        { ...slot, title: "Latency, P50", shows: [slotIndicators.latencyP50] },
        { ...slot, title: "Latency, P99", shows: [slotIndicators.latencyP99] },
        { ...slot, title: "Latency, mean", shows: [slotIndicators.latencyMean], alerts: ["RequestsSlow"] },
        { ...slot, title: "First token, P50", shows: [slotIndicators.firstTokenP50] },
        {
          ...slot,
          title: "First token, P90",
          shows: [slotIndicators.firstTokenP90],
          alerts: ["TimeToFirstTokenHigh"],
        },
        { ...slot, title: "Time per output token, P50", shows: [slotIndicators.timePerTokenP50] },
      ],
    },
  },
  {
    uid: "gantry-engine",
    title: "Engine and GPU",
    description: "What engines compute, what waits for them, and the state of their GPUs.",
    rows: {
      Engine: [
        { ...slot, title: "Running requests", shows: [slotIndicators.running], alerts: ["EngineStalled"] },
        { ...slot, title: "Waiting requests", shows: [slotIndicators.waiting], alerts: ["QueueLong"] },
        {
          ...slot,
          title: "Waiting requests for each replica",
          shows: [slotIndicators.waitingPerReplica],
          alerts: ["RequestsWaiting"],
        },
        { ...slot, title: "KV cache", shows: [slotIndicators.kvCache], alerts: ["KvCacheFull"] },
        {
          ...slot,
          title: "Preempted requests",
          shows: [slotIndicators.preempted],
          alerts: ["RequestsPreempted"],
        },
        { ...slot, title: "Prefix cache", shows: [slotIndicators.prefixHits] },
        { ...slot, title: "Generated tokens", shows: [slotIndicators.generated] },
        { ...slot, title: "Tokens of prompts", shows: [slotIndicators.prompted] },
        {
          ...slot,
          title: "Throughput of a replica",
          shows: [slotIndicators.throughput],
          alerts: ["ThroughputDegraded"],
        },
        {
          ...slot,
          title: "Replicas",
          shows: [slotIndicators.replicas],
          alerts: ["SlotWithoutReplicas", "SlotShortOfReplicas", "EngineMetricsMissing"],
        },
      ],
      GPU: [
        { ...gpu, title: "Utilization", shows: [gpuIndicators.utilization], alerts: ["SlotSaturated"] },
        { ...gpu, title: "Memory", shows: [gpuIndicators.memory], alerts: ["GpuMemoryHigh"] },
        { ...gpu, title: "Temperature", shows: [gpuIndicators.temperature], alerts: ["GpuTemperatureHigh"] },
        { ...gpu, title: "Power", shows: [gpuIndicators.power] },
        { ...gpu, title: "Last Xid error", shows: [gpuIndicators.xid], alerts: ["GpuXidError"] },
        {
          ...gpu,
          title: "Memory errors",
          shows: [gpuIndicators.uncorrectable],
          alerts: ["GpuMemoryErrors", "GpuMemoryDefective"],
        },
      ],
    },
  },
  {
    uid: "gantry-cost",
    title: "Cost and tenants",
    description: "Who sends requests, their tokens and cost, and how near each tenant is to its limits.",
    rows: {
      Tenants: [
        { ...tenant, title: "Requests", shows: [tenantIndicators.requests], legend: "{{tenant}}" },
        {
          ...tenant,
          title: "Refused by a limit",
          shows: [tenantIndicators.refused],
          legend: "{{tenant}} {{code}}",
        },
        {
          ...tenant,
          title: "Used of a limit",
          shows: [tenantIndicators.limitUsed],
          legend: "{{tenant}} {{limit}}",
          alerts: ["TenantNearLimit", "TenantAtLimit"],
        },
        { ...tenant, title: "Tokens", shows: [tenantIndicators.tokens], legend: "{{tenant}} {{kind}}" },
      ],
      Money: [
        {
          ...tenant,
          title: "Dollars an hour by tenant",
          shows: [tenantIndicators.costByTenant],
          legend: "{{tenant}}",
        },
        {
          ...tenant,
          title: "Dollars an hour by model",
          shows: [tenantIndicators.costByModel],
          legend: "{{model}}",
        },
        {
          ...tenant,
          title: "Dollars for a request",
          shows: [tenantIndicators.costPerRequest],
          legend: "{{route}}",
        },
        {
          ...none,
          title: "Nodes, dollars a month",
          shows: [platformIndicators.nodeCost],
          legend: "nodes",
          alerts: ["BudgetBurn"],
        },
        {
          ...none,
          title: "Price of a million tokens",
          shows: [priceIndicators.tokens],
          legend: "{{model}} {{kind}}",
        },
        {
          ...none,
          title: "Price of a node's hour: planned with (1), AWS now (2)",
          shows: [priceIndicators.nodes, priceIndicators.nodesNow],
          legend: "{{instance_type}}",
        },
      ],
    },
  },
  {
    uid: "gantry-platform",
    title: "Platform",
    description: "Nodes, controllers, load balancers, and the monitoring itself.",
    rows: {
      Nodes: [
        { ...none, title: "Nodes", shows: [platformIndicators.nodesByPool], legend: "{{nodepool}}" },
        {
          ...none,
          title: "Nodes that AWS refused",
          shows: [platformIndicators.launchErrors],
          legend: "{{error}}",
          alerts: ["NodeLaunchFailing"],
        },
        {
          ...none,
          title: "Engines without a node",
          shows: [platformIndicators.pendingEngines],
          legend: "pods",
          alerts: ["EnginePending"],
        },
      ],
      Controllers: [
        {
          ...none,
          title: "Secrets out of sync",
          shows: [platformIndicators.secretsNotSynced],
          legend: "secrets",
          alerts: ["SecretNotSynced"],
        },
        {
          ...none,
          title: "Autoscaler queries that failed",
          shows: [platformIndicators.scalerErrors],
          legend: "{{scaledObject}}",
          alerts: ["AutoscalerMetricsUnavailable"],
        },
      ],
      Monitoring: [
        {
          ...none,
          title: "Targets that can't be read",
          shows: [platformIndicators.targetsDown],
          legend: "{{job}}",
          alerts: ["ExporterMissing"],
        },
        { ...none, title: "Series in memory", shows: [platformIndicators.series], legend: "series" },
        {
          ...none,
          title: "Evaluation of rules",
          shows: [platformIndicators.ruleSeconds],
          legend: "{{rule_group}}",
        },
        { ...none, title: "Disks", shows: [platformIndicators.disk], legend: "{{persistentvolumeclaim}}" },
      ],
    },
  },
];

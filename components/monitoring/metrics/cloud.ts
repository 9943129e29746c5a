import type { Unit } from "./indicator.ts";

/** One metric that AWS publishes in CloudWatch, and what a reader of its panel or alarm needs to know. */
export interface CloudMetric {
  readonly namespace: string;
  readonly metric: string;
  /** All dimensions that it is queried by: CloudWatch keeps a series for each set of dimensions and sums up none. */
  readonly dimensions: readonly string[];
  readonly statistic: "Sum" | "Average" | "Maximum" | "Minimum" | "p99";
  readonly periodSeconds: number;
  readonly unit: Unit;
  /** One sentence: its meaning, for each period. */
  readonly means: string;
  /** Where it is wrong. */
  readonly limit?: Limit;
}

/** The side of a threshold that an alarm or a red line marks. */
export type Limit = { readonly above: number } | { readonly below: number };

const each = { statistic: "Sum", periodSeconds: 60, unit: "short" } as const;
const balancer = { ...each, namespace: "AWS/ApplicationELB", dimensions: ["LoadBalancer"] } as const;
const targets = { ...balancer, dimensions: ["LoadBalancer", "TargetGroup"] } as const;
const firewall = { ...each, namespace: "AWS/WAFV2", dimensions: ["Region", "Rule", "WebACL"] } as const;

/** What load balancers count, by load balancer. */
export const balancerMetrics = {
  requests: {
    ...balancer,
    metric: "RequestCount",
    means: "Requests a minute that were forwarded to a target or answered by a rule.",
  },
  refused: {
    ...balancer,
    metric: "HTTPCode_ELB_4XX_Count",
    means:
      "Requests a minute that the load balancer itself answered with 4xx, because they were malformed or cut.",
  },
  failed: {
    ...balancer,
    metric: "HTTPCode_ELB_5XX_Count",
    means:
      "Requests a minute that the load balancer itself answered with 5xx, because no target accepts them.",
    limit: { above: 10 },
  },
  rejected: {
    ...balancer,
    metric: "RejectedConnectionCount",
    means: "Connections a minute that were rejected, because the load balancer had as many as it takes.",
  },
  tlsErrors: {
    ...balancer,
    metric: "ClientTLSNegotiationErrorCount",
    means: "TLS connections a minute that a caller began and that weren't established.",
  },
  bytes: {
    ...balancer,
    metric: "ProcessedBytes",
    unit: "decbytes",
    means: "Bytes a minute to and from callers and targets.",
  },
  capacity: {
    ...balancer,
    metric: "ConsumedLCUs",
    statistic: "Average",
    means: "Load balancer capacity units in use, by the hour of which AWS bills.",
  },
} as const satisfies Record<string, CloudMetric>;

/** Load balancers' metrics of their targets, by target group. */
export const targetMetrics = {
  clientErrors: {
    ...targets,
    metric: "HTTPCode_Target_4XX_Count",
    means: "Answers of targets a minute with 4xx, limits among them.",
  },
  serverErrors: {
    ...targets,
    metric: "HTTPCode_Target_5XX_Count",
    means: "Answers of targets a minute with 5xx.",
  },
  firstByte: {
    ...targets,
    metric: "TargetResponseTime",
    statistic: "p99",
    unit: "s",
    means:
      "99 % of the requests had the head of their answer within this time: a stream's begins with its first token.",
  },
  unreachable: {
    ...targets,
    metric: "TargetConnectionErrorCount",
    means: "Connections to targets a minute that weren't established.",
  },
  healthy: {
    ...targets,
    metric: "HealthyHostCount",
    statistic: "Minimum",
    means: "Targets that were healthy all minute long.",
    limit: { below: 1 },
  },
  unhealthy: {
    ...targets,
    metric: "UnHealthyHostCount",
    statistic: "Maximum",
    means: "Targets that were unhealthy at some time of the minute.",
  },
} as const satisfies Record<string, CloudMetric>;

/** Metrics of the web ACL of a public load balancer, by rule. */
export const firewallMetrics = {
  allowed: { ...firewall, metric: "AllowedRequests", means: "Requests a minute that no rule blocked." },
  blocked: {
    ...firewall,
    metric: "BlockedRequests",
    means: "Requests a minute that a rule blocked; those named rate limit addresses and keys.",
  },
  counted: {
    ...firewall,
    metric: "CountedRequests",
    means: "Requests a minute that a rule matched and let through.",
  },
} as const satisfies Record<string, CloudMetric>;

/** What only alarms read. */
export const alarmMetrics = {
  heartbeats: {
    ...each,
    namespace: "AWS/SNS",
    metric: "NumberOfMessagesPublished",
    dimensions: ["TopicName"],
    periodSeconds: 300,
    means: "Heartbeats of Alertmanager in five minutes.",
    limit: { below: 1 },
  },
  certificateDays: {
    ...each,
    namespace: "AWS/CertificateManager",
    metric: "DaysToExpiry",
    dimensions: ["CertificateArn"],
    statistic: "Minimum",
    periodSeconds: 86_400,
    unit: "d",
    means: "Days until the certificate expires.",
    limit: { below: 30 },
  },
  cacheMemory: {
    ...each,
    namespace: "AWS/ElastiCache",
    metric: "DatabaseMemoryUsagePercentage",
    dimensions: ["CacheClusterId"],
    statistic: "Maximum",
    periodSeconds: 300,
    unit: "percent",
    means: "Memory of a node of the cache that is in use.",
    limit: { above: 80 },
  },
} as const satisfies Record<string, CloudMetric>;

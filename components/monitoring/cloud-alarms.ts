import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import {
  alarmMetrics,
  balancerMetrics,
  type CloudMetric,
  type Limit,
  targetMetrics,
} from "./metrics/cloud.ts";
import { runbook } from "./runbooks.ts";

/** Alarms on AWS's own metrics, which don't depend on the cluster. */
export interface CloudAlarmsArgs {
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  /** ARN of the topic that people subscribe to, and name of the one that Alertmanager's heartbeat goes to. */
  readonly topics: { readonly alerts: pulumi.Input<string>; readonly heartbeat: string };
  /** CloudWatch's names of the load balancer that callers reach, its target group, and its certificate if it has one. */
  readonly edge: {
    readonly loadBalancer: pulumi.Input<string>;
    readonly targetGroup: pulumi.Input<string>;
    readonly certificate?: pulumi.Input<string>;
  };
  /** Ids of the cache's nodes; none where the cache isn't this stack's. */
  readonly cacheNodes: readonly pulumi.Input<string>[];
  /** A URL under which runbooks can be opened, or their folder. */
  readonly runbookBase: string;
  /** Created first: the topics, which are plain names here, and what is watched, so that its start is no alarm. */
  readonly waits: readonly pulumi.Resource[];
}

interface CloudAlarm {
  readonly name: string;
  readonly summary: string;
  /** The metric, with the threshold beyond which it fires. */
  readonly of: CloudMetric & { readonly limit: Limit; readonly statistic: "Sum" | "Maximum" | "Minimum" };
  readonly periods: number;
  /**
   * What missing data means: nothing, or `silence`, which is notified like a breach. An alarm begins without data, and
   * only a change of state is notified, so data that is yet to come is no alarm and data that ends is one.
   * [AWS CloudWatch user guide, alarms invoke actions for sustained state changes only; how alarms treat missing data]
   */
  readonly missing: "silence" | "notBreaching";
}

/** CloudWatch's alarms by name: the notification path that is left when the cluster is down. */
export const cloudAlarms = {
  MonitoringSilent: {
    name: "MonitoringSilent",
    summary: "Alertmanager has sent no heartbeat for 15 minutes: no other alert can arrive",
    of: alarmMetrics.heartbeats,
    periods: 3,
    missing: "silence",
  },
  EdgeErrors: {
    name: "EdgeErrors",
    summary:
      "The load balancer itself answers more than 10 requests a minute with 5xx: no gateway pod accepts them",
    of: balancerMetrics.failed,
    periods: 5,
    missing: "notBreaching",
  },
  EdgeWithoutTargets: {
    name: "EdgeWithoutTargets",
    summary: "The load balancer that callers reach has had no healthy gateway for three minutes",
    of: targetMetrics.healthy,
    periods: 3,
    missing: "silence",
  },
  CertificateEnding: {
    name: "CertificateEnding",
    summary:
      "The certificate that callers see expires in less than 30 days: ACM renews 60 to 45 days before, so that failed, or it was imported",
    of: alarmMetrics.certificateDays,
    periods: 1,
    missing: "notBreaching",
  },
  CacheMemoryHigh: {
    name: "CacheMemoryHigh",
    summary:
      "A node of the cache uses more than 80 % of its memory: when it is full it evicts counts of limits",
    of: alarmMetrics.cacheMemory,
    periods: 3,
    missing: "notBreaching",
  },
} as const satisfies Record<string, CloudAlarm>;

/** CloudWatch's alarms on what callers reach, on the cache, and on Alertmanager itself. */
export class CloudAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: CloudAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:CloudAlarms", name, {}, opts);
    const { edge, topics, cacheNodes } = args;
    const { MonitoringSilent, EdgeErrors, EdgeWithoutTargets, CertificateEnding, CacheMemoryHigh } =
      cloudAlarms;
    this.createAlarm(name, args, MonitoringSilent, { TopicName: topics.heartbeat });
    this.createAlarm(name, args, EdgeErrors, { LoadBalancer: edge.loadBalancer });
    this.createAlarm(name, args, EdgeWithoutTargets, {
      LoadBalancer: edge.loadBalancer,
      TargetGroup: edge.targetGroup,
    });
    if (edge.certificate !== undefined)
      this.createAlarm(name, args, CertificateEnding, { CertificateArn: edge.certificate });
    for (const [index, node] of cacheNodes.entries())
      this.createAlarm(
        `${name}-${index + 1}`,
        args,
        CacheMemoryHigh,
        { CacheClusterId: node },
        `-${index + 1}`,
      );
    this.registerOutputs({});
  }

  private createAlarm(
    name: string,
    { owner, topics, runbookBase, waits }: CloudAlarmsArgs,
    alarm: CloudAlarm,
    dimensions: Readonly<Record<string, pulumi.Input<string>>>,
    suffix = "",
  ) {
    const silence = alarm.missing === "silence";
    const { namespace, metric, statistic, periodSeconds, limit } = alarm.of;
    new MetricAlarm(
      `${name}-${alarm.name}`,
      {
        name: `${owner}-${alarm.name}${suffix}`,
        alarmDescription: `${alarm.summary}. ${runbook(alarm, runbookBase)}`,
        namespace,
        metricName: metric,
        dimensions: { ...dimensions },
        statistic,
        comparisonOperator: "above" in limit ? "GreaterThanThreshold" : "LessThanThreshold",
        threshold: "above" in limit ? limit.above : limit.below,
        period: periodSeconds,
        evaluationPeriods: alarm.periods,
        treatMissingData: silence ? "missing" : alarm.missing,
        alarmActions: [topics.alerts],
        okActions: [topics.alerts],
        ...(silence && { insufficientDataActions: [topics.alerts] }),
      },
      { parent: this, dependsOn: [...waits] },
    );
  }
}

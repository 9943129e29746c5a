import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { runbook } from "./rule-groups.ts";

/** Alarms on what AWS itself measures, which need nothing of the cluster. */
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
  readonly says: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: "Sum" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly periodSeconds: number;
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
    says: "Alertmanager has sent no heartbeat for 15 minutes: no other alert can arrive",
    namespace: "AWS/SNS",
    metric: "NumberOfMessagesPublished",
    statistic: "Sum",
    comparison: "LessThanThreshold",
    threshold: 1,
    periodSeconds: 300,
    periods: 3,
    missing: "silence",
  },
  EdgeErrors: {
    name: "EdgeErrors",
    says: "The load balancer itself answers more than 10 requests a minute with 5xx: no gateway pod accepts them",
    namespace: "AWS/ApplicationELB",
    metric: "HTTPCode_ELB_5XX_Count",
    statistic: "Sum",
    comparison: "GreaterThanThreshold",
    threshold: 10,
    periodSeconds: 60,
    periods: 5,
    missing: "notBreaching",
  },
  EdgeWithoutTargets: {
    name: "EdgeWithoutTargets",
    says: "The load balancer that callers reach has had no healthy gateway for three minutes",
    namespace: "AWS/ApplicationELB",
    metric: "HealthyHostCount",
    statistic: "Minimum",
    comparison: "LessThanThreshold",
    threshold: 1,
    periodSeconds: 60,
    periods: 3,
    missing: "silence",
  },
  CertificateEnding: {
    name: "CertificateEnding",
    says: "The certificate that callers see expires in less than 30 days: ACM renews 60 to 45 days before, so that failed, or it was imported",
    namespace: "AWS/CertificateManager",
    metric: "DaysToExpiry",
    statistic: "Minimum",
    comparison: "LessThanThreshold",
    threshold: 30,
    periodSeconds: 86_400,
    periods: 1,
    missing: "notBreaching",
  },
  CacheMemoryHigh: {
    name: "CacheMemoryHigh",
    says: "A node of the cache uses more than 80 % of its memory: when it is full it evicts counts of limits",
    namespace: "AWS/ElastiCache",
    metric: "DatabaseMemoryUsagePercentage",
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold: 80,
    periodSeconds: 300,
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
    new MetricAlarm(
      `${name}-${alarm.name}`,
      {
        name: `${owner}-${alarm.name}${suffix}`,
        alarmDescription: `${alarm.says}. ${runbook(alarm, runbookBase)}`,
        namespace: alarm.namespace,
        metricName: alarm.metric,
        dimensions: { ...dimensions },
        statistic: alarm.statistic,
        comparisonOperator: alarm.comparison,
        threshold: alarm.threshold,
        period: alarm.periodSeconds,
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

import { describe, expect, it } from "vitest";
import { webAclArgs } from "../../../components/edge/web-acl.ts";
import { cloudAlarms } from "../../../components/monitoring/cloud-alarms.ts";
import {
  alarmMetrics,
  balancerMetrics,
  type CloudMetric,
  firewallMetrics,
  targetMetrics,
} from "../../../components/monitoring/metrics/cloud.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { at, find, fixturePlan, ofType, planWith } from "../../support/plan.ts";

/**
 * What AWS publishes by a set of dimensions, written from its documentation and not from what Gantry reads of it.
 * [Elastic Load Balancing, CloudWatch metrics for your Application Load Balancer, as in aws-cdk's
 * elasticloadbalancingv2-canned-metrics; AWS WAF, metrics and dimensions; SNS, available metrics; ACM, supported
 * CloudWatch metrics; ElastiCache, metrics for Valkey and Redis OSS. 2026-11]
 */
const published: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "AWS/ApplicationELB": {
    LoadBalancer:
      "ActiveConnectionCount ClientTLSNegotiationErrorCount ConsumedLCUs HTTPCode_ELB_3XX_Count HTTPCode_ELB_4XX_Count " +
      "HTTPCode_ELB_5XX_Count HTTPCode_ELB_502_Count HTTPCode_ELB_503_Count HTTPCode_ELB_504_Count HTTPCode_Target_4XX_Count " +
      "HTTPCode_Target_5XX_Count HTTP_Fixed_Response_Count NewConnectionCount ProcessedBytes RejectedConnectionCount " +
      "RequestCount TargetConnectionErrorCount TargetResponseTime",
    "LoadBalancer TargetGroup":
      "HTTPCode_Target_2XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count HealthyHostCount RequestCount " +
      "RequestCountPerTarget TargetConnectionErrorCount TargetResponseTime UnHealthyHostCount",
  },
  "AWS/WAFV2": { "Region Rule WebACL": "AllowedRequests BlockedRequests CountedRequests" },
  "AWS/SNS": {
    TopicName: "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed",
  },
  "AWS/CertificateManager": { CertificateArn: "DaysToExpiry" },
  "AWS/ElastiCache": { CacheClusterId: "DatabaseMemoryUsagePercentage Evictions EngineCPUUtilization" },
};

const all: readonly (readonly [string, CloudMetric])[] = [
  balancerMetrics,
  targetMetrics,
  firewallMetrics,
  alarmMetrics,
].flatMap((group) => Object.entries<CloudMetric>(group));

interface CloudQuery {
  readonly queryMode: string;
  readonly region: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly matchExact: boolean;
  readonly statistic: string;
  readonly period: string;
  readonly label: string;
  readonly datasource?: unknown;
}
interface Dashboard {
  readonly refresh: string;
  readonly panels: readonly {
    readonly title: string;
    readonly datasource?: unknown;
    readonly targets?: readonly CloudQuery[];
    readonly fieldConfig: {
      readonly defaults: {
        readonly thresholds?: {
          readonly steps: readonly { readonly value: number | null; readonly color: string }[];
        };
      };
    };
  }[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: unknown; readonly regex: string }[];
  };
}

const edgeOf = (plan: Plan) => {
  const [json] = Object.values(
    at(find(plan, "ConfigMap", "monitoring-dashboards-gantry-edge"), "data") as object,
  );
  return JSON.parse(String(json)) as Dashboard;
};
const queriesOf = (board: Dashboard) => board.panels.flatMap(({ targets = [] }) => targets);

describe("CloudWatch's metrics", () => {
  it.each(all)("%s is published, by just these dimensions", (_, { namespace, metric, dimensions }) => {
    const names = published[namespace]?.[[...dimensions].sort().join(" ")] ?? "";
    expect(names.split(" ")).toContain(metric);
  });

  it("are described in one sentence", () => {
    for (const [name, { means }] of all)
      expect([name, means]).toEqual([name, expect.stringMatching(/^[A-Z0-9].*\.$/)]);
  });

  it("that alarms read are those, with the side on which they go off", () => {
    const side = (name: keyof typeof cloudAlarms) => Object.keys(cloudAlarms[name].of.limit)[0];
    expect(Object.keys(cloudAlarms).map((name) => [name, side(name as keyof typeof cloudAlarms)])).toEqual([
      ["MonitoringSilent", "below"],
      ["EdgeErrors", "above"],
      ["EdgeWithoutTargets", "below"],
      ["CertificateEnding", "below"],
      ["CacheMemoryHigh", "above"],
    ]);
  });
});

describe("the edge's dashboard", () => {
  const prod = fixturePlan("prod");
  const board = edgeOf(prod);

  it("asks CloudWatch for catalogued metrics, in full", () => {
    const catalogued = all.map(([, { namespace, metric, dimensions, statistic, periodSeconds }]) =>
      JSON.stringify([namespace, metric, [...dimensions].sort(), statistic, String(periodSeconds)]),
    );
    const asked = queriesOf(board);
    expect(asked).toHaveLength(16);
    for (const query of asked) {
      const { namespace, metricName, dimensions, statistic, period } = query;
      expect(catalogued).toContain(
        JSON.stringify([namespace, metricName, Object.keys(dimensions).sort(), statistic, period]),
      );
      expect(query).toMatchObject({ queryMode: "Metrics", region: "us-east-1", matchExact: true });
      expect(query.label).toMatch(/^\$\{PROP\('Dim\.(LoadBalancer|TargetGroup|Rule)'\)\}/);
    }
  });

  it("lists the load balancers of its environment only", () => {
    const [picker] = board.templating.list;
    expect(picker).toMatchObject({
      name: "balancer",
      query: {
        queryType: "resourceARNs",
        resourceType: "elasticloadbalancing:loadbalancer",
        tags: { Environment: ["prod"] },
      },
    });
    // The dimension's value is the end of the ARN. [Elastic Load Balancing, metric dimensions]
    const [, pattern = ""] = /^\/(.*)\/$/.exec(picker?.regex ?? "") ?? [];
    expect(
      new RegExp(pattern).exec(
        "arn:aws:elasticloadbalancing:us-east-1:333344445555:loadbalancer/app/edge-1a2b3c4/50dc6c495c0c9188",
      )?.[1],
    ).toBe("app/edge-1a2b3c4/50dc6c495c0c9188");
    const [provider] = ofType(prod, "pulumi:providers:aws");
    expect(provider && JSON.parse(String(at(provider, "defaultTags"))).tags).toMatchObject({
      Environment: "prod",
    });
  });

  it("names the web ACL as the plan does, and has no row for one before an internal edge", async () => {
    const named = queriesOf(board).flatMap(({ dimensions: { WebACL } }) => WebACL ?? []);
    const rates = { limit: 100, windowSeconds: 60 } as const;
    const { visibilityConfig } = webAclArgs("gantry-prod", { perAddress: rates, perKey: rates });
    expect(new Set(named)).toEqual(new Set([(visibilityConfig as { metricName: string }).metricName]));
    const internal = edgeOf(await planWith("prod", "edge", { internal: true }));
    expect(queriesOf(internal).filter(({ namespace }) => namespace === "AWS/WAFV2")).toEqual([]);
  });

  it("is red where its alarm goes off: above, or below", () => {
    const steps = (title: string) =>
      board.panels
        .find((panel) => panel.title === title)
        ?.fieldConfig.defaults.thresholds?.steps.map(({ value, color }) => [value, color]);
    expect(steps("Answered by the load balancer with 5xx")).toEqual([
      [null, "green"],
      [10, "red"],
    ]);
    expect(steps("Healthy targets")).toEqual([
      [null, "red"],
      [1, "green"],
    ]);
  });

  it("is asked by Grafana's own identity, which may read metrics and tags and nothing else", () => {
    const values = at(find(prod, "helm.sh/v3:Release", "monitoring"), "values.grafana");
    expect(values).toMatchObject({
      fullnameOverride: "grafana",
      additionalDataSources: [
        {
          uid: "cloudwatch",
          type: "cloudwatch",
          jsonData: { authType: "default", defaultRegion: "us-east-1" },
        },
      ],
    });
    for (const { datasource, targets } of board.panels)
      if (targets !== undefined) expect(datasource).toEqual({ type: "cloudwatch", uid: "cloudwatch" });
    expect(find(prod, "PodIdentityAssociation", "monitoring-grafana").inputs).toMatchObject({
      namespace: "monitoring",
      serviceAccount: "grafana",
    });
    const policy = JSON.parse(String(find(prod, "RolePolicy", "monitoring-grafana").inputs.policy));
    expect(policy.Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources"],
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      },
    ]);
  });
});

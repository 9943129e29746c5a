import {
  MetricEditorMode,
  MetricQueryType,
  MetricsQueryBuilder,
  QueryMode,
} from "@grafana/grafana-foundation-sdk/cloudwatch";
import { QueryVariableBuilder, RowBuilder, VariableRefresh } from "@grafana/grafana-foundation-sdk/dashboard";
import type { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { balancerMetrics, type CloudMetric, firewallMetrics, targetMetrics } from "../metrics/cloud.ts";
import { emptyDashboard, emptyPanel, refId } from "./frame.ts";

export interface EdgeBoardArgs {
  readonly region: string;
  /** Its name, which load balancers are tagged with. */
  readonly environment: string;
  /** CloudWatch's name of the web ACL. @default none, before an internal edge */
  readonly webAcl?: string | undefined;
  /** A URL under which runbooks can be opened, or their folder. */
  readonly runbookBase: string;
}

export const edgeUid = "gantry-edge";

/** Grafana's data source of CloudWatch's metrics. */
export const cloudWatch = { type: "cloudwatch", uid: "cloudwatch" } as const;

interface CloudGraph {
  readonly title: string;
  readonly shows: readonly CloudMetric[];
  readonly alerts?: readonly string[];
}

const rows: Readonly<Record<string, readonly CloudGraph[]>> = {
  "Load balancers": [
    { title: "Requests", shows: [balancerMetrics.requests] },
    {
      title: "Answered by the load balancer with 5xx",
      shows: [balancerMetrics.failed],
      alerts: ["EdgeErrors"],
    },
    { title: "Answered by the load balancer with 4xx", shows: [balancerMetrics.refused] },
    {
      title: "Connections rejected (1), TLS failed (2)",
      shows: [balancerMetrics.rejected, balancerMetrics.tlsErrors],
    },
    { title: "Capacity units", shows: [balancerMetrics.capacity] },
    { title: "Bytes", shows: [balancerMetrics.bytes] },
  ],
  Targets: [
    { title: "Healthy targets", shows: [targetMetrics.healthy], alerts: ["EdgeWithoutTargets"] },
    { title: "Unhealthy targets", shows: [targetMetrics.unhealthy], alerts: ["TargetUnhealthy"] },
    { title: "First byte, P99", shows: [targetMetrics.firstByte] },
    {
      title: "Answers with 5xx (1), connections refused (2)",
      shows: [targetMetrics.serverErrors, targetMetrics.unreachable],
    },
    { title: "Answers with 4xx", shows: [targetMetrics.clientErrors] },
  ],
};

const firewallRow: readonly CloudGraph[] = [
  { title: "Allowed requests", shows: [firewallMetrics.allowed] },
  { title: "Blocked requests", shows: [firewallMetrics.blocked] },
  { title: "Requests that matched and passed", shows: [firewallMetrics.counted] },
];

/** What AWS counts in front of the cluster: load balancers, their targets, and the web ACL where there is one. */
export function edgeDashboard(args: EdgeBoardArgs): object {
  const board = {
    uid: edgeUid,
    title: "Edge",
    description: "Load balancers, their targets and the firewall, as CloudWatch counts them.",
  };
  // CloudWatch has a value a minute, and bills each one that is queried.
  const builder = emptyDashboard(board, "1m").withVariable(balancerPicker(args));
  const shown = args.webAcl === undefined ? rows : { ...rows, Firewall: firewallRow };
  for (const [title, graphs] of Object.entries(shown)) {
    builder.withRow(new RowBuilder(title));
    for (const graph of graphs) builder.withPanel(panel(graph, args));
  }
  return builder.build();
}

/** The environment's load balancers, by the end of their ARN, which is the dimension's value. [Grafana, CloudWatch template variables] */
function balancerPicker({ region, environment }: EdgeBoardArgs): QueryVariableBuilder {
  return new QueryVariableBuilder("balancer")
    .label("load balancer")
    .datasource(cloudWatch)
    .query({
      refId: "balancer",
      queryType: "resourceARNs",
      region,
      resourceType: "elasticloadbalancing:loadbalancer",
      tags: { Environment: [environment] },
    })
    .regex("/loadbalancer\\/(app\\/.*)/")
    .refresh(VariableRefresh.OnDashboardLoad)
    .multi(true)
    .includeAll(true);
}

function panel({ title, shows, alerts = [] }: CloudGraph, args: EdgeBoardArgs): PanelBuilder {
  const limit = shows.find((one) => one.limit !== undefined)?.limit;
  const built = emptyPanel(
    {
      title,
      means: shows.map(({ means }) => means),
      unit: shows[0]?.unit ?? "short",
      ...(limit !== undefined && { limit }),
      alerts,
    },
    args.runbookBase,
  ).datasource(cloudWatch);
  for (const [index, one] of shows.entries())
    built.withTarget(query(one, args, shows.length > 1 ? ` ${index + 1}` : "").refId(refId(index)));
  return built;
}

function query(
  { namespace, metric, dimensions, statistic, periodSeconds }: CloudMetric,
  { region, webAcl = "" }: EdgeBoardArgs,
  ending: string,
): MetricsQueryBuilder {
  const asked: Readonly<Record<string, string>> = {
    LoadBalancer: "$balancer",
    TargetGroup: "*",
    Region: region,
    WebACL: webAcl,
    Rule: "*",
  };
  const [series] = dimensions.filter((dimension) => dimension === "TargetGroup" || dimension === "Rule");
  return new MetricsQueryBuilder()
    .queryMode(QueryMode.Metrics)
    .metricQueryType(MetricQueryType.Search)
    .metricEditorMode(MetricEditorMode.Builder)
    .id("")
    .expression("")
    .region(region)
    .namespace(namespace)
    .metricName(metric)
    .dimensions(Object.fromEntries(dimensions.map((dimension) => [dimension, asked[dimension] ?? "*"])))
    .matchExact(true)
    .statistic(statistic)
    .period(String(periodSeconds))
    .label(`\${PROP('Dim.${series ?? "LoadBalancer"}')}${ending}`);
}

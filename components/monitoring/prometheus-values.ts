import { storageClass } from "../cluster/add-ons.ts";
import { nodeExporterPod, resources } from "../cluster/system-pods.ts";
import { monitoringPods } from "./monitoring-pods.ts";
import type { MonitoredCounts } from "./prometheus-memory.ts";

export interface PrometheusValuesArgs {
  /** The release's name, which all its objects' names begin with. */
  readonly release: string;
  /** What all series carry as `environment`. */
  readonly environment: string;
  readonly clusterName: string;
  readonly region: string;
  /** How much there is to watch at most. */
  readonly watched: MonitoredCounts;
  readonly retentionDays: number;
  readonly storageGiB: number;
  /** Where alerts go. */
  readonly topicArn: string;
  /** Topic of Alertmanager's heartbeat. */
  readonly heartbeatArn: string;
  /** Kubernetes Secret with Grafana's `admin-user` and `admin-password`. */
  readonly grafanaSecret: string;
  /** Keep the disks when the release is deleted. */
  readonly protect: boolean;
}

/**
 * Prometheus deletes its oldest blocks before the disk is full: what it writes next needs room, and below 15 % of free
 * space the chart warns that the volume fills up.
 */
export const diskShare = 0.8;

/** Alerts of the chart that are true of a healthy environment. [kubernetes-mixin, alerts/resource_alerts.libsonnet] */
export const wrongHere = {
  // What runs wouldn't fit without the largest node. An engine takes a whole GPU node, and Karpenter brings the next one.
  KubeCPUOvercommit: true,
  KubeMemoryOvercommit: true,
};

/** Values of kube-prometheus-stack: what differs from the chart's own. */
export function prometheusValues(args: PrometheusValuesArgs): Record<string, unknown> {
  const pods = monitoringPods(args.watched);
  return {
    fullnameOverride: args.release,
    prometheus: { prometheusSpec: prometheusSpec(args) },
    alertmanager: alertmanager(args),
    grafana: {
      fullnameOverride: "grafana",
      // It requires the password, and nothing of it is reachable from outside.
      "grafana.ini": { "auth.anonymous": { enabled: false }, users: { allow_sign_up: false } },
      admin: { existingSecret: args.grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
      resources: resources(pods.grafana),
    },
    "kube-state-metrics": {
      // Pods by model and colour, so that an alert can name the slot.
      metricLabelsAllowlist: ["pods=[gantry.dev/model,gantry.dev/colour,app.kubernetes.io/name]"],
      resources: resources(pods.kubeStateMetrics),
    },
    "prometheus-node-exporter": { resources: resources(nodeExporterPod) },
    // Its custom resource definitions are a release of their own.
    crds: { enabled: false },
    prometheusOperator: {
      // Once it runs, no rule or monitor is taken that it can't read.
      admissionWebhooks: { failurePolicy: "IgnoreOnInstallOnly" },
      resources: resources(pods.operator),
    },
    defaultRules: { disabled: wrongHere },
    // EKS runs these and shows no metrics of them; their alerts would fire permanently.
    kubeControllerManager: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeEtcd: { enabled: false },
    kubeProxy: { enabled: false },
  };
}

function prometheusSpec({
  environment,
  clusterName,
  watched,
  retentionDays,
  storageGiB,
  protect,
}: PrometheusValuesArgs) {
  const { prometheus } = monitoringPods(watched);
  return {
    externalLabels: { cluster: clusterName },
    // Of every monitor: rules and dashboards tell environments apart where one Grafana reads several.
    scrapeClasses: [
      {
        name: "environment",
        default: true,
        relabelings: [{ targetLabel: "environment", replacement: environment }],
      },
    ],
    retention: `${retentionDays}d`,
    retentionSize: `${Math.floor(storageGiB * diskShare)}GiB`,
    storageSpec: { volumeClaimTemplate: disk(storageGiB) },
    persistentVolumeClaimRetentionPolicy: claims(protect),
    // Monitors and rules count without the chart's own label.
    ruleSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    priorityClassName: prometheus.priorityClassName,
    resources: resources(prometheus),
  };
}

function alertmanager({ region, topicArn, heartbeatArn, watched, protect }: PrometheusValuesArgs) {
  const pods = monitoringPods(watched).alertmanager;
  return {
    // Two, so that an alert about a node isn't lost with the node.
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    alertmanagerSpec: {
      replicas: pods.replicas,
      podAntiAffinity: "hard",
      priorityClassName: pods.priorityClassName,
      persistentVolumeClaimRetentionPolicy: claims(protect),
      storage: { volumeClaimTemplate: disk(2) },
      resources: resources(pods),
    },
    config: {
      route: {
        receiver: "people",
        group_by: ["alertname", "model", "colour"],
        group_wait: "30s",
        group_interval: "5m",
        repeat_interval: "4h",
        routes: [
          // The chart's Watchdog always fires: a heartbeat, whose absence CloudWatch alarms on.
          {
            receiver: "heartbeat",
            matchers: ['alertname="Watchdog"'],
            group_wait: "0s",
            group_interval: "1m",
            repeat_interval: "5m",
          },
          // InfoInhibitor and `info` are for dashboards.
          { receiver: "none", matchers: ['severity=~"none|info"'] },
        ],
      },
      receivers: [
        { name: "none" },
        {
          name: "heartbeat",
          sns_configs: [
            {
              topic_arn: heartbeatArn,
              sigv4: { region },
              send_resolved: false,
              subject: "alive",
              message: "alive",
            },
          ],
        },
        {
          name: "people",
          sns_configs: [
            {
              topic_arn: topicArn,
              sigv4: { region },
              send_resolved: true,
              subject: "{{ .Status }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.model }}",
              message:
                "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n\n{{ end }}",
            },
          ],
        },
      ],
      inhibit_rules: [
        // A route that burns its error budget is also over its objective.
        {
          source_matchers: ['alertname="RouteErrorBudgetBurning"'],
          target_matchers: ['alertname=~"RouteErrors|RouteErrorBudgetShrinking"'],
          equal: ["route"],
        },
        // 100 % of a limit is also 80 % of it.
        {
          source_matchers: ['alertname="TenantAtLimit"'],
          target_matchers: ['alertname="TenantNearLimit"'],
          equal: ["tenant", "limit"],
        },
        // The chart's own, which this list replaces: some alerts warn first and are critical later.
        {
          source_matchers: ['severity="critical"'],
          target_matchers: ['severity="warning"'],
          equal: ["namespace", "alertname"],
        },
        // A slot that is down also waits and is slow: one message is enough.
        {
          source_matchers: ['alertname="SlotWithoutReplicas"'],
          target_matchers: ['severity="warning"'],
          equal: ["model", "colour"],
        },
      ],
    },
  };
}

/** A claim that stays keeps its disk, and its price. */
function claims(protect: boolean) {
  return { whenDeleted: protect ? "Retain" : "Delete", whenScaled: "Retain" };
}

function disk(gib: number) {
  return {
    spec: {
      storageClassName: storageClass,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: `${gib}Gi` } },
    },
  };
}

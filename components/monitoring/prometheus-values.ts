import { nodeExporterPod, resources } from "../cluster/system-pods.ts";
import { type AlertmanagerValuesArgs, alertmanagerValues } from "./alertmanager-values.ts";
import { claims, volumeClaimTemplate } from "./disks.ts";
import { type GrafanaValuesArgs, grafanaValues } from "./grafana-values.ts";
import { monitoringPods } from "./monitoring-pods.ts";
import type { MonitoringSettings } from "./monitoring-settings.ts";

export interface PrometheusValuesArgs
  extends AlertmanagerValuesArgs,
    GrafanaValuesArgs,
    Pick<MonitoringSettings, "retentionDays" | "storageGiB" | "remoteWrite"> {
  /** The release's name, which all its objects' names begin with. */
  readonly release: string;
  /** What all series carry as `environment`. */
  readonly environment: string;
  readonly clusterName: string;
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
    alertmanager: alertmanagerValues(args),
    grafana: grafanaValues(args),
    "kube-state-metrics": {
      // Pods by model and colour, so that an alert can name the slot.
      metricLabelsAllowlist: ["pods=[gantry.dev/model,gantry.dev/colour,app.kubernetes.io/name]"],
      // No rule reads these, and who may list Secrets reads them.
      collectorsExclude: ["secrets", "configmaps"],
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
  region,
  remoteWrite,
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
    storageSpec: { volumeClaimTemplate: volumeClaimTemplate(storageGiB) },
    persistentVolumeClaimRetentionPolicy: claims(protect),
    // Monitors and rules count without the chart's own label.
    ruleSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    priorityClassName: prometheus.priorityClassName,
    resources: resources(prometheus),
    ...(remoteWrite && {
      remoteWrite: [{ url: remoteWriteUrl(region, remoteWrite.workspaceId), sigv4: { region } }],
    }),
  };
}

/** [Amazon Managed Service for Prometheus user guide, set up ingestion from a new Prometheus server] */
function remoteWriteUrl(region: string, workspaceId: string): string {
  return `https://aps-workspaces.${region}.amazonaws.com/workspaces/${workspaceId}/api/v1/remote_write`;
}

import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import { onGpuNodes } from "../cluster/node-pool.ts";
import { externalSecret } from "../secrets/external-secret.ts";
import type { Account } from "../shared/account.ts";
import { alerts } from "./alerts.ts";
import { charts } from "./charts.ts";
import { Notifications } from "./notifications.ts";
import { podMonitor, scraped } from "./pod-monitors.ts";
import { namespace, release } from "./prometheus.ts";
import { prometheusValues } from "./prometheus-values.ts";
import { ruleGroups } from "./rule-groups.ts";

export interface MonitoringArgs {
  readonly account: Account;
  readonly clusterName: string;
  readonly retentionDays: number;
  readonly storageGiB: number;
  /** E-mail addresses that alerts go to. */
  readonly notify: readonly string[];
  /** US dollars that the environment may cost a month. */
  readonly monthlyUsd: number;
  /** Secret in Secrets Manager with Grafana's admin password, and the store it is read through. */
  readonly grafanaAdmin: { readonly secret: string; readonly store: pulumi.Resource };
  /** What has to run first: credentials and disks for pods, and the controllers. */
  readonly controllers: readonly pulumi.Resource[];
  readonly protect: boolean;
}

const grafanaSecret = "grafana-admin";

/**
 * Prometheus, Alertmanager and Grafana, what they read, and whom they tell. Nothing of it is reached from outside.
 * Stateful: Prometheus's disk, which holds the history of metrics.
 */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:Monitoring", name, {}, opts);

    const home = this.createNamespace(name);
    const password = this.createGrafanaPassword(name, args, home);
    const notifications = this.createNotifications(name, args);
    const stack = this.createPrometheus(name, args, notifications, [home, password]);
    this.createGpuExporter(name, stack);
    this.createPodMonitors(name, stack);
    this.createAlerts(name, args, stack);
    this.registerOutputs({});
  }

  private createNamespace(name: string): Namespace {
    return new Namespace(
      name,
      {
        metadata: {
          name: namespace,
          // Node and GPU exporters read the host.
          labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        },
      },
      { parent: this },
    );
  }

  private createGrafanaPassword(
    name: string,
    { grafanaAdmin }: MonitoringArgs,
    home: Namespace,
  ): CustomResource {
    return new CustomResource(
      `${name}-grafana-admin`,
      externalSecret({
        name: grafanaSecret,
        namespace,
        entries: { "admin-password": { secret: grafanaAdmin.secret } },
        constants: { "admin-user": "admin" },
      }),
      { parent: this, dependsOn: [home, grafanaAdmin.store] },
    );
  }

  private createNotifications(
    name: string,
    { account, clusterName, notify, protect }: MonitoringArgs,
  ): Notifications {
    return new Notifications(
      `${name}-alerts`,
      {
        account,
        clusterName,
        notify,
        sender: { namespace, serviceAccount: `${release}-alertmanager` },
        protect,
      },
      { parent: this },
    );
  }

  private createPrometheus(
    name: string,
    args: MonitoringArgs,
    notifications: Notifications,
    waits: readonly pulumi.Resource[],
  ): Release {
    const { account, clusterName, retentionDays, storageGiB } = args;
    return new Release(
      name,
      {
        name: release,
        namespace,
        ...charts.prometheus,
        values: prometheusValues({
          release,
          clusterName,
          region: account.region,
          retentionDays,
          storageGiB,
          topicArn: notifications.topicArn,
          grafanaSecret,
        }),
      },
      { parent: this, dependsOn: [...args.controllers, notifications, ...waits] },
    );
  }

  private createGpuExporter(name: string, stack: Release) {
    new Release(
      `${name}-gpu-exporter`,
      {
        name: charts.gpuExporter.chart,
        namespace,
        ...charts.gpuExporter,
        values: {
          ...onGpuNodes,
          resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "512Mi" } },
          serviceMonitor: { enabled: true, interval: "15s" },
        },
        // Where no GPU node runs there is nothing to wait for.
        skipAwait: true,
      },
      { parent: this, dependsOn: stack },
    );
  }

  private createPodMonitors(name: string, stack: Release) {
    for (const [subject, from] of Object.entries(scraped)) {
      new CustomResource(`${name}-${subject}`, podMonitor(subject, namespace, from), {
        parent: this,
        dependsOn: stack,
      });
    }
  }

  private createAlerts(name: string, { monthlyUsd }: MonitoringArgs, stack: Release) {
    new CustomResource(
      `${name}-rules`,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: "gantry", namespace },
        spec: { groups: ruleGroups(alerts(monthlyUsd)) },
      },
      { parent: this, dependsOn: stack },
    );
  }
}

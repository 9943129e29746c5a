import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import * as pulumi from "@pulumi/pulumi";
import { HelmRelease } from "../cluster/helm-release.ts";
import { onGpuNodes } from "../cluster/node-pool.ts";
import type { ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { externalSecret } from "../secrets/external-secret.ts";
import type { Account } from "../shared/account.ts";
import { partySecret } from "./alertmanager-values.ts";
import type { PoolReservation } from "./alerts/platform.ts";
import { alerts } from "./alerts.ts";
import { monitoringCharts } from "./charts.ts";
import { Dashboards } from "./dashboards/dashboards.ts";
import { dcgmCounters } from "./dcgm-counters.ts";
import { configMapReader, signInSecret } from "./grafana-values.ts";
import { cloudReader, remoteWriter } from "./identities.ts";
import type { ListPrices } from "./metrics/prices.ts";
import { scrapeSeconds } from "./metrics.ts";
import type { MonitoringSettings } from "./monitoring-settings.ts";
import { Notifications } from "./notifications.ts";
import type { RouteObjective } from "./objectives.ts";
import { podMonitor, scraped } from "./pod-monitors.ts";
import { namespace, release } from "./prometheus.ts";
import type { MonitoredCounts } from "./prometheus-memory.ts";
import { prometheusValues } from "./prometheus-values.ts";
import { ruleGroups } from "./rule-groups.ts";
import { runbookFolder } from "./runbooks.ts";

export interface MonitoringArgs extends MonitoringSettings {
  /** Its name, which all series carry. */
  readonly environment: string;
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  /** CloudWatch's name of the web ACL before the gateway. @default none */
  readonly webAcl?: string | undefined;
  /** The maximum number of monitored nodes and engines. */
  readonly watched: MonitoredCounts;
  /** US dollars that the environment may cost a month. */
  readonly monthlyUsd: number;
  /** The routes' objectives. */
  readonly routes: Readonly<Record<string, RouteObjective>>;
  /** By which plans are made and budgets counted. */
  readonly prices: ListPrices;
  /** Capacity reservations that end. */
  readonly reservations: readonly PoolReservation[];
  /** Secret in Secrets Manager with Grafana's admin password, and the store it is read through. */
  readonly grafanaAdmin: { readonly secret: string; readonly store: pulumi.Resource };
  /** Secrets in Secrets Manager with what third parties gave: `slack`, `pagerduty` and `grafana`, as far as they are configured. */
  readonly thirdParties: Readonly<Record<string, string>>;
  /** What has to run first: credentials and disks for pods, and the controllers. */
  readonly controllers: readonly pulumi.Resource[];
  /** Where Prometheus's and Alertmanager's disks come from. */
  readonly disks: pulumi.Resource;
  readonly protect: boolean;
}

const grafanaSecret = "grafana-admin";

/**
 * Prometheus, Alertmanager and Grafana, with their targets and receivers. None of it is reachable from outside.
 * Stateful: Prometheus's disk, which holds the history of metrics.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** What knows the kinds of monitors and rules, and reads them. */
  readonly monitors: pulumi.Resource;
  /** The path from alerts to people. */
  readonly notifications: Notifications;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:Monitoring", name, {}, opts);

    const namespaceReady = this.createNamespace(name, args);
    const secrets = this.createSecrets(name, args, namespaceReady);
    const notifications = this.createNotifications(name, args);
    this.notifications = notifications;
    const stack = this.createPrometheus(name, args, notifications, [
      namespaceReady,
      this.createConfigMapReader(name, namespaceReady),
      ...secrets,
    ]);
    this.createGpuExporter(name, stack);
    this.createPodMonitors(name, stack);
    this.createAlerts(name, args, stack);
    this.createDashboards(name, args, namespaceReady);
    this.monitors = stack;
    this.registerOutputs({});
  }

  /** Deleting it deletes the claims in it, and the driver of the disks behind them has to be there to see that. */
  private createNamespace(name: string, { controllers, disks, protect }: MonitoringArgs): Namespace {
    return new Namespace(
      name,
      {
        metadata: {
          name: namespace,
          // Node and GPU exporters read the host.
          labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        },
      },
      // Behind the controllers as well, so that taking those away gives the driver the time that a volume needs.
      { parent: this, protect, dependsOn: [disks, ...controllers] },
    );
  }

  /** Grafana's password, and what third parties gave for receivers and the sign-in. */
  private createSecrets(
    name: string,
    { grafanaAdmin, thirdParties }: MonitoringArgs,
    namespaceReady: Namespace,
  ): CustomResource[] {
    const wanted = [
      {
        name: grafanaSecret,
        entries: { "admin-password": { secret: grafanaAdmin.secret } },
        constants: { "admin-user": "admin" },
      },
      ...Object.entries({
        slack: [partySecret("slack"), "key"],
        pagerduty: [partySecret("pagerduty"), "key"],
        grafana: [signInSecret, "client-secret"],
      } as const).flatMap(([party, [secretName, key]]) => {
        const secret = thirdParties[party];
        return secret === undefined ? [] : [{ name: secretName, entries: { [key]: { secret } } }];
      }),
    ];
    return wanted.map(
      (one) =>
        new CustomResource(`${name}-${one.name}`, externalSecret({ namespace, ...one }), {
          parent: this,
          dependsOn: [namespaceReady, grafanaAdmin.store],
        }),
    );
  }

  /** What its pods may do in AWS, besides telling people. */
  private createIdentities(name: string, args: MonitoringArgs): PodIdentity[] {
    return [
      cloudReader(`${name}-grafana`, args, this),
      ...(args.remoteWrite
        ? [remoteWriter(`${name}-remote-write`, { ...args, ...args.remoteWrite }, this)]
        : []),
    ];
  }

  private createConfigMapReader(name: string, namespaceReady: Namespace): Role {
    return new Role(
      `${name}-${configMapReader}`,
      {
        metadata: { name: configMapReader, namespace },
        rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
      },
      { parent: this, dependsOn: [namespaceReady] },
    );
  }

  private createNotifications(
    name: string,
    { account, controlPlane, notify, protect }: MonitoringArgs,
  ): Notifications {
    return new Notifications(
      `${name}-alerts`,
      {
        account,
        controlPlane,
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
    const { account, controlPlane } = args;
    return new HelmRelease(
      name,
      {
        chart: monitoringCharts.prometheus,
        namespace,
        values: prometheusValues({
          ...args,
          release,
          clusterName: controlPlane.clusterName,
          region: account.region,
          topicArn: notifications.topicArn,
          heartbeatArn: notifications.heartbeat.arn,
          grafanaSecret,
        }),
        waits: [...args.controllers, notifications, ...this.createIdentities(name, args), ...waits],
      },
      { parent: this },
    ).release;
  }

  private createGpuExporter(name: string, stack: Release) {
    new HelmRelease(
      `${name}-gpu-exporter`,
      {
        chart: monitoringCharts.gpuExporter,
        namespace,
        values: {
          ...onGpuNodes,
          priorityClassName: "system-node-critical",
          // On nodes with 8 GPUs 512 MiB were too little. [public reports of 2026]
          resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "2Gi" } },
          serviceMonitor: { enabled: true, interval: `${scrapeSeconds}s` },
          customMetrics: dcgmCounters,
        },
        waits: [stack],
      },
      { parent: this },
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

  private createAlerts(
    name: string,
    { monthlyUsd, reservations, routes, prices, runbookBase = runbookFolder }: MonitoringArgs,
    stack: Release,
  ) {
    new CustomResource(
      `${name}-rules`,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: "gantry", namespace },
        spec: {
          groups: ruleGroups({ alerts: alerts({ monthlyUsd, reservations }), routes, prices, runbookBase }),
        },
      },
      { parent: this, dependsOn: stack },
    );
  }

  private createDashboards(
    name: string,
    { account, environment, webAcl, runbookBase = runbookFolder }: MonitoringArgs,
    namespaceReady: Namespace,
  ) {
    const { region } = account;
    new Dashboards(
      `${name}-dashboards`,
      { namespace, region, environment, webAcl, runbookBase, waits: [namespaceReady] },
      { parent: this },
    );
  }
}

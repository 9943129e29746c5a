import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";
import { grafanaDashboard } from "./board.ts";
import { boards } from "./boards.ts";

export interface DashboardsArgs {
  /** Where Grafana's sidecar looks for them. */
  readonly namespace: string;
  /** A URL under which runbooks can be opened, or their folder. */
  readonly runbookBase: string;
  /** Created first: the namespace. */
  readonly waits: readonly pulumi.Resource[];
}

/** The sidecar loads each ConfigMap with it, and again when it changes. [kube-prometheus-stack, grafana.sidecar.dashboards.label] */
const loadedByGrafana = { grafana_dashboard: "1" };

/** Grafana's dashboards, as ConfigMaps: they outlive its pod, and an edit of one is a reviewed edit here. */
export class Dashboards extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:Dashboards", name, {}, opts);
    this.createDashboards(name, args);
    this.registerOutputs({});
  }

  private createDashboards(name: string, { namespace, runbookBase, waits }: DashboardsArgs) {
    for (const board of boards) {
      new ConfigMap(
        `${name}-${board.uid}`,
        {
          metadata: { name: board.uid, namespace, labels: loadedByGrafana },
          data: { [`${board.uid}.json`]: JSON.stringify(grafanaDashboard(board, runbookBase)) },
        },
        { parent: this, dependsOn: [...waits] },
      );
    }
  }
}

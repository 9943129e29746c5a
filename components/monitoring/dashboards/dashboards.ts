import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import * as pulumi from "@pulumi/pulumi";
import { grafanaDashboard } from "./board.ts";
import { boards } from "./boards.ts";
import { type EdgeBoardArgs, edgeDashboard, edgeUid } from "./edge-board.ts";

export interface DashboardsArgs extends EdgeBoardArgs {
  /** Where Grafana's sidecar looks for them. */
  readonly namespace: string;
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

  private createDashboards(name: string, { namespace, waits, ...args }: DashboardsArgs) {
    const built = boards.map((board) => [board.uid, grafanaDashboard(board, args.runbookBase)] as const);
    for (const [uid, dashboard] of [...built, [edgeUid, edgeDashboard(args)] as const]) {
      new ConfigMap(
        `${name}-${uid}`,
        {
          metadata: { name: uid, namespace, labels: loadedByGrafana },
          data: { [`${uid}.json`]: JSON.stringify(dashboard) },
        },
        { parent: this, dependsOn: [...waits] },
      );
    }
  }
}

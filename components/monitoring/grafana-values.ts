import { resources } from "../cluster/system-pods.ts";
import { cloudWatch } from "./dashboards/edge-board.ts";
import { monitoringPods } from "./monitoring-pods.ts";
import type { MonitoringSettings } from "./monitoring-settings.ts";
import { grafanaUrl, namespace } from "./prometheus.ts";
import type { MonitoredCounts } from "./prometheus-memory.ts";

/** The Kubernetes Secret with the entry `client-secret`, of Grafana's client of the identity provider. */
export const signInSecret = "grafana-sign-in";

/** Its service account, which is named after the release's full name. [grafana chart, serviceAccount.name] */
export const grafanaName = "grafana";

/** The Kubernetes Role of its sidecars, which read dashboards and data sources from ConfigMaps of its namespace. */
export const configMapReader = "grafana-config-maps";

export interface GrafanaValuesArgs extends Pick<MonitoringSettings, "signIn"> {
  /** Whose metrics of CloudWatch it shows. */
  readonly region: string;
  readonly watched: MonitoredCounts;
  /** Kubernetes Secret with Grafana's `admin-user` and `admin-password`. */
  readonly grafanaSecret: string;
}

/** The chart's values of Grafana: it requires a sign-in, and is not reachable from outside. */
export function grafanaValues({ region, watched, grafanaSecret, signIn }: GrafanaValuesArgs) {
  return {
    fullnameOverride: grafanaName,
    additionalDataSources: [
      // By its pod's identity. [Grafana, CloudWatch: provision the data source]
      {
        ...cloudWatch,
        name: "CloudWatch",
        access: "proxy",
        editable: false,
        jsonData: { authType: "default", defaultRegion: region },
      },
    ],
    // The chart's own role reads every Secret of the cluster.
    rbac: { namespaced: true, useExistingRole: configMapReader },
    sidecar: {
      dashboards: { searchNamespace: namespace, resource: "configmap" },
      datasources: { searchNamespace: namespace, resource: "configmap" },
    },
    "grafana.ini": {
      // What the redirect URI of a sign-in begins with.
      server: { root_url: grafanaUrl },
      // At each start Grafana would replace the data sources in its image by what grafana.com has then; where that fails,
      // Prometheus isn't registered any more. [grafana#132528]
      plugins: { preinstall_disabled: true },
      analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
      "auth.anonymous": { enabled: false },
      users: { allow_sign_up: false, auto_assign_org_role: "Viewer" },
      ...(signIn && {
        // [grafana.com, Configure generic OAuth authentication]
        "auth.generic_oauth": {
          enabled: true,
          name: "single sign-on",
          allow_sign_up: true,
          scopes: "openid profile email",
          use_pkce: true,
          client_id: signIn.clientId,
          auth_url: signIn.authorizationUrl,
          token_url: signIn.tokenUrl,
          api_url: signIn.userInfoUrl,
        },
      }),
    },
    // Optional: while it is yet to be put, the admin's password is the way in.
    ...(signIn && {
      envValueFrom: {
        GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: {
          secretKeyRef: { name: signInSecret, key: "client-secret", optional: true },
        },
      },
    }),
    admin: { existingSecret: grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
    resources: resources(monitoringPods(watched).grafana),
  };
}

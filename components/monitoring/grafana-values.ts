import { resources } from "../cluster/system-pods.ts";
import { monitoringPods } from "./monitoring-pods.ts";
import type { MonitoringSettings } from "./monitoring-settings.ts";
import type { MonitoredCounts } from "./prometheus-memory.ts";

/** The Kubernetes Secret with the entry `client-secret`, of Grafana's client of the identity provider. */
export const signInSecret = "grafana-sign-in";

export interface GrafanaValuesArgs extends Pick<MonitoringSettings, "signIn"> {
  readonly watched: MonitoredCounts;
  /** Kubernetes Secret with Grafana's `admin-user` and `admin-password`. */
  readonly grafanaSecret: string;
}

/** The chart's values of Grafana: it requires a sign-in, and nothing of it is reachable from outside. */
export function grafanaValues({ watched, grafanaSecret, signIn }: GrafanaValuesArgs) {
  return {
    fullnameOverride: "grafana",
    "grafana.ini": {
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

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { monitoringCharts } from "../../components/monitoring/charts.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import { monitoringValues, type RenderedObject, renderMonitoring } from "../support/monitoring-chart.ts";
import { schemaProblem } from "../support/published-schemas.ts";

const { chart, version } = monitoringCharts.prometheus;
const workspaceId = "ws-12345678-90ab-cdef-1234-567890abcdef";
const objects = renderMonitoring(
  monitoringValues({
    slack: { channel: "#gantry-alerts" },
    pagerDuty: true,
    signIn: {
      clientId: "grafana",
      authorizationUrl: "https://login.example.com/authorize",
      tokenUrl: "https://login.example.com/token",
      userInfoUrl: "https://login.example.com/userinfo",
    },
    remoteWrite: { workspaceId },
  }),
);

interface Rule {
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}
interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

describe.runIf(objects !== undefined)(`what ${chart} ${version} makes of every option`, () => {
  const one = (kind: string, name: string): RenderedObject => {
    const found = objects?.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found;
  };

  it("is an Alertmanager whose configuration its own tool accepts", () => {
    const secret = one("Secret", "alertmanager-monitoring-alertmanager");
    const { "alertmanager.yaml": encoded = "" } = secret.data as Record<string, string>;
    const configuration = Buffer.from(encoded, "base64").toString();
    for (const receiver of ["none", "heartbeat", "people", "pager"])
      expect(configuration).toContain(`name: ${receiver}\n`);
    expect(checked("amtool", ["check-config"], configuration)).toContain("4 receivers");
  });

  it("is a Prometheus and an Alertmanager that the operator's schemas accept, with disks that stay", async () => {
    const prometheus = one("Prometheus", "monitoring-prometheus");
    const alertmanager = one("Alertmanager", "monitoring-alertmanager");
    for (const object of [prometheus, alertmanager]) {
      // The package takes a claim's kind for that of the object around it.
      const { storage: _, ...spec } = object.spec as Properties;
      expect(await schemaProblem({ apiVersion: object.apiVersion, kind: object.kind, spec })).toBeUndefined();
    }
    for (const { spec } of [prometheus, alertmanager])
      expect(spec).toMatchObject({
        storage: { volumeClaimTemplate: { spec: { storageClassName: "gp3" } } },
        persistentVolumeClaimRetentionPolicy: { whenScaled: "Retain" },
      });
    expect(prometheus.spec).toMatchObject({
      ruleSelector: {},
      podMonitorSelector: {},
      serviceMonitorSelector: {},
    });
  });

  it("is a Prometheus that writes to the workspace, in settings that promtool knows", () => {
    const { remoteWrite } = one("Prometheus", "monitoring-prometheus").spec as {
      remoteWrite: { url: string; sigv4: { region: string } }[];
    };
    expect(remoteWrite).toEqual([
      {
        url: `https://aps-workspaces.us-east-1.amazonaws.com/workspaces/${workspaceId}/api/v1/remote_write`,
        sigv4: { region: "us-east-1" },
      },
    ]);
    // The operator writes both fields under these names. [prometheus-operator, pkg/prometheus/promcfg.go]
    expect(checked("promtool", ["check", "config"], JSON.stringify({ remote_write: remoteWrite }))).toContain(
      "SUCCESS",
    );
  });

  it("is a Grafana that requires a sign-in, downloads nothing and reads both sources", () => {
    const { "grafana.ini": ini = "" } = one("ConfigMap", "grafana").data as Record<string, string>;
    expect(sections(ini)).toMatchObject({
      "auth.anonymous": { enabled: "false" },
      "auth.generic_oauth": {
        enabled: "true",
        client_id: "grafana",
        auth_url: "https://login.example.com/authorize",
        token_url: "https://login.example.com/token",
        api_url: "https://login.example.com/userinfo",
        use_pkce: "true",
      },
      plugins: { preinstall_disabled: "true" },
      server: { root_url: "http://localhost:3000/" },
      users: { allow_sign_up: "false", auto_assign_org_role: "Viewer" },
    });
    const source = one("ConfigMap", "monitoring-grafana-datasource").data as Record<string, string>;
    const { datasources } = parse(source["datasource.yaml"] ?? "") as { datasources: { uid: string }[] };
    expect(datasources.map(({ uid }) => uid)).toEqual(["prometheus", "alertmanager", "cloudwatch"]);
    const { containers } = (
      one("Deployment", "grafana").spec as { template: { spec: { containers: Container[] } } }
    ).template.spec;
    const variables = containers.find(({ name }) => name === "grafana")?.env;
    expect(variables?.find(({ name }) => name === "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET")?.valueFrom).toEqual({
      secretKeyRef: { name: "grafana-sign-in", key: "client-secret", optional: true },
    });
    // A password of its own would stand in one more.
    expect(objects?.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name)).toEqual([
      "alertmanager-monitoring-alertmanager",
    ]);
  });

  it("lets the operator alone read Secrets outside its namespace", () => {
    const readers = (objects ?? []).filter(
      ({ kind, rules }) =>
        kind === "ClusterRole" && (rules as Rule[]).some(({ resources }) => resources?.includes("secrets")),
    );
    expect(readers.map(({ metadata }) => metadata.name)).toEqual(["monitoring-operator"]);
    expect(one("RoleBinding", "grafana").roleRef).toMatchObject({
      kind: "Role",
      name: "grafana-config-maps",
    });
  });

  it("is reached from nowhere outside", () => {
    const outside = (objects ?? []).filter(
      ({ kind, spec }) =>
        kind === "Ingress" ||
        kind === "HTTPRoute" ||
        (kind === "Service" && ((spec as { type?: string }).type ?? "ClusterIP") !== "ClusterIP"),
    );
    expect(outside).toEqual([]);
  });
});

/** What a tool says of a file that it accepts. */
function checked(tool: string, command: readonly string[], text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "gantry-check-"));
  const file = join(folder, "config.yaml");
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(tool, [...command, file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

/** An ini file's values by section and key. */
function sections(ini: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of ini.split("\n")) {
    const title = /^\[(.+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\S+) = (.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      section = {};
      found[title] = section;
    } else if (key !== undefined) section[key] = value ?? "";
  }
  return found;
}

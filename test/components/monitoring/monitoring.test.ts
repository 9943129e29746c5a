import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { alerts } from "../../../components/monitoring/alerts.ts";
import { prometheus } from "../../../components/monitoring/prometheus.ts";
import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import { at, find, fixturePlan, ofType, planWith, waitsFor } from "../../support/plan.ts";

const prod = fixturePlan("prod");
const container = "spec.template.spec.containers.0";
const release = find(prod, "helm.sh/v3:Release", "monitoring");

describe("the Prometheus release", () => {
  it("is pinned, keeps its data, and reads every monitor and rule", () => {
    expect(release.inputs).toMatchObject({ chart: "kube-prometheus-stack", version: "88.5.3" });
    const spec = at(release, "values.prometheus.prometheusSpec") as Record<string, unknown>;
    expect(spec).toMatchObject({ retention: "30d", retentionSize: "160GiB" });
    expect(
      at(release, "values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec"),
    ).toMatchObject({
      storageClassName: "gp3",
      resources: { requests: { storage: "200Gi" } },
    });
    const open = ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"];
    expect(open.map((kind) => spec[`${kind}SelectorNilUsesHelmValues`])).toEqual(open.map(() => false));
  });

  it("is asked at the address that its own name gives", () => {
    expect(prometheus.address).toBe(
      `http://${at(release, "values.fullnameOverride")}-prometheus.monitoring.svc:9090`,
    );
    expect(at(find(prod, "ScaledObject", "chat-blue"), "spec.triggers.0.metadata.serverAddress")).toBe(
      prometheus.address,
    );
  });

  it("takes Grafana's password from Secrets Manager and has none in its values", () => {
    expect(at(release, "values.grafana.admin")).toEqual({
      existingSecret: "grafana-admin",
      userKey: "admin-user",
      passwordKey: "admin-password",
    });
    const synced = find(prod, "ExternalSecret", "monitoring-grafana-admin");
    expect(at(synced, "spec.data.0.remoteRef.key")).toBe("gantry/prod/grafana-admin");
    expect(at(synced, "spec.target.template.data")).toEqual({ "admin-user": "admin" });
    expect(release.dependencies).toContain(synced.urn);
  });
});

describe("Grafana", () => {
  const values = at(release, "values.grafana");

  it("loads dashboards and data sources of its namespace and can read no Secret", () => {
    expect(values).toMatchObject({
      rbac: { namespaced: true, useExistingRole: "grafana-config-maps" },
      sidecar: {
        dashboards: { searchNamespace: "monitoring", resource: "configmap" },
        datasources: { searchNamespace: "monitoring", resource: "configmap" },
      },
    });
    const role = find(prod, "rbac.authorization.k8s.io/v1:Role", "monitoring-grafana-config-maps");
    expect(role.inputs).toMatchObject({
      metadata: { name: "grafana-config-maps", namespace: "monitoring" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
    });
    expect(release.dependencies).toContain(role.urn);
  });

  it("downloads nothing, and sends a browser back to where it was reached", () => {
    expect((values as Record<string, unknown>)["grafana.ini"]).toMatchObject({
      plugins: { preinstall_disabled: true },
      server: { root_url: "http://localhost:3000/" },
      "auth.anonymous": { enabled: false },
    });
  });
});

describe("alerts", () => {
  it("go to an encrypted topic that Alertmanager alone may write to, and from there to people", () => {
    const receivers = at(release, "values.alertmanager.config.receivers") as {
      sns_configs?: { topic_arn: string }[];
    }[];
    expect(receivers[2]?.sns_configs?.[0]?.topic_arn).toBe(
      "arn:aws:sns:us-east-1:333344445555:gantry-prod-alerts",
    );
    expect(find(prod, "PodIdentityAssociation", "monitoring-alerts").inputs).toMatchObject({
      namespace: "monitoring",
      serviceAccount: "monitoring-alertmanager",
    });
    expect(
      find(prod, "aws:sns/topic:Topic", "monitoring-alerts").propertyDependencies.kmsMasterKeyId,
    ).toEqual([find(prod, "aws:kms/key:Key", "monitoring-alerts").urn]);
    expect(ofType(prod, "TopicSubscription").map(({ inputs }) => inputs.endpoint)).toEqual([
      "oncall@example.com",
    ]);
  });

  it("are sent where only IAM says who may, and only over TLS", () => {
    const policy = JSON.parse(
      String(find(prod, "aws:sns/topicPolicy:TopicPolicy", "monitoring-alerts").inputs.policy),
    );
    expect(policy.Statement).toEqual([
      expect.objectContaining({
        Effect: "Deny",
        Action: "sns:Publish",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
      // CloudWatch's alarms of this account.
      expect.objectContaining({
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "333344445555" } },
      }),
    ]);
  });

  it("that only inform are sent nowhere", () => {
    expect(at(release, "values.alertmanager.config.route.routes")).toEqual([
      expect.objectContaining({ receiver: "heartbeat", matchers: ['alertname="Watchdog"'] }),
      { receiver: "none", matchers: ['severity=~"none|info"'] },
    ]);
  });

  it("are all in the cluster", () => {
    const rules = at(find(prod, "PrometheusRule", "monitoring-rules"), "spec.groups.1.rules") as {
      alert: string;
    }[];
    expect(rules.map(({ alert }) => alert)).toEqual(
      alerts({ monthlyUsd: 75_000, reservations: [] }).map(({ name }) => name),
    );
  });
});

describe("the GPU exporter", () => {
  it("publishes every counter that an alert reads, which its own list doesn't", () => {
    const list = at(
      find(prod, "helm.sh/v3:Release", "monitoring-gpu-exporter"),
      "values.customMetrics",
    ) as string;
    const published = list
      .trim()
      .split("\n")
      .map((line) => line.split(", "));
    expect(published.every(([, type]) => type === "gauge" || type === "counter")).toBe(true);
    const names = published.map(([name]) => name);
    const read = ofType(prod, "PrometheusRule").flatMap(
      ({ inputs }) => JSON.stringify(inputs).match(/DCGM_\w+/g) ?? [],
    );
    expect(read).toContain("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL");
    expect(read.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("engines' metrics", () => {
  it("carry model, colour and release, which alerts and autoscaling ask by", () => {
    const relabelings = at(
      find(prod, "PodMonitor", "monitoring-engines"),
      "spec.podMetricsEndpoints.0.relabelings",
    );
    expect(relabelings).toEqual(
      ["model", "colour", "release"].map((label) => ({
        sourceLabels: [`__meta_kubernetes_pod_label_gantry_dev_${label}`],
        targetLabel: label,
      })),
    );
    for (const query of at(find(prod, "ScaledObject", "chat-blue"), "spec.triggers") as {
      metadata: { query: string };
    }[]) {
      expect(query.metadata.query).toContain('model="chat",colour="blue"');
    }
  });

  it("are read once Prometheus's kinds exist", () => {
    for (const monitor of ofType(prod, "PodMonitor"))
      expect(waitsFor(prod, monitor, "Release")).toEqual(["monitoring"]);
  });
});

describe("CloudWatch's alarms", () => {
  const alarms = ofType(prod, "aws:cloudwatch/metricAlarm:MetricAlarm");

  it("watch what callers reach, the cache and Alertmanager, and tell people by the same topic", () => {
    expect(alarms.map(({ inputs }) => inputs.name).sort()).toEqual(
      expect.arrayContaining([
        "gantry-prod-CertificateEnding",
        "gantry-prod-EdgeErrors",
        "gantry-prod-EdgeWithoutTargets",
        "gantry-prod-MonitoringSilent",
      ]),
    );
    for (const { inputs } of alarms) {
      expect(inputs.alarmActions).toEqual(["arn:aws:sns:us-east-1:333344445555:gantry-prod-alerts"]);
      expect(inputs.alarmDescription).toMatch(/runbooks\/[a-z-]+\.md$/);
    }
  });

  it("notify when data of Alertmanager or of the gateway's targets ends, and not before it begins", () => {
    for (const watched of ["MonitoringSilent", "EdgeWithoutTargets"]) {
      const alarm = alarms.find(({ inputs }) => inputs.name === `gantry-prod-${watched}`);
      expect(alarm?.inputs).toMatchObject({
        // An alarm begins in this state, and only a change of state is notified.
        treatMissingData: "missing",
        insufficientDataActions: ["arn:aws:sns:us-east-1:333344445555:gantry-prod-alerts"],
      });
      // What it watches runs before it is created, and longer than it is there.
      expect(alarm && waitsFor(prod, alarm, "Deployment")).toContain("gateway");
      expect(alarm && waitsFor(prod, alarm, "Release")).toContain("monitoring");
    }
    const silent = alarms.find(({ inputs }) => inputs.name === "gantry-prod-MonitoringSilent");
    expect(silent?.inputs).toMatchObject({
      dimensions: { TopicName: "gantry-prod-heartbeat" },
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
    });
    const heartbeat = at(release, "values.alertmanager.config.receivers.1.sns_configs.0.topic_arn");
    expect(heartbeat).toBe("arn:aws:sns:us-east-1:333344445555:gantry-prod-heartbeat");
  });
});

describe("what is optional", () => {
  const settings = {
    retentionDays: 30,
    storageGiB: 200,
    notify: ["oncall@example.com"],
    slack: { channel: "#gantry-alerts" },
    pagerDuty: true,
    signIn: {
      clientId: "grafana",
      authorizationUrl: "https://login.example.com/authorize",
      tokenUrl: "https://login.example.com/token",
      userInfoUrl: "https://login.example.com/userinfo",
    },
    remoteWrite: { workspaceId: "ws-12345678-90ab-cdef-1234-567890abcdef" },
    tracing: { namespace: "tracing", service: "collector", sampledPercent: 10 },
  };
  const planned = planWith("prod", "monitoring", settings);

  it("isn't there where nothing is configured", () => {
    expect(at(release, "values.alertmanager.alertmanagerSpec")).not.toHaveProperty("volumes");
    expect(at(release, "values.grafana")).not.toHaveProperty("envValueFrom");
    expect(at(release, "values.prometheus.prometheusSpec")).not.toHaveProperty("remoteWrite");
    for (const deployment of ofType(prod, "Deployment"))
      expect(JSON.stringify(at(deployment, container))).not.toMatch(/otlp|OTEL_/);
  });

  it("has a secret of its own for each third party, which nothing waits for", async () => {
    const plan = await planned;
    const values = find(plan, "helm.sh/v3:Release", "monitoring");
    for (const [party, secret, key] of [
      ["slack", "alerts-slack", "key"],
      ["pagerduty", "alerts-pagerduty", "key"],
      ["grafana", "grafana-sign-in", "client-secret"],
    ]) {
      const synced = find(plan, "ExternalSecret", `monitoring-${secret}`);
      expect(at(synced, "spec.data")).toEqual([
        { secretKey: key, remoteRef: { key: `gantry/prod/providers/${party}` } },
      ]);
    }
    const volumes = at(values, "values.alertmanager.alertmanagerSpec.volumes") as { secret: object }[];
    expect(volumes.map(({ secret }) => secret)).toEqual([
      { secretName: "alerts-slack", optional: true },
      { secretName: "alerts-pagerduty", optional: true },
    ]);
    expect(at(values, "values.grafana.envValueFrom.GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET")).toEqual({
      secretKeyRef: { name: "grafana-sign-in", key: "client-secret", optional: true },
    });
  });

  it("sends a tenth of all traces from the gateway and vLLM to the collector, and nothing else there", async () => {
    const plan = await planned;
    const address = "http://collector.tracing.svc:4318";
    const sampling = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" };
    const environment = { OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=prod", ...sampling };
    const variables = (deployment: PlannedResource) =>
      Object.fromEntries(
        (at(deployment, `${container}.env`) as { name: string; value?: string }[])
          .filter(({ name }) => name.startsWith("OTEL_"))
          .map(({ name, value }) => [name, value]),
      );
    expect(variables(find(plan, "Deployment", "gateway"))).toEqual({
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: address, OTEL_SERVICE_NAME: "gateway" },
      ...environment,
    });
    const engine = find(plan, "Deployment", "chat-blue");
    expect(at(engine, `${container}.args`)).toContain(`--otlp-traces-endpoint=${address}/v1/traces`);
    expect(variables(engine)).toEqual({
      ...{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf", OTEL_SERVICE_NAME: "chat-blue" },
      ...environment,
    });
    const collector = {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tracing" } } }],
      ports: [{ protocol: "TCP", port: 4318 }],
    };
    const toCollector = ofType(plan, "NetworkPolicy").filter((policy) =>
      ((at(policy, "spec.egress") ?? []) as object[]).some((rule) => isDeepStrictEqual(rule, collector)),
    );
    expect(toCollector.map(({ name }) => name).sort()).toEqual(["gateway-gateway", "serving-engines"]);
  });

  it("lets Prometheus write to the one workspace that is named, by its own identity", async () => {
    const plan = await planned;
    const workspace = "workspace/ws-12345678-90ab-cdef-1234-567890abcdef";
    const { inputs } = find(plan, "RolePolicy", "monitoring-remote-write");
    expect(JSON.parse(String(inputs.policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Action: "aps:RemoteWrite",
        Resource: `arn:aws:aps:us-east-1:333344445555:${workspace}`,
      },
    ]);
    const values = find(plan, "helm.sh/v3:Release", "monitoring");
    expect(at(values, "values.prometheus.prometheusSpec.remoteWrite")).toEqual([
      {
        url: `https://aps-workspaces.us-east-1.amazonaws.com/workspaces/${workspace.slice(10)}/api/v1/remote_write`,
        sigv4: { region: "us-east-1" },
      },
    ]);
    expect(find(plan, "PodIdentityAssociation", "monitoring-remote-write").inputs).toMatchObject({
      serviceAccount: "monitoring-prometheus",
    });
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { difference, type ResourceChange } from "../../../scripts/plan/difference.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { unknown } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType, planWith, waitsFor } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");
const deployment = find(dev, "Deployment", "gateway");
const pod = "spec.template.spec";
const container = `${pod}.containers.0`;

function changes(from: Plan, to: Plan): string[] {
  return difference(from, to).map(({ urn, kind, fields }: ResourceChange) => {
    const [type, name] = [urn.split("::").at(-2)?.split(":").at(-1), urn.split("::").at(-1)];
    return `${kind} ${type} ${name} ${fields.join(" ")}`.trimEnd();
  });
}

function variables(of: Plan): Record<string, unknown> {
  const env = at(find(of, "Deployment", "gateway"), `${container}.env`) as {
    name: string;
    value?: unknown;
    valueFrom?: unknown;
  }[];
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}

describe("the gateway's pods", () => {
  it("run LiteLLM by digest, as an unprivileged user, on a root that is read-only, with no token of the cluster", () => {
    expect(at(deployment, `${container}.image`)).toMatch(/^ghcr\.io\/berriai\/litellm@sha256:[0-9a-f]{64}$/);
    expect(at(deployment, pod)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true },
    });
    expect(at(deployment, `${container}.securityContext`)).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
  });

  it("are replaced one by one, each new one ready first, and each old one when its streams are done", () => {
    expect(at(deployment, "spec.strategy.rollingUpdate")).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    const preStop = Number(at(deployment, `${container}.lifecycle.preStop.sleep.seconds`));
    expect(Number(at(deployment, `${pod}.terminationGracePeriodSeconds`))).toBeGreaterThan(preStop + 600);
    expect(variables(dev).GRACEFUL_SHUTDOWN_TIMEOUT).toBe("600");
  });

  it("become ready only behind the edge: they wait for its rules and the binding", () => {
    expect(waitsFor(dev, deployment, "ListenerRule")).toEqual(["edge-answers", "edge-models"]);
    expect(waitsFor(dev, deployment, "TargetGroupBinding")).toEqual(["gateway"]);
  });

  it("hold no secret: every key comes from a Secret that External Secrets keeps", () => {
    const { REDIS_HOST, ...others } = variables(dev);
    expect(REDIS_HOST).toBe(unknown);
    const secrets = Object.entries(others).filter(
      ([name]) => /KEY|PASSWORD|TOKEN/.test(name) && name !== "GANTRY_TENANT_KEYS",
    );
    expect(secrets.map(([name]) => name).sort()).toEqual([
      "ENGINE_API_KEY",
      "GANTRY_METRICS_TOKEN",
      "LITELLM_MASTER_KEY",
      "OPENAI_API_KEY",
      "REDIS_PASSWORD",
    ]);
    for (const [, value] of secrets)
      expect(value).toMatchObject({ secretKeyRef: { name: expect.any(String) } });
    expect(ofType(dev, "core/v1:Secret")).toEqual([]);
  });

  it("start without a provider's key, which may not be stored yet, and require every other one", () => {
    const optional = Object.entries(variables(dev)).filter(
      ([, value]) => at({ inputs: { value } } as never, "value.secretKeyRef.optional") === true,
    );
    expect(optional.map(([name]) => name)).toEqual(["OPENAI_API_KEY"]);
  });

  it("let the named pages call, and none where none is named", async () => {
    expect(variables(dev)).toMatchObject({
      LITELLM_CORS_ORIGINS: "https://app.dev.example.com",
      LITELLM_CORS_ALLOW_CREDENTIALS: "false",
    });
    const none = await planWith("dev", "edge.allowedOrigins", []);
    expect(variables(none).LITELLM_CORS_ORIGINS).toBe("https://none.invalid");
  });

  it("take what their size says, and count processes where LiteLLM counts by itself", () => {
    expect(at(deployment, `${container}.args`)).toContain("--num_workers=1");
    expect(at(find(prod, "Deployment", "gateway"), `${container}.args`)).toContain("--num_workers=2");
    const settings = at(find(prod, "ConfigMap", "gateway"), "data") as Record<string, string>;
    expect(settings["settings.yaml"]).toContain("replicas: 12");
  });

  it("let through what both slots hold, each process its part: after a switch the old slot still has streams", () => {
    const { "config.yaml": config = "" } = at(find(dev, "ConfigMap", "gateway"), "data") as Record<
      string,
      string
    >;
    // 32 sequences in blue's one replica and 48 in green's, four times as many with those that wait; two processes.
    expect(config.match(/model_name: \S+|max_parallel_requests: \d+/g)).toEqual([
      "model_name: gpt-4o",
      ...["model_name: chat", "max_parallel_requests: 160"],
      ...["model_name: chat-blue", "max_parallel_requests: 64"],
      ...["model_name: chat-green", "max_parallel_requests: 96"],
    ]);
  });
});

describe("the gateway's role", () => {
  it("writes and lists records and invokes nothing where no model is Bedrock's", () => {
    const policy = JSON.parse(String(find(dev, "aws:iam/rolePolicy:RolePolicy", "gateway").inputs.policy));
    expect(policy.Statement.map(({ Action }: { Action: unknown }) => Action)).toEqual([
      "s3:PutObject",
      "s3:ListBucket",
      ["kms:Decrypt", "kms:GenerateDataKey"],
    ]);
    expect(policy.Statement[0].Resource).toBe("arn:aws:s3:::example-gantry-dev-records/records/*");
  });
});

describe("the gateway's network", () => {
  const policy = find(dev, "NetworkPolicy", "gateway-gateway");

  it("lets the edge and Prometheus in", () => {
    const from = (at(policy, "spec.ingress") as { from: object[] }[]).flatMap((rule) => rule.from);
    expect(from).toEqual([
      { ipBlock: { cidr: "10.40.224.0/22" } },
      { ipBlock: { cidr: "10.40.228.0/22" } },
      expect.objectContaining({ podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } }),
    ]);
  });

  it("lets names, cache, models, credentials, queues and TLS out", () => {
    const ports = (at(policy, "spec.egress") as { ports: { port: number }[] }[]).map((rule) =>
      rule.ports.map(({ port }) => port),
    );
    expect(ports).toEqual([[53, 53], [80, 6379], [9090], [80], [443]]);
  });
});

describe("metrics", () => {
  it("are shown to who has their own key, in the namespace of its Secret", () => {
    const monitor = find(dev, "PodMonitor", "gateway");
    expect(at(monitor, "metadata.namespace")).toBe("gateway");
    expect(at(monitor, "spec.podMetricsEndpoints.0.authorization.credentials")).toEqual({
      name: "gateway",
      key: "metrics-key",
    });
    expect(at(find(dev, "ExternalSecret", "gateway"), "spec.data")).toContainEqual({
      secretKey: "metrics-key",
      remoteRef: { key: "gantry/dev/gateway-metrics-key" },
    });
  });
});

describe("another tenant", () => {
  const batch = {
    models: ["assistant"],
    requestsPerMinute: 10,
    tokensPerMinute: 10_000,
    monthlyBudgetUsd: 5,
  };
  let added: Plan;
  beforeAll(async () => {
    added = await planWith("dev", "tenants.batch", batch);
  });

  it("gets keys of its own and a line in the documents: no pod and no other tenant's key changes", () => {
    expect(changes(dev, added).sort()).toEqual([
      "create RandomPassword secrets-tenants-batch-1",
      "create RandomPassword secrets-tenants-batch-1-signing",
      "create Secret secrets-tenants-batch-1",
      "create Secret secrets-tenants-batch-1-signing",
      "create SecretVersion secrets-tenants-batch-1",
      "create SecretVersion secrets-tenants-batch-1-signing",
      "update ConfigMap gateway data",
      "update ExternalSecret gateway-tenant-keys spec",
    ]);
  });

  it("is revoked by the same edit, reversed", () => {
    expect(
      changes(added, dev).filter((change) => !/^(delete|update (ConfigMap|ExternalSecret))/.test(change)),
    ).toEqual([]);
  });

  it("has two keys while clients change over", async () => {
    const rotating = await planWith("dev", "tenants.web.keys", [1, 2]);
    expect(changes(dev, rotating).filter((change) => change.startsWith("create Secret "))).toEqual([
      "create Secret secrets-tenants-web-2",
      "create Secret secrets-tenants-web-2-signing",
    ]);
    expect(changes(dev, rotating).filter((change) => change.includes("Deployment"))).toEqual([]);
  });
});

describe("a change of what LiteLLM reads once", () => {
  it("replaces the pods", async () => {
    const another = await planWith("dev", "hosted.gpt-4o.requestsPerMinute", 100);
    expect(changes(dev, another).sort()).toEqual([
      "update ConfigMap gateway data",
      "update Deployment gateway spec",
    ]);
  });
});

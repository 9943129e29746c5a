import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extensionMount } from "../../components/gateway/extension.ts";
import { GatewayProcess } from "../../scripts/local/gateway-process.ts";
import { groupArns, plannedListenerRules } from "../../scripts/local/listener-rules.ts";
import { LocalLoadBalancer } from "../../scripts/local/load-balancer.ts";
import { freePort } from "../../scripts/local/loopback.ts";
import { replaced, writePodFiles } from "../../scripts/local/mapped.ts";
import { type PlannedPod, plannedPod } from "../../scripts/local/planned-pod.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { Redis } from "../../scripts/local/redis.ts";
import { SimulatedEngine } from "../../scripts/local/simulated-engine.ts";
import { planProgram } from "../../scripts/plan/plan.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { changed } from "../support/changed.ts";
import { fixtureValues } from "../support/project.ts";
import { ask, question, said } from "./gateway/client.ts";
import { inContainer, whyNoNamespace } from "./gateway/namespace.ts";
import { keyOf } from "./gateway/stack.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});
const noNamespace = whyNoNamespace();
if (noNamespace !== undefined) console.warn(`skipped: a pod needs a root of its own: ${noNamespace}`);

/** A tenant that has as many streams open as an engine takes. */
const web = {
  models: ["assistant"],
  requestsPerMinute: 1000,
  tokensPerMinute: 1_000_000,
  parallelRequests: 300,
  monthlyBudgetUsd: 200,
};

/** What Secrets Manager has, by name: only tenants' keys need a value that a test knows. */
function secretValue(name: string): string {
  const [, , kind, tenant] = name.split("/");
  if (kind === "tenants" && !name.endsWith("/signing")) return keyOf(tenant ?? "");
  return `${kind === "gateway-master-key" ? "sk-" : ""}${name.replaceAll("/", "-")}-0123456789abcdef0123456789`;
}

describe.runIf(bin !== undefined && noNamespace === undefined)("the planned pod of the gateway", () => {
  const folder = mkdtempSync(join(tmpdir(), "gantry-pod-"));
  const behaviour = { tokensPerSecond: 500, firstTokenSeconds: 0.01, errorRate: 0 };
  let pod: PlannedPod;
  let engine: SimulatedEngine;
  let enginePort: number;
  let balancer: LocalLoadBalancer;
  let redis: Redis;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    const project = projectCopy(fixtureValues);
    const { resources } = await planProgram({
      root: project,
      environment: "dev",
      edit: (config) => changed(config, ["gantry:tenants", "web"], web) as typeof config,
      outputs: groupArns,
    });
    rmSync(project, { recursive: true });
    pod = plannedPod(resources, "gateway", secretValue);
    for (const place of pod.writable) mkdirSync(join(folder, place), { recursive: true });
    engine = new SimulatedEngine({
      name: "blue",
      servedName: "chat",
      behaviour,
      apiKey: secretValue("gantry/dev/engine-api-key"),
    });
    enginePort = await engine.listen();
    const target = { host: "127.0.0.1", port: enginePort, healthy: true };
    balancer = new LocalLoadBalancer({
      rules: plannedListenerRules(resources),
      groups: { "chat-blue": [target] },
      idleSeconds: 60,
    });
    const models = await balancer.listen(0, "chat.models.internal");
    redis = await Redis.start({
      bin: bin ?? "",
      folder,
      password: pod.variables.REDIS_PASSWORD ?? "",
      tls: certificate(join(folder, "tmp")),
    });
    gateway = await start(models);
    await gateway.ready(pod.probes.startup);
  });
  afterAll(async () => {
    await gateway?.stop();
    await balancer?.close();
    await engine?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function running(): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${enginePort}/metrics`)).text();
    return Number(/^vllm:num_requests_running\{.*\} (\d+)$/m.exec(metrics)?.[1]);
  }

  /** As the container runtime starts it: addresses are this machine's, and nothing else differs. */
  async function start(models: number): Promise<GatewayProcess> {
    writePodFiles(folder, pod.files, { "http://chat.models.internal/": `http://127.0.0.1:${models}/` });
    const port = await freePort();
    const args = pod.args.map((arg) => replaced(arg, { [`--port=${pod.port}`]: `--port=${port}` }));
    const [program = "", ...command] = inContainer({
      folders: Object.fromEntries(
        [...Object.keys(pod.files), ...pod.writable].map((place) => [place, join(folder, place)]),
      ),
      writable: pod.writable,
      scratch: join(folder, "root"),
      command: [join(bin ?? "", "litellm"), ...args, "--host=127.0.0.1"],
    });
    return new GatewayProcess({
      program,
      args: command,
      folder: "/",
      port,
      variables: {
        ...pod.variables,
        REDIS_HOST: "127.0.0.1",
        REDIS_PORT: String(redis.port),
        // The authority of the certificate is one that this machine doesn't know.
        SSL_CERT_FILE: "/tmp/redis.crt",
      },
    });
  }

  it("starts on a read-only root, with what is mounted and with Redis by TLS and password", async () => {
    expect(Object.keys(pod.files).sort()).toEqual(["/etc/gantry/keys", "/etc/litellm", extensionMount]);
    expect(pod.writable).toEqual(["/tmp"]);
    for (const path of Object.values(pod.probes))
      expect([path, (await fetch(`${gateway.address}${path}`)).status]).toEqual([path, 200]);
    // What it can't reach or write it says.
    expect(gateway.output).not.toMatch(/Read-only file system|Redis is lost|Traceback/);
  });

  it("answers a tenant's question by the engine, through the planned listener rules", async () => {
    const whole = await ask(gateway);
    expect([whole.code, JSON.parse(whole.text).choices?.[0].message.content]).toEqual(["ok", "0 1 2 3 4"]);
    expect(whole.headers.get("x-gantry-model")).toBe("chat");
    expect(said((await ask(gateway, question({ stream: true }))).text)).toBe("0 1 2 3 4");
    expect((await ask(gateway, question(), { tenant: "nobody" })).code).toBe("authentication_failed");
    expect(gateway.output).not.toMatch(/Redis is lost/);
  });

  it("lets the configured pages call", async () => {
    const asked = (origin: string) =>
      fetch(`${gateway.address}/v1/chat/completions`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization",
        },
      });
    const origin = pod.variables.LITELLM_CORS_ORIGINS?.split(",")[0] ?? "";
    expect((await asked(origin)).headers.get("access-control-allow-origin")).toBe(origin);
    expect((await asked("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
  });

  it("is told to stop, takes no new request, finishes its streams and ends", async () => {
    const streams = 80;
    engine.behave({ ...behaviour, tokensPerSecond: 5 });
    const open = Array.from({ length: streams }, () =>
      ask(gateway, question({ stream: true, max_tokens: 40 })),
    );
    await expect.poll(() => running(), { timeout: 30_000 }).toBe(streams);
    gateway.terminate();
    await sleep(1000);
    await expect(fetch(`${gateway.address}/ready`)).rejects.toThrow();
    const answers = await Promise.all(open);
    const text = Array.from({ length: 40 }, (_, index) => String(index)).join(" ");
    expect(answers.map((answer) => [answer.code, said(answer.text)])).toEqual(
      answers.map(() => ["ok", text]),
    );
    // Uvicorn ends by the signal that it was sent, when it is done.
    expect(await gateway.ended()).toBe("SIGTERM");
    // Long before kubelet kills it.
    expect(pod.graceSeconds).toBeGreaterThan(
      pod.preStopSeconds + Number(pod.variables.GRACEFUL_SHUTDOWN_TIMEOUT),
    );
  });
});

/** Of an authority of its own, for this machine. */
function certificate(folder: string) {
  const [certificate, key] = [join(folder, "redis.crt"), join(folder, "redis.key")];
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost";
  const { status, stderr } = spawnSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost"],
      ...["-addext", names, "-keyout", key, "-out", certificate],
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { certificate, key, authority: certificate };
}

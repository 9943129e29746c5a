import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extensionMount } from "../../components/gateway/extension.ts";
import { type Colour, colours } from "../../components/serving/traffic.ts";
import { GatewayProcess } from "../../scripts/local/gateway-process.ts";
import { groupArns, type ListenerRule, plannedListenerRules } from "../../scripts/local/listener-rules.ts";
import { LocalLoadBalancer } from "../../scripts/local/load-balancer.ts";
import { freePort } from "../../scripts/local/loopback.ts";
import { replaced, writePodFiles } from "../../scripts/local/mapped.ts";
import { type PlannedPod, plannedPod } from "../../scripts/local/planned-pod.ts";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { Redis } from "../../scripts/local/redis.ts";
import { SimulatedEngine } from "../../scripts/local/simulated-engine.ts";
import { planProgram } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
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

/** A tenant that may have more streams open than the test. */
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
  let rules: Record<Colour, readonly ListenerRule[]>;
  const engines = {} as Record<Colour, SimulatedEngine>;
  let balancer: LocalLoadBalancer;
  let models: number;
  let edge: LocalLoadBalancer;
  let edgePort: number;
  let redis: Redis;
  let gateway: GatewayProcess;

  async function planned(live: Colour) {
    const project = projectCopy(fixtureValues);
    const { resources } = await planProgram({
      root: project,
      environment: "dev",
      edit: (config) =>
        changed(
          changed(config, ["gantry:tenants", "web"], web),
          ["gantry:models", "chat", "traffic", "live"],
          live,
        ) as typeof config,
      outputs: groupArns,
    });
    rmSync(project, { recursive: true });
    return resources;
  }

  beforeAll(async () => {
    const [resources, switched] = [await planned("blue"), await planned("green")];
    rules = { blue: plannedListenerRules(resources), green: plannedListenerRules(switched) };
    pod = plannedPod(resources, "gateway", secretValue);
    for (const place of pod.writable) mkdirSync(join(folder, place), { recursive: true });
    for (const name of colours)
      engines[name] = new SimulatedEngine({
        ...{ name, servedName: "chat", behaviour },
        mostRequests: mostRequests(resources, `chat-${name}`),
        apiKey: secretValue("gantry/dev/engine-api-key"),
      });
    const target = async (port: number | Promise<number>) => [
      { host: "127.0.0.1", port: await port, healthy: true },
    ];
    balancer = new LocalLoadBalancer({
      rules: rules.blue,
      groups: {
        "chat-blue": await target(engines.blue.listen()),
        "chat-green": await target(engines.green.listen()),
      },
      idleSeconds: 60,
    });
    models = await balancer.listen(0, "chat.models.internal");
    redis = await Redis.start({
      bin: bin ?? "",
      folder,
      password: pod.variables.REDIS_PASSWORD ?? "",
      tls: certificate(join(folder, "tmp")),
    });
    const edgeRules = plannedListenerRules(resources, "edge");
    edge = new LocalLoadBalancer({ rules: edgeRules, groups: {}, idleSeconds: 660 });
    edgePort = await edge.listen(0, edgeRules[0]?.conditions[0]?.hostHeader?.values?.[0]);
    gateway = await start();
  });
  afterAll(async () => {
    await gateway?.stop();
    await edge?.close();
    await balancer?.close();
    await Promise.all(Object.values(engines).map((engine) => engine.close()));
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the container runtime starts it: addresses are this machine's, and nothing else differs. */
  async function start(): Promise<GatewayProcess> {
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
    const started = new GatewayProcess({
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
    await started.ready(pod.probes.startup);
    edge.setTargets({ edge: [{ host: "127.0.0.1", port, healthy: true }] });
    return started;
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

  it("is replaced, and its model switched and rolled back, without cutting one of 200 streams", async () => {
    // Some longer row of numbers would be masked as a card's.
    const length = 40;
    const pace = (tokensPerSecond: number) => {
      for (const engine of Object.values(engines)) engine.behave({ ...behaviour, tokensPerSecond });
    };
    /** Streams through the edge, once each of them has begun. */
    const opened = async (count: number) => {
      const all = Array.from({ length: count }, () => stream(length));
      await Promise.all(all.map(({ begun }) => begun));
      return all.map(({ answer }) => answer);
    };
    // Open for as long as a busy machine needs.
    pace(0.2);
    // Together what the engines take: 128 in blue and 192 in green, of which a process of the gateway lets 160 through.
    const before = await opened(60);
    balancer.setRules(rules.green);
    const switched = await opened(72);
    balancer.setRules(rules.blue);
    const back = await opened(28);

    const old = gateway;
    gateway = await start();
    old.terminate();
    await expect.poll(() => fetch(`${old.address}/ready`).catch(() => "refused")).toBe("refused");
    // The new one answers while the old one finishes.
    const after = await opened(40);
    pace(500);
    const text = Array.from({ length }, (_, index) => String(index)).join(" ");
    for (const [streams, colour] of [
      [before, "blue"],
      [switched, "green"],
      [back, "blue"],
      [after, "blue"],
    ] as const) {
      const answers = (await Promise.all(streams)).map((answer) => [
        answer.code,
        said(answer.text),
        answer.text.includes(`"chatcmpl-${colour}-`),
      ]);
      expect(answers).toEqual(streams.map(() => ["ok", text, true]));
    }
    // Uvicorn ends by the signal that it was sent, when it is done.
    expect(await old.ended()).toBe("SIGTERM");
    // Long before kubelet kills it.
    expect(pod.graceSeconds).toBeGreaterThan(
      pod.preStopSeconds + Number(pod.variables.GRACEFUL_SHUTDOWN_TIMEOUT),
    );
  });

  function stream(length: number) {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const answer = ask(
      { address: `http://127.0.0.1:${edgePort}` },
      question({ stream: true, max_tokens: length }),
      { onPiece: resolve },
    );
    return { answer, begun: Promise.race([begun, answer]) };
  }
});

/** What the planned command line of a slot's engines says. */
function mostRequests(resources: readonly PlannedResource[], slot: string): number {
  const planned = resources.find(({ type, name }) => type.endsWith(":Deployment") && name === slot);
  return Number(/--max-num-queued-reqs=(\d+)/.exec(JSON.stringify(planned?.inputs))?.[1]);
}

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

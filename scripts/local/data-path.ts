import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { providerFacts } from "../../components/gateway/providers.ts";
import { vllmMetrics } from "../../components/monitoring/metrics.ts";
import { prometheus } from "../../components/monitoring/prometheus.ts";
import {
  cachePassword,
  engineKey,
  tenantKey,
  tenantSigningKey,
} from "../../components/secrets/secret-names.ts";
import { colours } from "../../components/serving/traffic.ts";
import { modelPrice, tenantsOf } from "../../stacks/catalogue.ts";
import type { Config } from "../../stacks/config.ts";
import { generatedSecrets } from "../../stacks/generated-secrets.ts";
import { keyGeneration, slotsOf } from "../../stacks/slots.ts";
import { type Plan, planProgram } from "../plan/plan.ts";
import { loadConfig } from "../plan/report/report.ts";
import { AnthropicStandIn } from "./anthropic.ts";
import { type Fault, FaultyServer } from "./faults.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { groupArns, type ListenerRule, plannedListenerRules } from "./listener-rules.ts";
import { LocalLoadBalancer, type Target, type TargetGroups } from "./load-balancer.ts";
import { freePort } from "./loopback.ts";
import { mappedPaths, type Replacements, replaced, writePodFiles } from "./mapped.ts";
import { Meter } from "./meter.ts";
import { ObjectStore } from "./object-store.ts";
import { type PlannedPod, plannedPod } from "./planned-pod.ts";
import { Redis } from "./redis.ts";
import { SimulatedEngine } from "./simulated-engine.ts";

export interface DataPathArgs {
  readonly root: string;
  readonly environment: string;
  /** Programs of the Python environment. */
  readonly bin: string;
  /** Where Prometheus and status pages are stood in for, as `http://127.0.0.1:4001`. */
  readonly pageAddress: string;
  /** Where callers ask. */
  readonly port: number;
  readonly progress: (what: string) => void;
}

/** A server that may be broken on demand. */
interface Breakable {
  readonly faulty: FaultyServer;
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface Slot {
  readonly model: string;
  readonly engine: SimulatedEngine;
  readonly server: Breakable;
  /** What its engine had counted a second ago. */
  before: { prompt: number; generated: number; count: number; sum: number };
}

const behaviour = { tokensPerSecond: 60, firstTokenSeconds: 0.15, errorRate: 0 };
const hostedBehaviour = { tokensPerSecond: 90, firstTokenSeconds: 0.3, errorRate: 0 };

/**
 * The data path of an environment on one machine: what is planned, with the addresses of this machine in place of the
 * cloud's, plain Redis in place of TLS, and simulated models.
 */
export class DataPath {
  readonly meter = new Meter();
  config: Config;
  private readonly args: DataPathArgs;
  private readonly folder = mkdtempSync(join(tmpdir(), "gantry-local-"));
  private readonly secrets = new Map<string, string>();
  private readonly slots = new Map<string, Slot>();
  private readonly providers = new Map<string, Breakable>();
  private readonly hostPorts = new Map<string, number>();
  private readonly objects = new ObjectStore(join(this.folder, "objects"));
  private readonly models: LocalLoadBalancer;
  private readonly edge: LocalLoadBalancer;
  private rules: readonly ListenerRule[] = [];
  private redis: Redis | undefined;
  /** The newest last; those before finish their streams. */
  private readonly gateways: GatewayProcess[] = [];
  private pod: PlannedPod | undefined;
  private objectsPort = 0;

  private constructor(args: DataPathArgs) {
    this.args = args;
    this.config = loadConfig(args.root, args.environment);
    const balancer = { rules: [], groups: {}, idleSeconds: 660 };
    this.models = new LocalLoadBalancer({ ...balancer, onForwarded: (one) => this.meter.forwarded(one) });
    this.edge = new LocalLoadBalancer(balancer);
  }

  /** @throws Error for the user; nothing is left behind then */
  static async start(args: DataPathArgs): Promise<DataPath> {
    const path = new DataPath(args);
    try {
      await path.begin();
      return path;
    } catch (error) {
      await path.stop();
      throw error;
    }
  }

  private async begin() {
    const { bin, port } = this.args;
    const plan = this.plan();
    // It is awaited below; what fails before is said first.
    plan.catch(() => undefined);
    this.objectsPort = await this.objects.listen();
    this.redis = await Redis.start({ bin, folder: this.folder, password: this.secret(cachePassword) });
    await this.apply(await plan);
    await this.edge.listen(port, this.edgeHost);
  }

  /** The traffic of each model, as its rules have it: percent by slot. */
  get split(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.config.models).map(([model, { traffic }]) => {
        const { live, canaryPercent } = traffic;
        const share = (colour: string) => (colour === live ? 100 - canaryPercent : canaryPercent);
        const present = colours.filter((colour) => this.slots.has(`${model}-${colour}`));
        return [model, Object.fromEntries(present.map((colour) => [`${model}-${colour}`, share(colour)]))];
      }),
    );
  }

  /** Names of what may be broken, with what is wrong with each. */
  get faults(): Record<string, Fault> {
    return Object.fromEntries([...this.breakable()].map(([name, { faulty }]) => [name, faulty.fault]));
  }

  async break(name: string, fault: Fault) {
    const server = this.breakable().get(name);
    if (server === undefined) throw new RangeError(`there is no ${name}`);
    await server.faulty.break(fault);
  }

  /** The newest key of a tenant, and what its servers sign with. */
  keysOf(tenant: string): { readonly key: string; readonly signingKey: string } {
    const number = tenantsOf(this.config.tenants)[tenant]?.keys.at(-1) ?? 1;
    return {
      key: this.secret(tenantKey(tenant, number)),
      signingKey: this.secret(tenantSigningKey(tenant, number)),
    };
  }

  /** Takes over what the stack's file says now. @returns what changed, for people @throws Error: everything stays */
  async reload(): Promise<void> {
    const plan = await this.plan();
    await this.apply(plan);
  }

  /** A second's figures. */
  second() {
    for (const [name, slot] of this.slots) {
      const { metrics } = slot.engine;
      const { count, sum } = metrics.observations(vllmMetrics.timeToFirstToken);
      const now = {
        prompt: metrics.total(vllmMetrics.promptTokens),
        generated: metrics.total(vllmMetrics.generatedTokens),
        count,
        sum,
      };
      const { before } = slot;
      const [prompt, generated] = [now.prompt - before.prompt, now.generated - before.generated];
      const model = this.config.models[slot.model];
      const price = (model && modelPrice(model, this.config)) ?? { input: 0, output: 0 };
      if (prompt + generated > 0)
        this.meter.engines(name, {
          tokens: prompt + generated,
          costUsd: (prompt * price.input + generated * price.output) / 1e6,
          firstTokenMs: 1000 * (now.sum - before.sum),
          streams: now.count - before.count,
        });
      slot.before = now;
    }
    return this.meter.take(Math.floor(Date.now() / 1000));
  }

  async stop() {
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await Promise.all([
      this.edge.close(),
      this.models.close(),
      this.objects.close(),
      this.redis?.stop(),
      ...[...this.breakable().values()].map(({ close }) => close()),
    ]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private breakable(): Map<string, Breakable> {
    return new Map([
      ...[...this.slots].map(([name, { server }]) => [name, server] as const),
      ...this.providers,
    ]);
  }

  private plan(): Promise<Plan> {
    const { root, environment } = this.args;
    return planProgram({ root, environment, outputs: groupArns });
  }

  private async apply(plan: Plan) {
    const { root, environment, progress } = this.args;
    this.config = loadConfig(root, environment);
    await this.createSlots();
    await this.createProviders();
    this.rules = plannedListenerRules(plan.resources);
    this.models.setTargets(this.targets());
    this.models.setRules(this.rules);
    for (const host of this.rules.flatMap(({ conditions }) =>
      conditions.flatMap(({ hostHeader }) => hostHeader?.values ?? []),
    ))
      if (!this.hostPorts.has(host)) this.hostPorts.set(host, await this.models.listen(0, host));

    const pod = plannedPod(plan.resources, "gateway", (name) => this.secretNamed(name));
    const replace = !isDeepStrictEqual(this.pod && startOf(this.pod), startOf(pod));
    this.pod = pod;
    writePodFiles(this.folder, pod.files, this.addresses());
    this.edge.setRules(plannedListenerRules(plan.resources, "edge"));
    if (replace) {
      progress(this.gateways.length === 0 ? "starting the gateway" : "replacing the gateway");
      await this.replaceGateway(pod);
    }
  }

  /** As a rolling update does: the new one is ready first, the old one finishes its streams. */
  private async replaceGateway(pod: PlannedPod) {
    const { bin } = this.args;
    const places = mappedPaths(pod, this.folder);
    const port = await freePort();
    const before = this.gateways.at(-1);
    for (const [place, contents] of Object.entries(pod.files))
      for (const [name, content] of Object.entries(contents))
        if (name === "extension.py") writeFileSync(join(this.folder, place, name), replaced(content, places));
    const gateway = new GatewayProcess({
      program: join(bin, "litellm"),
      args: [
        ...pod.args.map((arg) => replaced(arg, { ...places, [`--port=${pod.port}`]: `--port=${port}` })),
        "--host=127.0.0.1",
      ],
      folder: this.folder,
      port,
      variables: {
        ...Object.fromEntries(
          Object.entries(pod.variables).map(([name, value]) => [name, replaced(value, places)]),
        ),
        ...this.variables(),
      },
    });
    gateway.onLine((line) => this.meter.line(line));
    this.gateways.push(gateway);
    await gateway.ready(pod.probes.startup);
    this.edge.setTargets({ edge: [{ host: "127.0.0.1", port, healthy: true }] });
    before?.terminate();
  }

  /** Addresses of what stands in for the cloud. */
  private variables(): Record<string, string> {
    const hosted = (provider: string) => `http://127.0.0.1:${this.providers.get(provider)?.port}`;
    return {
      REDIS_HOST: "127.0.0.1",
      REDIS_PORT: String(this.redis?.port),
      REDIS_SSL: "false",
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${this.objectsPort}`,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      ...(this.providers.has("openai") && { OPENAI_API_BASE: `${hosted("openai")}/v1` }),
      ...(this.providers.has("anthropic") && { ANTHROPIC_API_BASE: hosted("anthropic") }),
    };
  }

  private addresses(): Replacements {
    const { pageAddress } = this.args;
    return {
      ...Object.fromEntries(
        [...this.hostPorts].map(([host, port]) => [`http://${host}/v1`, `http://127.0.0.1:${port}/v1`]),
      ),
      [prometheus.address]: `${pageAddress}/prometheus`,
      ...Object.fromEntries(
        Object.entries(providerFacts).flatMap(([provider, { statusUrl }]) =>
          statusUrl === undefined ? [] : [[statusUrl, `${pageAddress}/status/${provider}`]],
        ),
      ),
    };
  }

  private async createSlots() {
    const { models, releases } = this.config;
    for (const [model, settings] of Object.entries(models))
      for (const { colour, slot } of slotsOf(settings)) {
        const name = `${model}-${colour}`;
        if (this.slots.has(name)) continue;
        const engine = new SimulatedEngine({
          name: colour,
          servedName: releases[slot.release]?.servedName ?? model,
          behaviour,
          apiKey: this.secret(engineKey(keyGeneration(slot))),
        });
        this.slots.set(name, {
          model,
          engine,
          server: await breakable(await engine.listen(), () => engine.close()),
          before: { prompt: 0, generated: 0, count: 0, sum: 0 },
        });
      }
  }

  /** OpenAI and Anthropic; others have no stand-in, and their models don't answer. */
  private async createProviders() {
    const snapshots = (provider: string) =>
      Object.values(this.config.hosted).flatMap((one) => (one.provider === provider ? [one.snapshot] : []));
    const [servedName, ...otherNames] = snapshots("openai");
    if (servedName !== undefined && !this.providers.has("openai")) {
      const openai = new SimulatedEngine({
        ...{ name: "openai", servedName, otherNames, behaviour: hostedBehaviour },
        apiKey: this.secret("providers/openai"),
      });
      this.providers.set("openai", await breakable(await openai.listen(), () => openai.close()));
    }
    if (snapshots("anthropic").length > 0 && !this.providers.has("anthropic")) {
      const anthropic = new AnthropicStandIn(this.secret("providers/anthropic"), hostedBehaviour);
      this.providers.set("anthropic", await breakable(await anthropic.listen(), () => anthropic.close()));
    }
  }

  private targets(): TargetGroups {
    return Object.fromEntries(
      [...this.slots].map(([name, { server }]): [string, Target[]] => [
        name,
        [{ host: "127.0.0.1", port: server.port, healthy: true }],
      ]),
    );
  }

  private get edgeHost(): string | undefined {
    const { edge } = this.config;
    return "domain" in edge ? edge.domain : undefined;
  }

  private secret(subject: string): string {
    return this.secretNamed(`gantry/${this.args.environment}/${subject}`);
  }

  /** A value in place of Secrets Manager's, made when it is asked for the first time. */
  private secretNamed(name: string): string {
    const known = this.secrets.get(name);
    if (known !== undefined) return known;
    const subject = name.split("/").slice(2).join("/");
    const generated = generatedSecrets(this.config).find((one) => one.subject === subject);
    const value = `${generated?.beginsWith ?? ""}${randomBytes(20).toString("hex")}`;
    this.secrets.set(name, value);
    return value;
  }
}

/** What another pod is started for when it changes; its files are read again. */
function startOf({ args, variables, annotations }: PlannedPod) {
  return { args, variables, annotations };
}

async function breakable(behind: number, close: () => Promise<void>): Promise<Breakable> {
  const faulty = new FaultyServer(behind);
  const port = await faulty.listen();
  return {
    faulty,
    port,
    close: async () => {
      await faulty.close();
      await close();
    },
  };
}

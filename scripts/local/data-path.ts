import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gatewayNamespace } from "../../components/gateway/network-policies.ts";
import { providerFacts } from "../../components/gateway/providers.ts";
import { prometheus } from "../../components/monitoring/prometheus.ts";
import {
  cachePassword,
  gatewayMetricsKey,
  tenantKey,
  tenantSigningKey,
} from "../../components/secrets/secret-names.ts";
import { colours } from "../../components/serving/traffic.ts";
import { tenantsOf } from "../../stacks/catalogue.ts";
import type { Config } from "../../stacks/config.ts";
import { generatedSecrets } from "../../stacks/generated-secrets.ts";
import { type Plan, planProgram } from "../plan/plan.ts";
import { configOf, loadConfig } from "../plan/report/report.ts";
import { type Condition, Fleet } from "./fleet.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { groupArns, type ListenerRule, plannedListenerRules } from "./listener-rules.ts";
import { LocalLoadBalancer } from "./load-balancer.ts";
import { freePort } from "./loopback.ts";
import { mappedPaths, type Replacements, replaced, writePodFiles } from "./mapped.ts";
import { Meter } from "./meter.ts";
import { ObjectStore } from "./object-store.ts";
import { type PlannedPod, plannedPod } from "./planned-pod.ts";
import { removedAtTheEnd } from "./program.ts";
import { startLocalPrometheus } from "./prometheus.ts";
import type { PrometheusServer } from "./prometheus-server.ts";
import { Redis } from "./redis.ts";
import type { Behaviour } from "./simulated-engine.ts";

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
  /** How engines and providers answer. @default each at a pace of its own */
  readonly behaviour?: Behaviour;
}

/**
 * The data path of an environment on one machine: what is planned, with the addresses of this machine in place of the
 * cloud's, plain Redis in place of TLS, and simulated models.
 */
export class DataPath {
  readonly meter = new Meter();
  config: Config;
  private readonly args: DataPathArgs;
  /** For this user alone. */
  readonly folder = mkdtempSync(join(tmpdir(), "gantry-local-"));
  private readonly keepFolder = removedAtTheEnd(this.folder);
  private readonly secrets = new Map<string, string>();
  readonly fleet: Fleet;
  private readonly hostPorts = new Map<string, number>();
  private readonly objects = new ObjectStore(join(this.folder, "objects"));
  private readonly models: LocalLoadBalancer;
  private readonly edge: LocalLoadBalancer;
  private rules: readonly ListenerRule[] = [];
  private redis: Redis | undefined;
  private redisAway = false;
  private prometheus: PrometheusServer | undefined;
  /** The newest last; those before finish their streams. */
  private readonly gateways: GatewayProcess[] = [];
  private pod: PlannedPod | undefined;
  private applied: Plan | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private objectsPort = 0;
  private modelsPort = 0;

  private constructor(args: DataPathArgs) {
    this.args = args;
    this.fleet = new Fleet((subject) => this.secret(subject), args.behaviour);
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
    const { port, environment } = this.args;
    const planning = this.planned();
    // It is awaited below; what fails before is said first.
    planning.catch(() => undefined);
    this.objectsPort = await this.objects.listen();
    this.modelsPort = await this.models.listen();
    await this.startRedis();
    const plan = await planning;
    const targetsUrl = `${this.args.pageAddress}/targets`;
    const metricsKey = this.secret(gatewayMetricsKey);
    this.prometheus = await startLocalPrometheus({
      ...{ folder: this.folder, targetsUrl, metricsKey, environment, plan },
    });
    await this.apply(plan);
    await this.edge.listen(port, this.edgeHost);
  }

  /** The traffic of each model, as its rules have it: percent by slot. */
  get split(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.config.models).map(([model, { traffic }]) => {
        const { live, canaryPercent } = traffic;
        const share = (colour: string) => (colour === live ? 100 - canaryPercent : canaryPercent);
        const present = colours.filter((colour) => this.fleet.has(`${model}-${colour}`));
        return [model, Object.fromEntries(present.map((colour) => [`${model}-${colour}`, share(colour)]))];
      }),
    );
  }

  /** The newest key of a tenant, and what its servers sign with. */
  keysOf(tenant: string): { readonly key: string; readonly signingKey: string } {
    const number = tenantsOf(this.config.tenants)[tenant]?.keys.at(-1) ?? 1;
    return {
      key: this.secret(tenantKey(tenant, number)),
      signingKey: this.secret(tenantSigningKey(tenant, number)),
    };
  }

  /**
   * Takes over what the stack's file says now, one after the other.
   * @param text of the file, in place of its own
   * @throws Error: everything stays
   */
  reload(text?: string): Promise<void> {
    const turn = this.turn.then(async () => this.apply(await this.planned(text)));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** The rules of the models' load balancer, as they are in effect. */
  get modelRules(): readonly ListenerRule[] {
    return this.rules;
  }

  /** Where the models' load balancer takes requests by the host that they name. */
  get modelsAddress(): string {
    return `http://127.0.0.1:${this.modelsPort}`;
  }

  /** Where Prometheus answers; nothing where this machine has none. */
  get prometheusAddress(): string | undefined {
    return this.prometheus?.address;
  }

  /** The newest process of the gateway. */
  get gateway(): GatewayProcess {
    const newest = this.gateways.at(-1);
    if (newest === undefined) throw new Error("the gateway isn't started yet");
    return newest;
  }

  /** What is in effect; nothing before the first plan is. */
  get plan(): Plan | undefined {
    return this.applied;
  }

  /** Where Prometheus reads a job's metrics, with the labels that the cluster's monitors attach. [prometheus.io, http_sd] */
  scraped(job: string): readonly object[] {
    if (job === "engines") return this.fleet.scraped;
    const [newest] = this.gateways.slice(-1);
    if (job !== "gateway" || newest === undefined) return [];
    const targets = [new URL(newest.address).host];
    return [{ targets, labels: { namespace: gatewayNamespace, pod: "gateway-0" } }];
  }

  /** What is wrong with each server, and what could be. */
  get conditions(): Record<string, Condition> {
    const redis = { fault: this.redisAway ? "refused" : "none", possible: ["none", "refused"] };
    return { ...this.fleet.conditions, redis };
  }

  /** Breaks a server on demand. @throws RangeError where there is no such server or fault */
  async break(server: string, fault: string): Promise<void> {
    if (server !== "redis") return this.fleet.break(server, fault);
    if (!["none", "refused"].includes(fault))
      throw new RangeError(`"${fault}" can't be wrong with redis; allowed: none, refused`);
    if (fault === "none") {
      if (this.redisAway) await this.startRedis();
    } else if (!this.redisAway) {
      this.redisAway = true;
      await this.redis?.stop();
    }
  }

  /** A second's figures. */
  second() {
    this.fleet.measure(this.meter, this.config);
    return this.meter.take(Math.floor(Date.now() / 1000));
  }

  async stop() {
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await Promise.all([
      this.edge.close(),
      this.models.close(),
      this.objects.close(),
      this.redis?.stop(),
      this.prometheus?.stop(),
      this.fleet.close(),
    ]);
    rmSync(this.folder, { recursive: true, force: true });
    this.keepFolder();
  }

  /** At the same address after an outage. */
  private async startRedis() {
    const before = this.redis && { port: this.redis.port };
    const password = this.secret(cachePassword(1));
    this.redis = await Redis.start({ bin: this.args.bin, folder: this.folder, password, ...before });
    this.redisAway = false;
  }

  private planned(text?: string): Promise<Plan> {
    const { root, environment } = this.args;
    return planProgram({ root, environment, text, outputs: groupArns });
  }

  private async apply(plan: Plan) {
    const { root, environment, progress } = this.args;
    this.config = configOf(root, environment, plan.config);
    await this.fleet.follow(this.config);
    this.rules = plannedListenerRules(plan.resources);
    this.models.setTargets(this.fleet.targets);
    this.models.setRules(this.rules);
    for (const host of this.rules.flatMap(({ conditions }) =>
      conditions.flatMap(({ hostHeader }) => hostHeader?.values ?? []),
    ))
      if (!this.hostPorts.has(host)) this.hostPorts.set(host, await this.models.listen(0, host));

    const pod = plannedPod(plan.resources, "gateway", (name) => this.secretNamed(name));
    const replace = !isDeepStrictEqual(this.pod && startOf(this.pod), startOf(pod));
    writePodFiles(this.folder, pod.files, this.addresses());
    this.edge.setRules(plannedListenerRules(plan.resources, "edge"));
    if (replace) {
      progress(this.gateways.length === 0 ? "starting the gateway" : "replacing the gateway");
      await this.replaceGateway(pod);
    }
    this.pod = pod;
    this.applied = plan;
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
    try {
      await gateway.ready(pod.probes.startup);
    } catch (error) {
      // The previous one keeps running.
      this.gateways.pop();
      throw error;
    }
    this.edge.setTargets({ edge: [{ host: "127.0.0.1", port, healthy: true }] });
    before?.terminate();
  }

  /** Addresses of what stands in for the cloud. */
  private variables(): Record<string, string> {
    const collector = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const [openai, anthropic] = ["openai", "anthropic"].map((name) => this.fleet.addressOf(name));
    return {
      REDIS_HOST: "127.0.0.1",
      REDIS_PORT: String(this.redis?.port),
      REDIS_SSL: "false",
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${this.objectsPort}`,
      // Where the terminal says, or nowhere: the cluster's collector isn't here.
      ...(collector === undefined
        ? { OTEL_SDK_DISABLED: "true" }
        : { OTEL_EXPORTER_OTLP_ENDPOINT: collector }),
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      ...(openai && { OPENAI_API_BASE: `${openai}/v1` }),
      ...(anthropic && { ANTHROPIC_API_BASE: anthropic }),
    };
  }

  private addresses(): Replacements {
    const { pageAddress } = this.args;
    return {
      ...Object.fromEntries(
        [...this.hostPorts].map(([host, port]) => [`http://${host}/v1`, `http://127.0.0.1:${port}/v1`]),
      ),
      [prometheus.address]: this.prometheusAddress ?? `${pageAddress}/prometheus`,
      ...Object.fromEntries(
        Object.entries(providerFacts).flatMap(([provider, { statusUrl }]) =>
          statusUrl === undefined ? [] : [[statusUrl, `${pageAddress}/status/${provider}`]],
        ),
      ),
    };
  }

  private get edgeHost(): string | undefined {
    const { edge } = this.config;
    return "domain" in edge ? edge.domain : undefined;
  }

  private secret(subject: string): string {
    return this.secretNamed(`gantry/${this.args.environment}/${subject}`);
  }

  /** A value in place of Secrets Manager's, made on first use. */
  secretNamed(name: string): string {
    const known = this.secrets.get(name);
    if (known !== undefined) return known;
    const subject = name.split("/").slice(2).join("/");
    // The Redis of this machine takes one password for as long as it runs.
    if (/^redis-\d+$/.test(subject)) return this.secret(cachePassword(1));
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

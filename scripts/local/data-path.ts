import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayNamespace } from "../../components/gateway/network-policies.ts";
import { cachePassword, gatewayMetricsKey } from "../../components/secrets/secret-names.ts";
import { colours } from "../../components/serving/traffic.ts";
import type { Config } from "../../stacks/config.ts";
import { type Plan, planProgram } from "../plan/plan.ts";
import { configOf, loadConfig } from "../plan/report/report.ts";
import { type Condition, Fleet } from "./fleet.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { groupArns, type ListenerRule, plannedListenerRules } from "./listener-rules.ts";
import { LocalLoadBalancer } from "./load-balancer.ts";
import { localAddresses, localVariables } from "./local-addresses.ts";
import { LocalSecrets } from "./local-secrets.ts";
import type { Replacements } from "./mapped.ts";
import { Meter } from "./meter.ts";
import { ObjectStore } from "./object-store.ts";
import { plannedPod } from "./planned-pod.ts";
import { removedAtTheEnd } from "./program.ts";
import { startLocalPrometheus } from "./prometheus.ts";
import type { PrometheusServer } from "./prometheus-server.ts";
import { Redis } from "./redis.ts";
import { RollingGateway } from "./rolling-gateway.ts";
import type { Behaviour } from "./simulated-engine.ts";

export interface DataPathArgs {
  readonly root: string;
  readonly environment: string;
  /** Programs of the Python environment. */
  readonly bin: string;
  /** Where Prometheus and status pages are stood in for, as `http://127.0.0.1:4001`. */
  readonly pageAddress: string;
  /** Where callers send requests. */
  readonly port: number;
  readonly progress: (what: string) => void;
  /** How engines and providers answer. @default each at a pace of its own */
  readonly behaviour?: Behaviour;
  /** Where the gateway's spans go. @default the terminal's OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere */
  readonly collector?: string | undefined;
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
  readonly secrets = new LocalSecrets(() => this.config);
  readonly fleet: Fleet;
  private readonly hostPorts = new Map<string, number>();
  private readonly objects = new ObjectStore(join(this.folder, "objects"));
  private readonly models: LocalLoadBalancer;
  private readonly edge: LocalLoadBalancer;
  private rules: readonly ListenerRule[] = [];
  private redis: Redis | undefined;
  private redisAway = false;
  private prometheus: PrometheusServer | undefined;
  private readonly gateways: RollingGateway;
  private applied: Plan | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private objectsPort = 0;
  private modelsPort = 0;

  private constructor(args: DataPathArgs) {
    this.args = args;
    this.fleet = new Fleet((subject) => this.secrets.of(subject), args.behaviour);
    this.config = loadConfig(args.root, args.environment);
    const balancer = { rules: [], groups: {}, idleSeconds: 660 };
    this.models = new LocalLoadBalancer({ ...balancer, onForwarded: (one) => this.meter.forwarded(one) });
    this.edge = new LocalLoadBalancer(balancer);
    this.gateways = new RollingGateway({
      bin: args.bin,
      folder: this.folder,
      onLine: (line) => this.meter.line(line),
      onStart: (isFirst) => args.progress(isFirst ? "starting the gateway" : "replacing the gateway"),
      onEnd: (how) => args.progress(`the gateway ended (${how})`),
      onReady: (port) => this.edge.setTargets({ edge: [{ host: "127.0.0.1", port, healthy: true }] }),
    });
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
    const metricsKey = this.secrets.of(gatewayMetricsKey);
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

  /**
   * Applies the stack file's present content, one change after the other.
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

  /** Where Prometheus answers; undefined where this machine has none. */
  get prometheusAddress(): string | undefined {
    return this.prometheus?.address;
  }

  /** The newest process of the gateway. */
  get gateway(): GatewayProcess {
    const { newest } = this.gateways;
    if (newest === undefined) throw new Error("the gateway isn't started yet");
    return newest;
  }

  /** What is in effect; undefined before the first plan is. */
  get plan(): Plan | undefined {
    return this.applied;
  }

  /** Where Prometheus reads a job's metrics, with the labels that the cluster's monitors attach. [prometheus.io, http_sd] */
  scraped(job: string): readonly object[] {
    if (job === "engines") return this.fleet.scraped;
    const { newest } = this.gateways;
    if (job !== "gateway" || newest === undefined) return [];
    const targets = [new URL(newest.address).host];
    return [{ targets, labels: { namespace: gatewayNamespace, pod: "gateway-0" } }];
  }

  /** Each server's current fault, and the possible ones. */
  get conditions(): Record<string, Condition> {
    const redis = { fault: this.redisAway ? "refused" : "none", possible: ["none", "refused"] };
    return { ...this.fleet.conditions, redis };
  }

  /** Injects a fault into a server. @throws RangeError if there is no such server or fault */
  async break(server: string, fault: string): Promise<void> {
    if (server !== "redis") return this.fleet.break(server, fault);
    if (!["none", "refused"].includes(fault))
      throw new RangeError(`"${fault}" is not a fault of redis; allowed: none, refused`);
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
    await this.gateways.stop();
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
    const password = this.secrets.of(cachePassword(1));
    this.redis = await Redis.start({ bin: this.args.bin, folder: this.folder, password, ...before });
    this.redisAway = false;
  }

  private planned(text?: string): Promise<Plan> {
    const { root, environment } = this.args;
    return planProgram({ root, environment, text, outputs: groupArns });
  }

  private async apply(plan: Plan) {
    const { root, environment } = this.args;
    this.config = configOf(root, environment, plan.config);
    await this.fleet.follow(this.config);
    this.rules = plannedListenerRules(plan.resources);
    this.models.setTargets(this.fleet.targets);
    this.models.setRules(this.rules);
    for (const host of this.rules.flatMap(({ conditions }) =>
      conditions.flatMap(({ hostHeader }) => hostHeader?.values ?? []),
    ))
      if (!this.hostPorts.has(host)) this.hostPorts.set(host, await this.models.listen(0, host));

    const pod = plannedPod(plan.resources, "gateway", (name) => this.secrets.named(name));
    this.edge.setRules(plannedListenerRules(plan.resources, "edge"));
    await this.gateways.follow(pod, this.addresses(), this.variables());
    this.applied = plan;
  }

  private variables(): Record<string, string> {
    return localVariables({
      redisPort: this.redis?.port,
      objectsPort: this.objectsPort,
      openai: this.fleet.addressOf("openai"),
      anthropic: this.fleet.addressOf("anthropic"),
      collector: this.args.collector ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
    });
  }

  private addresses(): Replacements {
    const { pageAddress } = this.args;
    return localAddresses({
      hostPorts: this.hostPorts,
      pageAddress,
      prometheus: this.prometheusAddress ?? `${pageAddress}/prometheus`,
    });
  }

  private get edgeHost(): string | undefined {
    const { edge } = this.config;
    return "domain" in edge ? edge.domain : undefined;
  }
}

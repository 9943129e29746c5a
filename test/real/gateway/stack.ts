import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayConfig, rendered } from "../../../components/gateway/gateway-config.ts";
import { gatewaySettings } from "../../../components/gateway/gateway-settings.ts";
import type { Catalogue, Route } from "../../../components/gateway/models.ts";
import { type Tenant, tenantKeysDocument, tenantsDocument } from "../../../components/gateway/tenants.ts";
import { FaultyServer, faults } from "../../../scripts/local/faults.ts";
import type { GatewayProcess } from "../../../scripts/local/gateway-process.ts";
import { Redis } from "../../../scripts/local/redis.ts";
import { SimulatedEngine } from "../../../scripts/local/simulated-engine.ts";
import { type GatewayFiles, type GatewayProcessArgs, startGateway, writeDocuments } from "./process.ts";

/** The digits of the engine's release. */
export const release = "0123456789ab";
const snapshot = "gpt-4o-2024-08-06";
export const metricsKey = "metrics-key";
export const masterKey = "sk-master-0123456789abcdef0123456789abcdef";

export const tenant: Tenant = {
  models: ["assistant", "chat", "gpt-4o"],
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 100_000_000,
  requestsPerDay: 10_000_000,
  tokensPerDay: 1_000_000_000,
  parallelRequests: 1000,
  monthlyBudgetUsd: 1_000_000,
  inputCharacters: 4000,
  inputTokens: 4000,
  users: { requestsPerMinute: 1_000_000 },
  tier: "standard",
  keys: [1],
};
export const route: Route = {
  strategy: "cost",
  selfHosted: "chat",
  hosted: "gpt-4o",
  fallbacks: { any: [], contextWindow: [], contentPolicy: [] },
  queuePerReplica: 4,
  maxOutputTokens: 64,
  cache: { ttlSeconds: 60, maxTemperature: 0.3 },
  similarWhenDown: false,
  guardrails: { secrets: "mask", pii: "mask", injection: "refuse", output: "mask" },
  timeouts: { connectSeconds: 1, gapSeconds: 16, totalSeconds: 32 },
};

/** A hosted model for each fault, so that one that rests after its failures doesn't fail the next test. */
export const faultyModels = faults.map((fault) => `hosted-${fault.replaceAll(" ", "-").toLowerCase()}`);

/** What one test file asks of its gateways. */
export interface Wanted {
  /** Of the environment. @default test */
  readonly name?: string;
  readonly tenants: Readonly<Record<string, Tenant>>;
  readonly routes?: Readonly<Record<string, Route>>;
  /** Self-hosted models beside `chat`, each with an engine of its own. */
  readonly models?: readonly string[];
  /** Requests that a self-hosted model's replicas hold at once. @default 400 of each */
  readonly capacities?: Readonly<Record<string, number>>;
  readonly whenCacheIsLost?: "limitByReplica" | "refuse";
  readonly signingKeys?: Readonly<Record<string, readonly string[]>>;
  readonly prometheusAddress?: string;
  readonly recordsBucket?: string;
  readonly statusUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Each tenant's key. */
export const keyOf = (name: string) => `sk-gantry-${name}`;

/** A self-hosted model's engine, and what stands before it. */
export interface ModelServer {
  readonly engine: SimulatedEngine;
  readonly enginePort: number;
  readonly faulty: FaultyServer;
}

const behaviour = { tokensPerSecond: 500, firstTokenSeconds: 0.01, errorRate: 0 };

/** Gateways, a Redis, engines and a provider, each with faults on demand. */
export class GatewayStack {
  readonly folder = mkdtempSync(join(tmpdir(), "gantry-gateway-"));
  readonly gateways: GatewayProcess[] = [];
  readonly models: Record<string, ModelServer> = {};
  readonly provider: SimulatedEngine;
  hosted!: FaultyServer;
  hostedPort = 0;
  private readonly start: () => Promise<GatewayProcess>;
  private redis: Redis | undefined;
  private catalogue!: Catalogue;
  private wanted: Wanted;
  private readonly bin: string;

  private constructor(bin: string, wanted: Wanted) {
    this.start = () => startGateway(this.arguments());
    this.bin = bin;
    this.wanted = wanted;
    this.provider = new SimulatedEngine({
      name: "openai",
      servedName: snapshot,
      behaviour,
      apiKey: "openai-key",
    });
  }

  static async start(bin: string, wanted: Wanted, count = 2): Promise<GatewayStack> {
    const stack = new GatewayStack(bin, wanted);
    stack.hosted = new FaultyServer(await stack.provider.listen());
    stack.hostedPort = await stack.hosted.listen();
    await stack.startRedis();
    const ports = await stack.startEngines(["chat", ...(wanted.models ?? [])]);
    stack.catalogue = catalogue(ports, wanted);
    writeDocuments(stack.folder, stack.documents());
    for (let index = 0; index < count; index++) stack.gateways.push(await stack.start());
    await Promise.all(stack.gateways.map((gateway) => gateway.ready()));
    return stack;
  }

  /** The engine of `chat`. */
  get chat(): ModelServer {
    return this.models.chat as ModelServer;
  }

  /** Replaces a gateway by a new process. */
  async restart(index: number) {
    await this.gateways[index]?.stop();
    const gateway = await this.start();
    this.gateways[index] = gateway;
    await gateway.ready();
  }

  /** What engines count of themselves, a series' value. */
  async engineCount(series: string): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${this.chat.enginePort}/metrics`)).text();
    const lines = metrics.split("\n").filter((line) => line.startsWith(series));
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  /** Changes what is mounted, as an update of the stack does. */
  change(wanted: Partial<Wanted>) {
    this.wanted = { ...this.wanted, ...wanted };
    if (wanted.routes !== undefined) this.catalogue = { ...this.catalogue, routes: wanted.routes };
    const { "config.yaml": _, ...read } = this.documents();
    writeDocuments(this.folder, read);
  }

  /** The same address after an outage. */
  async startRedis() {
    const port = this.redis && { port: this.redis.port };
    this.redis = await Redis.start({ bin: this.bin, folder: this.folder, ...port });
  }

  async stopRedis() {
    await this.redis?.stop();
  }

  async stop() {
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await Promise.all(
      Object.values(this.models).flatMap(({ faulty, engine }) => [faulty.close(), engine.close()]),
    );
    await Promise.all([this.hosted.close(), this.provider.close()]);
    await this.stopRedis();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns where each model is asked */
  private async startEngines(names: readonly string[]): Promise<Record<string, number>> {
    const ports: Record<string, number> = {};
    for (const servedName of names) {
      const engine = new SimulatedEngine({
        ...{ name: "blue", servedName, behaviour, apiKey: "engine-key" },
        fingerprint: `blue-${release}`,
      });
      const enginePort = await engine.listen();
      const faulty = new FaultyServer(enginePort);
      ports[servedName] = await faulty.listen();
      this.models[servedName] = { engine, enginePort, faulty };
    }
    return ports;
  }

  private arguments(): GatewayProcessArgs {
    return {
      bin: this.bin,
      folder: this.folder,
      redisPort: this.redis?.port ?? 0,
      environment: {
        LITELLM_MASTER_KEY: masterKey,
        GANTRY_METRICS_TOKEN: metricsKey,
        ENGINE_API_KEY: "engine-key",
        OPENAI_API_KEY: "openai-key",
        OPENAI_API_BASE: `http://127.0.0.1:${this.hostedPort}/v1`,
        ...this.wanted.environment,
      },
    };
  }

  private documents(): GatewayFiles {
    const { catalogue, wanted } = this;
    const keys = Object.fromEntries(Object.keys(wanted.tenants).map((name) => [name, [keyOf(name)]]));
    const settings = gatewaySettings({
      ...catalogue,
      environment: wanted.name ?? "test",
      region: "us-east-1",
      whenCacheIsLost: wanted.whenCacheIsLost ?? "limitByReplica",
      mostPods: 2,
      records: { bucket: wanted.recordsBucket ?? "", redact: false },
      prometheusAddress: wanted.prometheusAddress ?? "http://127.0.0.1:9",
    }) as Record<string, unknown>;
    return {
      "config.yaml": rendered(gatewayConfig({ ...catalogue, region: "us-east-1", pods: 2 })),
      "settings.yaml": rendered({
        ...settings,
        providers: wanted.statusUrl === undefined ? {} : { openai: { statusUrl: wanted.statusUrl } },
      }),
      "tenants.yaml": rendered(tenantsDocument(wanted.tenants)),
      "tenant-keys.yaml": tenantKeysDocument(
        Object.fromEntries(
          Object.entries(keys).map(([tenant, values]) => [
            tenant,
            { keys: values, signingKeys: wanted.signingKeys?.[tenant] ?? [] },
          ]),
        ),
      ),
    };
  }
}

/** @param ports of the self-hosted models */
function catalogue(
  ports: Readonly<Record<string, number>>,
  { routes = { assistant: route }, capacities = {} }: Wanted,
): Catalogue {
  return {
    selfHosted: Object.fromEntries(
      Object.entries(ports).map(([servedName, port]) => {
        const host = `127.0.0.1:${port}`;
        return [
          servedName,
          {
            ...{ servedName, host, contextLength: 8192, keyGenerations: [1] },
            slots: { blue: { host, capacity: capacities[servedName] ?? 400 } },
            price: { input: 0.1, output: 0.4 },
          },
        ];
      }),
    ),
    hosted: Object.fromEntries(
      ["gpt-4o", ...faultyModels].map((name) => [
        name,
        {
          provider: "openai",
          snapshot,
          price: { input: 2.5, output: 10 },
          requestsPerMinute: 1_000_000,
          tokensPerMinute: 1_000_000_000,
        },
      ]),
    ),
    routes,
  };
}

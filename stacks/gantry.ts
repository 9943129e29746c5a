import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Budget } from "../components/budget/budget.ts";
import { Cluster } from "../components/cluster/cluster.ts";
import { Controllers } from "../components/cluster/controllers.ts";
import { GpuPool } from "../components/cluster/gpu-pool.ts";
import { endingReservations } from "../components/cluster/reservation.ts";
import { EncryptedLogGroup } from "../components/data/log-group.ts";
import type { PoolReservation } from "../components/monitoring/alerts.ts";
import { Monitoring } from "../components/monitoring/monitoring.ts";
import { prometheus } from "../components/monitoring/prometheus.ts";
import { Network } from "../components/network/network.ts";
import { engineKeyName, Secrets } from "../components/secrets/secrets.ts";
import { Model, type ModelSlot } from "../components/serving/model.ts";
import { ModelStore, stagingNamespace } from "../components/serving/model-store.ts";
import { servingNamespace } from "../components/serving/namespace.ts";
import { place } from "../components/serving/placement.ts";
import { Serving } from "../components/serving/serving.ts";
import { idleTimeout } from "../components/serving/timeouts.ts";
import {
  type Colour,
  colours,
  defaultLoadBalancer,
  modelDomainOf,
  rulePriority,
  spelledOut,
} from "../components/serving/traffic.ts";
import { nameTag } from "../components/shared/name-tag.ts";
import type { Config } from "./config.ts";
import type { ModelSettings, SlotSettings } from "./schema.ts";
import { modelHub, secretProviders } from "./secret-providers.ts";
import { spansNodes } from "./spans-nodes.ts";
import { watched } from "./watched.ts";

/** What of a model the stack shows when it is up. */
export interface ModelOutput {
  /** Where the gateway asks for it. */
  readonly host: string;
  readonly live: Colour;
  readonly canaryPercent: number;
  /** What the gateway copies to the standby. */
  readonly shadowPercent: number;
  /** The secret in Secrets Manager with the key that each slot's engines take. */
  readonly engineKeys: Readonly<Partial<Record<Colour, string>>>;
  /** SHA-256 of each slot's release. */
  readonly releases: Readonly<Partial<Record<Colour, string>>>;
}

/** One environment: everything that serves models, in the order in which it depends on each other. */
export class Gantry extends pulumi.ComponentResource {
  readonly cluster: { readonly name: string; readonly region: string };
  readonly models: Readonly<Record<string, ModelOutput>>;
  /** Names in Secrets Manager; those of providers are empty until `npm run put-secret`. */
  readonly secrets: { readonly providers: Readonly<Record<string, string>> };

  private readonly config: Config;
  private readonly clusterName: string;
  /** On all that AWS bills. */
  private readonly tags: Readonly<Record<string, string>>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:index:Gantry", name, {}, { ...opts, transformations: [nameTag] });
    this.config = config;
    this.clusterName = `gantry-${config.environment}`;
    this.tags = { Project: "gantry", Environment: config.environment, ManagedBy: "pulumi" };
    const aws = this.createProvider(name);
    const awsOptions = { parent: this, providers: [aws] };

    const logs = this.createClusterLogs(awsOptions);
    const network = this.createNetwork(logs, awsOptions);
    const cluster = this.createCluster(network, logs, awsOptions);
    const clusterOptions = { parent: this, providers: [aws, cluster.kubernetes] };
    const controllers = this.createControllers(network, cluster, clusterOptions);
    const pools = this.createPools(network, cluster, controllers, clusterOptions);
    const secrets = this.createSecrets(controllers, clusterOptions);
    this.createMonitoring(cluster, secrets, controllers, clusterOptions);
    const serving = this.createServing(network, cluster, secrets, controllers, clusterOptions);
    this.models = this.createModels(serving, pools, clusterOptions);
    this.createBudget(awsOptions);

    this.cluster = { name: this.clusterName, region: config.account.region };
    this.secrets = { providers: secrets.providerNames };
    this.registerOutputs({});
  }

  /** Refuses to work in another account than the configuration names. */
  private createProvider(name: string): Provider {
    const { account } = this.config;
    return new Provider(
      name,
      {
        region: account.region,
        allowedAccountIds: [account.id],
        defaultTags: { tags: { ...this.tags } },
      },
      { parent: this },
    );
  }

  /** EKS writes to the group of this name and would make it without end or key. */
  private createClusterLogs(opts: pulumi.ComponentResourceOptions): EncryptedLogGroup {
    const { account, protect } = this.config;
    return new EncryptedLogGroup(
      "cluster-logs",
      { account, group: `/aws/eks/${this.clusterName}/cluster`, protect },
      opts,
    );
  }

  private createNetwork(logs: EncryptedLogGroup, opts: pulumi.ComponentResourceOptions): Network {
    const { account, network, protect } = this.config;
    return new Network(
      "network",
      {
        account,
        clusterName: this.clusterName,
        choice: network,
        protect,
        // EKS writes its last lines minutes after a cluster is gone, and would make the group again: taking the network
        // away first gives it that time.
        outlivedBy: [logs],
      },
      opts,
    );
  }

  private createCluster(
    network: Network,
    logs: EncryptedLogGroup,
    opts: pulumi.ComponentResourceOptions,
  ): Cluster {
    const { account, cluster, protect } = this.config;
    return new Cluster(
      "cluster",
      { account, name: this.clusterName, network, logs, tags: this.tags, ...cluster, protect },
      opts,
    );
  }

  private createControllers(
    network: Network,
    cluster: Cluster,
    opts: pulumi.ComponentResourceOptions,
  ): Controllers {
    const { account, environment } = this.config;
    return new Controllers(
      "controllers",
      {
        account,
        environment,
        cluster,
        vpcId: network.vpcId,
        nodeGroups: spansNodes(this.config, this.config.releases),
      },
      opts,
    );
  }

  private createPools(
    network: Network,
    cluster: Cluster,
    { karpenter }: Controllers,
    opts: pulumi.ComponentResourceOptions,
  ): Record<string, GpuPool> {
    const shared = {
      cluster,
      subnetIds: network.privateSubnetIds,
      tags: this.tags,
      karpenter,
      today: this.config.today,
    };
    const pools = Object.entries(this.config.pools).map(([name, pool]) => [
      name,
      new GpuPool(name, { ...shared, ...pool }, opts),
    ]);
    return Object.fromEntries(pools);
  }

  private createSecrets(controllers: Controllers, opts: pulumi.ComponentResourceOptions): Secrets {
    const { account, environment, modelStore, protect } = this.config;
    return new Secrets(
      "secrets",
      {
        prefix: `gantry/${environment}`,
        account,
        providers: secretProviders(this.config),
        namespaces: [
          servingNamespace,
          prometheus.namespace,
          ...(modelStore.hubToken ? [stagingNamespace] : []),
        ],
        engineKeyGenerations: Math.max(1, ...this.slots().map(({ keyGeneration = 1 }) => keyGeneration)),
        reader: { roleName: controllers.externalSecretsRoleName, release: controllers.externalSecrets },
        protect,
      },
      opts,
    );
  }

  private createMonitoring(
    cluster: Cluster,
    secrets: Secrets,
    controllers: Controllers,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const { account, budget, monitoring, protect } = this.config;
    new Monitoring(
      "monitoring",
      {
        account,
        controlPlane: cluster.controlPlane,
        watched: watched(this.config),
        ...monitoring,
        monthlyUsd: budget.monthlyUsd,
        reservations: poolReservations(this.config.pools),
        grafanaAdmin: { secret: secrets.grafanaAdmin, store: secrets.store },
        controllers: controllers.all,
        disks: cluster.disks,
        protect,
      },
      opts,
    );
  }

  private createServing(
    network: Network,
    cluster: Cluster,
    secrets: Secrets,
    controllers: Controllers,
    opts: pulumi.ComponentResourceOptions,
  ): Serving {
    const { account, environment, modelStore, network: choice, releases, protect } = this.config;
    const token = secrets.providerNames[modelHub];
    const store = new ModelStore(
      "model-store",
      {
        account,
        controlPlane: cluster.controlPlane,
        bucket: modelStore.bucket,
        cluster: cluster.ready,
        hubToken: token === undefined ? undefined : { secret: token, store: secrets.store },
        protect,
      },
      opts,
    );
    return new Serving(
      "serving",
      {
        account,
        controlPlane: cluster.controlPlane,
        network,
        store,
        domain: modelDomainOf(environment, choice),
        engineApiKeys: { secrets: secrets.engineApiKeys, store: secrets.store },
        prometheus,
        controllers,
        loadBalancers: this.loadBalancers(),
        hubEgress: Object.values(releases).some(({ model }) => model.source === "hub"),
        protect,
      },
      opts,
    );
  }

  private createModels(
    serving: Serving,
    pools: Readonly<Record<string, GpuPool>>,
    opts: pulumi.ComponentResourceOptions,
  ): Record<string, ModelOutput> {
    const { models, routes } = this.config;
    const made = Object.entries(models).map(([name, settings]) => {
      const loadBalancer = serving.loadBalancers.get(loadBalancerOf(settings));
      if (loadBalancer === undefined) throw new RangeError(`model ${name} has no load balancer`);
      const { traffic } = settings;
      const model = new Model(
        name,
        {
          slots: this.placeSlots(settings, pools),
          traffic,
          routes: Object.keys(routes).filter((route) => routes[route]?.selfHosted === name),
          serving,
          loadBalancer,
          priority: settings.rulePriority ?? rulePriority(name),
        },
        opts,
      );
      return [
        name,
        {
          host: model.host,
          ...spelledOut(traffic),
          engineKeys: this.engineKeys(settings),
          releases: model.releaseIds,
        },
      ] as const;
    });
    return Object.fromEntries(made);
  }

  private placeSlots(
    settings: ModelSettings,
    gpuPools: Readonly<Record<string, GpuPool>>,
  ): Partial<Record<Colour, ModelSlot>> {
    const slots = colours.flatMap((colour) => {
      const slot = settings[colour];
      return slot === undefined ? [] : [[colour, this.placeSlot(slot, gpuPools[slot.pool])]];
    });
    return Object.fromEntries(slots);
  }

  private placeSlot(slot: SlotSettings, gpuPool: GpuPool | undefined): ModelSlot {
    const { account, modelStore, pools, releases } = this.config;
    const release = releases[slot.release];
    const pool = pools[slot.pool];
    if (release === undefined || pool === undefined || gpuPool === undefined) {
      throw new RangeError(`no release ${slot.release} or no pool ${slot.pool}`);
    }
    const { replicas } = slot;
    const placement = place({
      release,
      poolName: slot.pool,
      pool,
      replicas,
      region: account.region,
      bucket: modelStore.bucket,
      keyGeneration: slot.keyGeneration,
    });
    return { release, placement, nodePool: gpuPool.nodePool, replicas };
  }

  private slots(): SlotSettings[] {
    return Object.values(this.config.models).flatMap((model) =>
      colours.flatMap((colour) => model[colour] ?? []),
    );
  }

  private engineKeys(model: ModelSettings): Partial<Record<Colour, string>> {
    const prefix = `gantry/${this.config.environment}`;
    const keys = colours.flatMap((colour) => {
      const slot = model[colour];
      return slot === undefined ? [] : [[colour, engineKeyName(prefix, slot.keyGeneration ?? 1)]];
    });
    return Object.fromEntries(keys);
  }

  /** Each that a model names, with an idle timeout for the longest answer of its own models. */
  private loadBalancers(): Record<string, { idleSeconds: number }> {
    const { models, releases } = this.config;
    const placed = Map.groupBy(Object.values(models), loadBalancerOf);
    const loadBalancers = [...placed].map(([name, behind]) => {
      const slots = behind.flatMap((model) => colours.flatMap((colour) => model[colour] ?? []));
      return [name, { idleSeconds: idleTimeout(slots.flatMap(({ release }) => releases[release] ?? [])) }];
    });
    return Object.fromEntries(loadBalancers);
  }

  private createBudget(opts: pulumi.ComponentResourceOptions) {
    const { environment, budget, monitoring } = this.config;
    new Budget("budget", { environment, monthlyUsd: budget.monthlyUsd, notify: monitoring.notify }, opts);
  }
}

function poolReservations(pools: Config["pools"]): PoolReservation[] {
  return Object.entries(pools).flatMap(([pool, { reservations }]) =>
    endingReservations(reservations).map((reservation) => ({ pool, ...reservation })),
  );
}

function loadBalancerOf({ loadBalancer = defaultLoadBalancer }: ModelSettings): string {
  return loadBalancer;
}

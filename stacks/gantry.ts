import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Budget } from "../components/budget/budget.ts";
import { Cluster } from "../components/cluster/cluster.ts";
import { Controllers } from "../components/cluster/controllers.ts";
import { GpuPool } from "../components/cluster/gpu-pool.ts";
import { endingReservations } from "../components/cluster/reservation.ts";
import { EncryptedLogGroup } from "../components/data/log-group.ts";
import { Records } from "../components/data/records.ts";
import { type CacheAddress, Valkey } from "../components/data/valkey.ts";
import { recordsPrefix } from "../components/gateway/gateway-settings.ts";
import type { PoolReservation } from "../components/monitoring/alerts.ts";
import { Monitoring } from "../components/monitoring/monitoring.ts";
import { prometheus } from "../components/monitoring/prometheus.ts";
import { Network } from "../components/network/network.ts";
import { cachePassword, engineKey, grafanaAdmin } from "../components/secrets/secret-names.ts";
import { Secrets } from "../components/secrets/secrets.ts";
import { Model } from "../components/serving/model.ts";
import { ModelStore, stagingNamespace } from "../components/serving/model-store.ts";
import { servingNamespace } from "../components/serving/namespace.ts";
import { Serving } from "../components/serving/serving.ts";
import { type Colour, modelDomainOf, withDefaults } from "../components/serving/traffic.ts";
import { nameTag } from "../components/shared/name-tag.ts";
import { arrangement, engineKeyGenerations, loadBalancers } from "./arrangement.ts";
import type { Config } from "./config.ts";
import { generatedSecrets } from "./generated-secrets.ts";
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
  /** First part of every secret's name. */
  private readonly prefix: string;
  /** On all that AWS bills. */
  private readonly tags: Readonly<Record<string, string>>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:index:Gantry", name, {}, { ...opts, transformations: [nameTag] });
    this.config = config;
    this.clusterName = `gantry-${config.environment}`;
    this.prefix = `gantry/${config.environment}`;
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
    this.createCache(network, secrets, awsOptions);
    this.createRecords(awsOptions);
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
    const { account, modelStore, protect } = this.config;
    return new Secrets(
      "secrets",
      {
        prefix: this.prefix,
        account,
        providers: secretProviders(this.config),
        namespaces: [
          servingNamespace,
          prometheus.namespace,
          ...(modelStore.hubToken ? [stagingNamespace] : []),
        ],
        generated: generatedSecrets(this.config),
        reader: { roleName: controllers.externalSecretsRoleName, release: controllers.externalSecrets },
        protect,
      },
      opts,
    );
  }

  private createCache(
    network: Network,
    secrets: Secrets,
    opts: pulumi.ComponentResourceOptions,
  ): CacheAddress {
    const { cache, protect } = this.config;
    if ("existing" in cache) return cache.existing;
    const password = secrets.generated(cachePassword);
    return new Valkey(
      "cache",
      { owner: this.clusterName, network, ...cache.create, password, protect },
      opts,
    );
  }

  private createRecords(opts: pulumi.ComponentResourceOptions): Records {
    const { account, gateway, protect } = this.config;
    const { bucket, keepDays } = gateway.records;
    return new Records(
      "records",
      { account, owner: this.clusterName, bucket, folder: recordsPrefix, keepDays, protect },
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
        grafanaAdmin: { secret: secrets.nameOf(grafanaAdmin), store: secrets.store },
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
        engineApiKeys: {
          secrets: Array.from({ length: engineKeyGenerations(this.config) }, (_, index) =>
            secrets.nameOf(engineKey(index + 1)),
          ),
          store: secrets.store,
        },
        prometheus,
        controllers,
        loadBalancers: loadBalancers(this.config),
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
    const made = Object.entries(arrangement(this.config)).map(([name, arranged]) => {
      const { routes, priority, engineKeys } = arranged;
      const loadBalancer = found(serving.loadBalancers.get(arranged.loadBalancer), arranged.loadBalancer);
      const traffic = found(this.config.models[name], name).traffic;
      const slots = Object.fromEntries(
        Object.entries(arranged.slots).map(([colour, slot]) => [
          colour,
          { ...slot, nodePool: found(pools[slot.pool], slot.pool).nodePool },
        ]),
      );
      const model = new Model(name, { slots, traffic, routes, serving, loadBalancer, priority }, opts);
      const output = { host: model.host, ...withDefaults(traffic), engineKeys, releases: model.releaseIds };
      return [name, output] as const;
    });
    return Object.fromEntries(made);
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

/** @throws RangeError for a name that the configuration's check lets pass, though nothing has it */
function found<Thing>(thing: Thing | undefined, name: string): Thing {
  if (thing === undefined) throw new RangeError(`nothing is called ${name}`);
  return thing;
}

import { Provider } from "@pulumi/aws/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster/cluster.ts";
import { Controllers } from "../components/cluster/controllers.ts";
import { GpuPool } from "../components/cluster/gpu-pool.ts";
import { endingReservations } from "../components/cluster/reservation.ts";
import { EncryptedLogGroup } from "../components/data/log-group.ts";
import { gatewayNamespace } from "../components/gateway/network-policies.ts";
import type { PoolReservation } from "../components/monitoring/alerts/platform.ts";
import { Monitoring } from "../components/monitoring/monitoring.ts";
import { routeObjective } from "../components/monitoring/objectives.ts";
import { prometheus } from "../components/monitoring/prometheus.ts";
import { Network } from "../components/network/network.ts";
import { grafanaAdmin } from "../components/secrets/secret-names.ts";
import { Secrets } from "../components/secrets/secrets.ts";
import { stagingNamespace } from "../components/serving/model-store.ts";
import { servingNamespace } from "../components/serving/namespace.ts";
import { iamArn } from "../components/shared/account.ts";
import type { Config } from "./config.ts";
import { environmentName, environmentTags } from "./environment-names.ts";
import { generatedSecrets } from "./generated-secrets.ts";
import { listPrices } from "./list-prices.ts";
import { monitoredCounts } from "./monitored-counts.ts";
import { secretProviders } from "./secret-providers.ts";
import { spansNodes } from "./spans-nodes.ts";

/** An environment by what all of its parts need to know. */
export interface Environment {
  readonly config: Config;
  /** In AWS, as `gantry-dev`. */
  readonly name: string;
  /** First part of every secret's name. */
  readonly prefix: string;
  /** On all that AWS bills. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the policy that bounds its roles. */
  readonly permissionsBoundary: string | undefined;
}

export function stackOf(config: Config): Environment {
  return {
    config,
    name: environmentName(config.environment),
    prefix: `gantry/${config.environment}`,
    tags: environmentTags(config.environment),
    permissionsBoundary:
      config.permissionsBoundary && iamArn(config.account, `policy/${config.permissionsBoundary}`),
  };
}

/* The platform of models and gateway: network, cluster, nodes, secrets and monitoring. */

/** Refuses to work in another account than the configuration names. */
export function createProvider(stack: Environment, name: string, parent: pulumi.Resource): Provider {
  const { account } = stack.config;
  return new Provider(
    name,
    {
      region: account.region,
      allowedAccountIds: [account.id],
      defaultTags: { tags: { ...stack.tags } },
    },
    { parent },
  );
}

/** EKS writes to the group of this name and would make it without end or key. */
export function createClusterLogs(
  stack: Environment,
  opts: pulumi.ComponentResourceOptions,
): EncryptedLogGroup {
  const { account, protect } = stack.config;
  return new EncryptedLogGroup(
    "cluster-logs",
    { account, group: `/aws/eks/${stack.name}/cluster`, protect },
    opts,
  );
}

export function createNetwork(
  stack: Environment,
  logs: EncryptedLogGroup,
  opts: pulumi.ComponentResourceOptions,
): Network {
  const { account, network, protect } = stack.config;
  return new Network(
    "network",
    {
      account,
      clusterName: stack.name,
      choice: network,
      permissionsBoundary: stack.permissionsBoundary,
      protect,
      // EKS writes its last lines minutes after a cluster is gone, and would make the group again: taking the network
      // away first gives it that time.
      outlivedBy: [logs],
    },
    opts,
  );
}

export function createCluster(
  stack: Environment,
  network: Network,
  logs: EncryptedLogGroup,
  opts: pulumi.ComponentResourceOptions,
): Cluster {
  const { account, cluster, protect } = stack.config;
  return new Cluster(
    "cluster",
    {
      ...{ account, name: stack.name, network, logs, tags: stack.tags, ...cluster, protect },
      permissionsBoundary: stack.permissionsBoundary,
    },
    opts,
  );
}

export function createControllers(
  stack: Environment,
  network: Network,
  cluster: Cluster,
  opts: pulumi.ComponentResourceOptions,
): Controllers {
  const { account, environment } = stack.config;
  return new Controllers(
    "controllers",
    {
      account,
      environment,
      cluster,
      vpcId: network.vpcId,
      nodeGroups: spansNodes(stack.config, stack.config.releases),
    },
    opts,
  );
}

export function createPools(
  stack: Environment,
  network: Network,
  cluster: Cluster,
  { karpenter }: Controllers,
  opts: pulumi.ComponentResourceOptions,
): Record<string, GpuPool> {
  const shared = {
    cluster,
    subnetIds: network.privateSubnetIds,
    tags: stack.tags,
    karpenter,
    today: stack.config.today,
  };
  const pools = Object.entries(stack.config.pools).map(([name, pool]) => [
    name,
    new GpuPool(name, { ...shared, ...pool }, opts),
  ]);
  return Object.fromEntries(pools);
}

export function createSecrets(
  stack: Environment,
  controllers: Controllers,
  opts: pulumi.ComponentResourceOptions,
): Secrets {
  const { account, modelStore, protect } = stack.config;
  return new Secrets(
    "secrets",
    {
      prefix: stack.prefix,
      account,
      providers: secretProviders(stack.config),
      namespaces: [
        servingNamespace,
        gatewayNamespace,
        prometheus.namespace,
        ...(modelStore.hubToken ? [stagingNamespace] : []),
      ],
      generated: generatedSecrets(stack.config),
      reader: { roleName: controllers.externalSecretsRoleName, release: controllers.externalSecrets },
      protect,
    },
    opts,
  );
}

export function createMonitoring(
  stack: Environment,
  cluster: Cluster,
  secrets: Secrets,
  controllers: Controllers,
  opts: pulumi.ComponentResourceOptions,
) {
  const { account, budget, edge, environment, monitoring, protect, routes } = stack.config;
  return new Monitoring(
    "monitoring",
    {
      environment,
      account,
      controlPlane: cluster.controlPlane,
      ...(!edge.internal && { webAcl: stack.name }),
      watched: monitoredCounts(stack.config),
      ...monitoring,
      monthlyUsd: budget.monthlyUsd,
      routes: Object.fromEntries(Object.keys(routes).map((route) => [route, routeObjective])),
      prices: listPrices(stack.config),
      reservations: poolReservations(stack.config.pools),
      thirdParties: secrets.providerNames,
      grafanaAdmin: { secret: secrets.nameOf(grafanaAdmin), store: secrets.store },
      controllers: controllers.all,
      disks: cluster.disks,
      protect,
    },
    opts,
  );
}

function poolReservations(pools: Config["pools"]): PoolReservation[] {
  return Object.entries(pools).flatMap(([pool, { reservations }]) =>
    endingReservations(reservations).map((reservation) => ({ pool, ...reservation })),
  );
}

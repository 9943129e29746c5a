import type * as pulumi from "@pulumi/pulumi";
import { Budget } from "../components/budget/budget.ts";
import type { Cluster } from "../components/cluster/cluster.ts";
import type { Controllers } from "../components/cluster/controllers.ts";
import { Records } from "../components/data/records.ts";
import { type CacheAddress, Valkey } from "../components/data/valkey.ts";
import { Edge } from "../components/edge/edge.ts";
import { Gateway } from "../components/gateway/gateway.ts";
import { recordsPrefix } from "../components/gateway/gateway-settings.ts";
import { gatewayPort } from "../components/gateway/network-policies.ts";
import { gatewaySizes } from "../components/gateway/sizes.ts";
import { CloudAlarms } from "../components/monitoring/cloud-alarms.ts";
import type { Monitoring } from "../components/monitoring/monitoring.ts";
import { prometheus } from "../components/monitoring/prometheus.ts";
import { runbookFolder } from "../components/monitoring/runbooks.ts";
import type { Network } from "../components/network/network.ts";
import {
  cachePassword,
  engineKey,
  gatewayMasterKey,
  gatewayMetricsKey,
} from "../components/secrets/secret-names.ts";
import type { Secrets } from "../components/secrets/secrets.ts";
import type { Serving } from "../components/serving/serving.ts";
import { catalogue, tenantsOf } from "./catalogue.ts";
import { found } from "./found.ts";
import { edgeChoice, gatewayTimes } from "./gateway-arrangement.ts";
import { passwordsOf } from "./generated-secrets.ts";
import type { Environment } from "./platform.ts";
import { existingCache } from "./secret-providers.ts";

/* Everything on the platform except the engines: cache and records, the gateway and its edge, alarms and budget. */

export function createCache(
  stack: Environment,
  network: Network,
  secrets: Secrets,
  opts: pulumi.ComponentResourceOptions,
): CacheAddress {
  const { cache, protect } = stack.config;
  if (cache.existing) return cache.existing;
  const passwords = passwordsOf(cache.create);
  const password = secrets.generated(cachePassword(passwords.at(-1) ?? 1));
  return new Valkey(
    "cache",
    { owner: stack.name, network, ...cache.create, passwords, password, protect },
    opts,
  );
}

export function createRecords(stack: Environment, opts: pulumi.ComponentResourceOptions): Records {
  const { account, gateway, protect } = stack.config;
  const { bucket, keepDays } = gateway.records;
  return new Records(
    "records",
    { account, owner: stack.name, bucket, folder: recordsPrefix, keepDays, protect },
    opts,
  );
}

interface WatchedFromOutside extends Pick<GatewayParts, "monitoring" | "cache" | "edge"> {
  readonly gateway: Gateway;
}

export function createCloudAlarms(
  stack: Environment,
  { monitoring, cache, edge, gateway }: WatchedFromOutside,
  opts: pulumi.ComponentResourceOptions,
) {
  const { notifications } = monitoring;
  new CloudAlarms(
    "cloud-alarms",
    {
      owner: stack.name,
      topics: { alerts: notifications.topicArn, heartbeat: notifications.heartbeat.name },
      edge: edge.dimensions,
      cacheNodes: cache.nodeIds ?? [],
      runbookBase: stack.config.monitoring.runbookBase ?? runbookFolder,
      waits: [notifications, monitoring.monitors, gateway],
    },
    opts,
  );
}

export function createBudget(stack: Environment, opts: pulumi.ComponentResourceOptions) {
  const { environment, budget, monitoring } = stack.config;
  new Budget("budget", { environment, monthlyUsd: budget.monthlyUsd, notify: monitoring.notify }, opts);
}

export function createEdge(
  stack: Environment,
  network: Network,
  serving: Serving,
  opts: pulumi.ComponentResourceOptions,
): Edge {
  const { account, edge, protect } = stack.config;
  const times = gatewayTimes(stack.config);
  const subnets = edgeSubnets(stack, network);
  return new Edge(
    "edge",
    {
      account,
      owner: stack.name,
      vpcId: network.vpcId,
      subnetIds: subnets.ids,
      vpcCidr: network.cidr,
      podCidrs: network.privateCidrs,
      gatewayPort,
      idleSeconds: times.idleSeconds,
      deregistrationSeconds: times.deregistrationSeconds,
      choice: edgeChoice(edge, stack.config.tenants, { domain: serving.domain, zoneId: serving.zoneId }),
      protect,
    },
    opts,
  );
}

/** The subnets of the edge's load balancer. */
function edgeSubnets({ config: { edge } }: Environment, network: Network) {
  return edge.internal
    ? { ids: network.privateSubnetIds, cidrs: network.privateCidrs }
    : { ids: network.publicSubnetIds, cidrs: network.publicCidrs };
}

/** The gateway's dependencies: what it runs on, what it calls, and how callers reach it. */
export interface GatewayParts {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly controllers: Controllers;
  readonly secrets: Secrets;
  readonly monitoring: Monitoring;
  readonly cache: CacheAddress;
  readonly records: Records;
  readonly serving: Serving;
  readonly edge: Edge;
}

export function createGateway(
  stack: Environment,
  { network, cluster, controllers, secrets, monitoring, cache, records, serving, edge }: GatewayParts,
  opts: pulumi.ComponentResourceOptions,
): Gateway {
  const { config } = stack;
  const { account, environment, gateway } = config;
  return new Gateway(
    "gateway",
    {
      account,
      environment,
      controlPlane: cluster.controlPlane,
      ...catalogue(config, serving.domain),
      tenants: tenantsOf(config.tenants),
      size: gatewaySizes[gateway.size],
      tracing: config.monitoring.tracing,
      replicas: gateway.replicas,
      times: gatewayTimes(config),
      cache,
      whenCacheIsLost: config.cache.whenLost ?? "limitByReplica",
      records: gateway.records,
      recordStatements: records.writeStatements,
      secrets: {
        masterKey: secrets.nameOf(gatewayMasterKey),
        metricsKey: secrets.nameOf(gatewayMetricsKey),
        cachePasswords: config.cache.create
          ? passwordsOf(config.cache.create).map((number) => secrets.nameOf(cachePassword(number)))
          : [found(secrets.providerNames[existingCache], existingCache)],
        engineKey: (generation) => secrets.nameOf(engineKey(generation)),
        providerKey: (provider) => found(secrets.providerNames[provider], provider),
        nameOf: (subject) => secrets.nameOf(subject),
        store: secrets.store,
      },
      edgeCidrs: edgeSubnets(stack, network).cidrs,
      privateCidrs: network.privateCidrs,
      prometheus,
      allowedOrigins: config.edge.internal ? [] : config.edge.allowedOrigins,
      target: {
        groupArn: edge.targetGroupArn,
        securityGroupId: edge.securityGroupId,
        rules: edge.rules,
      },
      controllers: { loadBalancer: controllers.loadBalancer, monitors: monitoring.monitors },
    },
    opts,
  );
}

import { cacheNodeTypes } from "../../../components/capacity/cache-nodes.ts";
import { hoursPerMonth, priceSource, unitPrices } from "../../../components/capacity/cost.ts";
import { instanceType, priceTable } from "../../../components/capacity/instances.ts";
import { cheapestNodes, type Nodes } from "../../../components/capacity/node-count.ts";
import { gpusPerReplica } from "../../../components/capacity/parallelism.ts";
import { own } from "../../../components/shared/own.ts";
import type { Config } from "../../../stacks/config.ts";
import { slotsOf } from "../../../stacks/slots.ts";
import type { PlannedResource } from "../resource.ts";
import { countRange } from "./figures.ts";
import { type LeftOut, leftOut } from "./left-out.ts";

/** One line of the bill, in US dollars a month. */
interface CostItem {
  readonly item: string;
  readonly minimum: number;
  readonly maximum: number;
}

/** What an environment costs with all slots at min and at max replicas. */
export interface CostReport {
  readonly items: readonly CostItem[];
  /** US dollars a month. */
  readonly minimum: number;
  readonly maximum: number;
  readonly budget: number;
  /** Whether the sums can be compared with the budget: prices are those of one region. */
  readonly hasBudgetShare: boolean;
  /** Where the prices come from and what they leave out. */
  readonly source: string;
  /** Pools whose instances have no price, so that the sums are too low. */
  readonly unpriced: readonly string[];
  /** What AWS also bills and no plan can know, each with its unit price. */
  readonly leftOut: readonly LeftOut[];
}

const rootDiskGB = 100;

/** @param resources what AWS bills by the piece is counted in the plan itself */
export function costReport(config: Config, resources: readonly PlannedResource[]): CostReport {
  const pools = Object.keys(config.pools).map((name) => ({ name, item: poolCost(config, name) }));
  const items = [
    ...pools.flatMap(({ item }) => item ?? []),
    systemNodeCost(config),
    ...cacheCost(config),
    ...pieceCosts(config, resources),
  ].filter(({ maximum }) => maximum > 0);
  const sum = (end: "minimum" | "maximum") => items.reduce((total, item) => total + item[end], 0);
  const hasBudgetShare = config.account.region === priceTable.region;
  const spot = Object.values(config.pools).some(({ capacity }) => capacity.includes("spot"));
  return {
    items,
    minimum: sum("minimum"),
    maximum: sum("maximum"),
    budget: config.budget.monthlyUsd,
    hasBudgetShare,
    source: `${priceSource()}${spot ? ", spot counted as on-demand" : ""}${
      hasBudgetShare ? "" : `; ${config.account.region} has other prices, so the budget isn't checked`
    }`,
    leftOut: leftOut(config),
    unpriced: pools.flatMap(({ name, item }) => (item === undefined ? [name] : [])),
  };
}

/** GPU nodes with their disks. A reservation is paid whether it is used or not. */
function poolCost(config: Config, poolName: string): CostItem | undefined {
  const pool = config.pools[poolName];
  const types = (pool?.instanceTypes ?? []).flatMap((name) => instanceType(name) ?? []);
  const replicas = (end: "min" | "max") =>
    Object.values(config.models).flatMap((model) =>
      slotsOf(model).flatMap(({ slot }) => {
        const release = config.releases[slot.release];
        if (slot.pool !== poolName || release === undefined) return [];
        return Array<number>(slot.replicas[end]).fill(gpusPerReplica(release.limits));
      }),
    );
  const most = cheapestNodes(types, pool?.reservations ? reservedGpus(config, poolName) : replicas("max"));
  const fewest = pool?.reservations ? most : cheapestNodes(types, replicas("min"));
  if (fewest === undefined || most === undefined) return undefined;
  return {
    item: `pool ${poolName}: ${countRange(fewest.count, most.count)} × ${most.instance.name}`,
    minimum: nodeCost(fewest, pool?.diskGiB),
    maximum: nodeCost(most, pool?.diskGiB),
  };
}

/** As many single GPUs as the pool may hold. */
function reservedGpus(config: Config, poolName: string): number[] {
  return Array<number>(config.pools[poolName]?.maxGpus ?? 0).fill(1);
}

function systemNodeCost({ cluster: { systemNodes } }: Config): CostItem {
  const instance = instanceType(systemNodes.instanceType);
  const cost = (count: number) => (instance === undefined ? 0 : nodeCost({ instance, count }));
  return {
    item: `system nodes, with the gateway: ${countRange(systemNodes.min, systemNodes.max)} × ${systemNodes.instanceType}`,
    minimum: cost(systemNodes.min),
    maximum: cost(systemNodes.max),
  };
}

function cacheCost({ cache }: Config): CostItem[] {
  if (cache.existing) return [];
  const { nodeType, nodes } = cache.create;
  const usd = nodes * (own(cacheNodeTypes, nodeType) ?? 0) * hoursPerMonth;
  return [{ item: `cache: ${nodes} × ${nodeType}`, minimum: usd, maximum: usd }];
}

function nodeCost({ instance, count }: Nodes, diskGiB = rootDiskGB): number {
  return count * ((instance.usdPerHour ?? 0) * hoursPerMonth + diskGiB * unitPrices.gp3PerGBMonth);
}

/** Costs that don't depend on usage. */
function pieceCosts(config: Config, resources: readonly PlannedResource[]): CostItem[] {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const count = (type: string) => ofType(type).length;
  const endpointZones = elements(
    ofType("aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.vpcEndpointType === "Interface"),
    "subnetIds",
  );
  const publicAddresses = elements(
    ofType("aws:lb/loadBalancer:LoadBalancer").filter(({ inputs }) => inputs.internal === false),
    "subnets",
  );
  const webAcls = ofType("aws:wafv2/webAcl:WebAcl");
  const webAclRules = elements(webAcls, "rules");
  const { monitoring } = config;
  const zones = count("aws:route53/zone:Zone");
  const natGateways = count("aws:ec2/natGateway:NatGateway");
  const loadBalancers = count("aws:lb/loadBalancer:LoadBalancer");
  const keys = count("aws:kms/key:Key");
  const secrets = count("aws:secretsmanager/secret:Secret");
  const { natGatewayPerHour, publicIpv4PerHour, interfaceEndpointPerHour, eksClusterPerHour } = unitPrices;
  const monthly: [string, number][] = [
    ["Kubernetes control plane", eksClusterPerHour * hoursPerMonth * count("eks:index:Cluster")],
    [`NAT gateways: ${natGateways}`, natGateways * (natGatewayPerHour + publicIpv4PerHour) * hoursPerMonth],
    [`load balancers: ${loadBalancers}`, loadBalancers * unitPrices.loadBalancerPerHour * hoursPerMonth],
    [
      `public addresses of load balancers: ${publicAddresses}`,
      publicAddresses * publicIpv4PerHour * hoursPerMonth,
    ],
    [
      `web ACLs: ${webAcls.length}, with ${webAclRules} rules`,
      webAcls.length * unitPrices.wafAclPerMonth + webAclRules * unitPrices.wafRulePerMonth,
    ],
    [
      `interface endpoints: ${endpointZones} (one per service and zone)`,
      endpointZones * interfaceEndpointPerHour * hoursPerMonth,
    ],
    [`monitoring disk: ${monitoring.storageGiB} GiB`, monitoring.storageGiB * unitPrices.gp3PerGBMonth],
    [`private zones: ${zones}`, zones * unitPrices.hostedZonePerMonth],
    [
      `stored weights: ${Math.round(weightsGiB(config))} GiB`,
      weightsGiB(config) * gbPerGiB * unitPrices.s3StandardPerGBMonth,
    ],
    [
      `${keys} keys, ${secrets} secrets`,
      keys * unitPrices.kmsKeyPerMonth + secrets * unitPrices.secretPerMonth,
    ],
  ];
  return monthly.map(([item, usd]) => ({ item, minimum: usd, maximum: usd }));
}

/** How many elements their lists have together. */
function elements(resources: readonly PlannedResource[], key: string): number {
  return resources.reduce(
    (total, { inputs: { [key]: list } }) => total + (Array.isArray(list) ? list.length : 0),
    0,
  );
}

const gbPerGiB = 2 ** 30 / 1e9;

/** What the bucket holds of the releases in use: each commit of a repository once. Earlier ones stay until deleted. */
function weightsGiB({ releases }: Config): number {
  const models = Object.values(releases).map(({ model }) => model);
  const stored = new Map(models.map((model) => [`${model.repository}@${model.revision}`, model.weightsGiB]));
  return [...stored.values()].reduce((sum, gib) => sum + gib, 0);
}

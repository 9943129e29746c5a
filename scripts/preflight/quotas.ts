import { instanceType } from "../../components/capacity/instances.ts";
import { lastRulePriority } from "../../components/serving/traffic.ts";
import type { Config } from "../../stacks/config.ts";
import { slotsOf } from "../../stacks/slots.ts";
import type { PreflightFinding } from "./finding.ts";

/** A limit of an account that can be raised. [AWS General Reference, service quotas] */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
}

/** Instance families that share a limit of vCPUs, by their first letters. */
const families = [
  { match: /^(g|vt)\d/, onDemand: "L-DB2E81BA", spot: "L-3819A6DF", name: "G and VT instances" },
  { match: /^p\d/, onDemand: "L-417A185B", spot: "L-7212CCBC", name: "P instances" },
  { match: /^[acdhimrtz]/, onDemand: "L-1216C47A", spot: "L-34B43A08", name: "standard instances" },
] as const;

/** vCPUs that an environment takes of one limit, at min and at max replicas. */
export interface VcpuDemand {
  readonly quota: Quota;
  readonly minimum: number;
  readonly maximum: number;
  /** Pools, or the system nodes, that take them. */
  readonly from: readonly string[];
}

/** What running instances take of each limit, and what the limits are. */
export interface VcpuFacts {
  /** By quota code. */
  readonly limits: Readonly<Record<string, number>>;
  /** vCPUs that run, of other environments only; by quota code. */
  readonly used: Readonly<Record<string, number>>;
}

/** Which limit counts an instance type. @param market how it is bought */
export function quotaOf(type: string, market: "on-demand" | "spot"): Quota | undefined {
  const family = families.find(({ match }) => match.test(type));
  if (family === undefined) return undefined;
  const code = market === "spot" ? family.spot : family.onDemand;
  return { service: "ec2", code, name: `vCPUs of ${market} ${family.name}` };
}

/** vCPUs by limit. Reserved capacity has its own count, and nodes come whole. */
export function vcpuDemands(config: Config): VcpuDemand[] {
  const demands = new Map<string, VcpuDemand>();
  const add = (type: string, market: "on-demand" | "spot", nodes: [number, number], from: string) => {
    const quota = quotaOf(type, market);
    const vcpus = instanceType(type)?.vcpus;
    if (quota === undefined || vcpus === undefined) return;
    const before = demands.get(quota.code) ?? { quota, minimum: 0, maximum: 0, from: [] };
    demands.set(quota.code, {
      ...before,
      minimum: before.minimum + vcpus * nodes[0],
      maximum: before.maximum + vcpus * nodes[1],
      from: [...before.from, from],
    });
  };
  const { instanceType: system, min, max } = config.cluster.systemNodes;
  add(system, "on-demand", [min, max], "system nodes");
  for (const [pool, { instanceTypes, capacity, maxGpus }] of Object.entries(config.pools)) {
    const [smallest] = instanceTypes;
    const kinds: readonly string[] = capacity;
    const market = kinds.includes("on-demand") ? "on-demand" : "spot";
    if (smallest === undefined || kinds.every((kind) => kind === "reserved")) continue;
    const gpus = instanceType(smallest)?.gpu?.count ?? 1;
    const wanted = minimumGpus(config, pool);
    // Of a pool with reservations only what goes beyond them counts, and that may be nothing.
    const nodes: [number, number] = [
      kinds.includes("reserved") ? 0 : Math.ceil(wanted / gpus),
      Math.ceil(maxGpus / gpus),
    ];
    add(smallest, market, nodes, `pool ${pool}`);
  }
  return [...demands.values()];
}

/** GPUs that a pool needs for every slot's min replicas. */
export function minimumGpus(config: Config, pool: string): number {
  const slots = Object.values(config.models).flatMap(slotsOf);
  return slots
    .filter(({ slot }) => slot.pool === pool)
    .reduce((sum, { slot }) => {
      const { tensorParallel = 1, pipelineParallel = 1 } = config.releases[slot.release]?.limits ?? {};
      return sum + slot.replicas.min * tensorParallel * pipelineParallel;
    }, 0);
}

/** Whether vCPUs are enough. */
export function vcpuFindings(
  demands: readonly VcpuDemand[],
  { limits, used }: VcpuFacts,
  region: string,
): Omit<PreflightFinding, "check">[] {
  return demands.flatMap(({ quota, minimum, maximum, from }) => {
    const limit = limits[quota.code];
    const running = used[quota.code] ?? 0;
    if (limit === undefined || limit - running >= maximum) return [];
    const needed = limit - running < minimum ? minimum : maximum;
    const others = running > 0 ? `, of which others run ${running}` : "";
    const level = needed === minimum && limit - running < minimum ? "fault" : "warning";
    const what = level === "fault" ? "all slots at min replicas take" : "with all their nodes they need";
    return [
      {
        level,
        message: `${from.join(", ")}: the account has ${limit} ${quota.name}${others}; ${what} ${needed}`,
        fix: requestIncrease(quota, running + maximum, region),
      } as const,
    ];
  });
}

/** The request that raises a limit. */
function requestIncrease({ service, code }: Quota, value: number, region: string): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value} --region ${region}`;
}

/** Resources with a quota: how many an account has, and how many more the environment creates. */
export interface CountedFacts {
  readonly vpcs: { readonly limit: number; readonly used: number };
  readonly addresses: { readonly limit: number; readonly used: number };
  readonly loadBalancers: { readonly limit: number; readonly used: number };
  readonly rulesOfLoadBalancer: number;
}

export const countedQuotas = {
  vpcs: { service: "vpc", code: "L-F678F1CE", name: "VPCs" },
  addresses: { service: "ec2", code: "L-0263D0A3", name: "Elastic IP addresses" },
  loadBalancers: { service: "elasticloadbalancing", code: "L-53DA6B97", name: "Application Load Balancers" },
} as const;

/** Rules that one model takes of its load balancer. */
const rulesOfModel = 4;

/** Whether quotas allow what a first `up` creates. @param makes undefined where the environment is there already */
export function countFindings(
  config: Config,
  facts: CountedFacts,
  makes: "everything" | "nothing",
): Omit<PreflightFinding, "check">[] {
  const { network, models } = config;
  const created = network.create;
  const balancers = new Set(Object.values(models).map(({ loadBalancer = "default" }) => loadBalancer));
  const needed =
    makes === "nothing"
      ? { vpcs: 0, addresses: 0, loadBalancers: 0 }
      : {
          vpcs: created === undefined ? 0 : 1,
          addresses: created?.natGateways ?? 0,
          loadBalancers: balancers.size + 1,
        };
  const counted = (["vpcs", "addresses", "loadBalancers"] as const).flatMap((kind) => {
    const { limit, used } = facts[kind];
    if (used + needed[kind] <= limit || needed[kind] === 0) return [];
    const quota = countedQuotas[kind];
    return [
      {
        level: "fault",
        message: `the account has ${used} of ${limit} ${quota.name}, and the environment makes ${needed[kind]}`,
        fix: requestIncrease(quota, used + needed[kind], config.account.region),
      } as const,
    ];
  });
  const crowded = [...balancers].flatMap((name) => {
    const rules =
      rulesOfModel *
      Object.values(models).filter(({ loadBalancer = "default" }) => loadBalancer === name).length;
    if (rules <= Math.min(facts.rulesOfLoadBalancer, lastRulePriority)) return [];
    return [
      {
        level: "fault",
        message: `load balancer ${name} would have ${rules} rules, the account allows ${facts.rulesOfLoadBalancer}`,
        fix: "give models another loadBalancer in the stack's file, or ask for more rules per Application Load Balancer in the Service Quotas console",
      } as const,
    ];
  });
  return [...counted, ...crowded];
}

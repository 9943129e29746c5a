import { resolveNs } from "node:dns/promises";
import { reservationIds } from "../../components/cluster/reservation.ts";
import { zonesOf } from "../../components/network/zones.ts";
import { iamArn } from "../../components/shared/account.ts";
import type { Config } from "../../stacks/config.ts";
import { generatedSecrets } from "../../stacks/generated-secrets.ts";
import { secretProviders } from "../../stacks/secret-providers.ts";
import type { AccountReader } from "./account.ts";
import type { PreflightFinding } from "./finding.ts";
import { countedQuotas, type Quota, vcpuDemands } from "./quotas.ts";

/** @throws Error where DNS can't be queried; a missing name is an answer */
export async function worldNameServers(name: string): Promise<readonly string[]> {
  return resolveNs(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
    throw error;
  });
}

export async function vcpuFacts(config: Config, reader: AccountReader) {
  const demands = vcpuDemands(config);
  const [used, ...limits] = await Promise.all([
    reader.ec2.vcpus(config.environment),
    ...demands.map(async ({ quota }) => [quota.code, await reader.quota(quota)] as const),
  ]);
  return { limits: Object.fromEntries(limits), used };
}

export async function countedFacts(reader: AccountReader) {
  const { vpcs, addresses, loadBalancers } = countedQuotas;
  const room = async (quota: Quota, count: Promise<number>) => {
    const [limit, used] = await Promise.all([reader.quota(quota), count]);
    return { limit, used };
  };
  const [ofVpcs, ofAddresses, ofLoadBalancers, rulesOfLoadBalancer] = await Promise.all([
    room(vpcs, reader.ec2.vpcCount()),
    room(addresses, reader.ec2.addressCount()),
    room(loadBalancers, reader.loadBalancerCount()),
    reader.rulesOfLoadBalancer(),
  ]);
  return { vpcs: ofVpcs, addresses: ofAddresses, loadBalancers: ofLoadBalancers, rulesOfLoadBalancer };
}

/** Ids of the zones in which the environment's nodes run. */
export async function zonesIn({ account, network }: Config, reader: AccountReader): Promise<string[]> {
  if (network.existing !== undefined)
    return (await reader.ec2.subnets(network.existing.privateSubnetIds)).map(({ zoneId }) => zoneId);
  const zones = zonesOf(account.region, network.create.zones);
  if (zones.every(({ by }) => by === "id")) return zones.map(({ zone }) => zone);
  const ids = await reader.ec2.zoneIds();
  return zones.map(({ zone, by }) => (by === "id" ? zone : (ids[zone] ?? zone)));
}

export function instanceTypes({ pools, cluster }: Config): string[] {
  return [
    ...new Set([
      ...Object.values(pools).flatMap((pool) => pool.instanceTypes),
      cluster.systemNodes.instanceType,
    ]),
  ];
}

export function wantedReservations({ pools }: Config): string[] {
  return Object.values(pools).flatMap(({ reservations = [] }) => reservationIds(reservations));
}

export function wantedBuckets({ modelStore, gateway }: Config): string[] {
  return [modelStore.bucket, gateway.records.bucket];
}

const spotRole = "AWSServiceRoleForEC2Spot";

/** Administrators and a boundary that aren't there, and the role that EC2 needs before an account's first spot instance. */
export async function roleFindings(
  { account, cluster, environment, permissionsBoundary, pools }: Config,
  reader: AccountReader,
): Promise<Omit<PreflightFinding, "check">[]> {
  const administrators = cluster.admins.map(async (arn) => {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const has = await reader.hasRole(name);
    const message = `cluster.admins names ${arn}, and there is no such role: EKS refuses the entry`;
    return has ? [] : [{ level: "fault", message, fix: `aws iam get-role --role-name ${name}` } as const];
  });
  const boundary =
    permissionsBoundary === undefined ||
    (await reader.hasPolicy(iamArn(account, `policy/${permissionsBoundary}`)))
      ? []
      : [
          {
            level: "fault",
            message: `permissionsBoundary names ${permissionsBoundary}, and the account has no such policy: IAM refuses every role of a workload`,
            fix: `npm run bootstrap -- ${environment} --repository <owner>/<name> makes gantry-boundary-${environment}; or pulumi config rm --stack ${environment} gantry:permissionsBoundary`,
          } as const,
        ];
  const wantsSpot = Object.values(pools).some(({ capacity }) => capacity.includes("spot"));
  const spot =
    !wantsSpot || (await reader.hasRole(spotRole))
      ? []
      : [
          {
            level: "fault",
            message: `the account has no ${spotRole}: Karpenter may not make it, and no spot instance starts`,
            fix: "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
          } as const,
        ];
  return [...(await Promise.all(administrators)).flat(), ...boundary, ...spot];
}

/** Deleted secrets whose name is wanted, and those that a person has to fill. */
export async function secretState(config: Config, reader: AccountReader, isDeployed: boolean) {
  const prefix = `gantry/${config.environment}/`;
  const providers = secretProviders(config).map((provider) => `${prefix}providers/${provider}`);
  const wanted = new Set([
    ...generatedSecrets(config).map(({ subject }) => `${prefix}${subject}`),
    ...providers,
  ]);
  const deleted = (await reader.deletedSecrets(prefix)).filter((name) => wanted.has(name));
  const states = isDeployed ? await Promise.all(providers.map((name) => reader.secret(name))) : [];
  return { deleted, empty: providers.filter((_, index) => states[index] === "empty") };
}

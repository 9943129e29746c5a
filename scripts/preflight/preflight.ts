import type { Config } from "../../stacks/config.ts";
import { environmentName } from "../../stacks/environment-names.ts";
import type { Hub } from "../release/hub.ts";
import type { AccountReader, ClusterFacts } from "./account.ts";
import { offeringFindings, reservationFindings } from "./capacity.ts";
import {
  countedFacts,
  instanceTypes,
  roleFindings,
  secretState,
  vcpuFacts,
  wantedBuckets,
  wantedReservations,
  worldNameServers,
  zonesIn,
} from "./facts.ts";
import { asIs, check, type Fact, fact, findingsOf, type PreflightFinding } from "./finding.ts";
import { bucketFindings, certificateFindings, secretFindings, zoneFindings } from "./names.ts";
import {
  addOnFindings,
  clusterFindings,
  imageFindings,
  machineImageFindings,
  modelFindings,
} from "./pinned.ts";
import { countFindings, vcpuDemands, vcpuFindings } from "./quotas.ts";
import { endpointFindings, networkFindings, type ToolFacts, toolFindings } from "./surroundings.ts";

/** What is asked. */
export interface PreflightArgs {
  readonly config: Config;
  readonly reader: AccountReader;
  readonly hub: Hub;
  readonly tools: () => ToolFacts;
  /** The name servers of a name in public DNS. @default the resolver of this machine */
  readonly nameServers?: (name: string) => Promise<readonly string[]>;
}

/** The findings of a preflight, and the checks that ran. */
export interface PreflightResult {
  readonly checks: readonly string[];
  readonly findings: readonly PreflightFinding[];
  /** Whether the environment is deployed already; undefined where the account can't be queried. */
  readonly deployed: boolean | undefined;
}

/** Checks everything that an environment needs before an update, and changes nothing. */
export async function preflight(args: PreflightArgs): Promise<PreflightResult> {
  const { config, reader, hub } = args;
  const { region, id } = config.account;
  const checks = ["tools", "credentials"];
  const toolsFound = findingsOf("tools", await fact(async () => args.tools()), "npm ci", (found) =>
    toolFindings(config, found),
  );
  const identity = await fact(() => reader.identity());
  const login = "aws sts get-caller-identity, after aws sso login or with AWS_PROFILE set";
  const credentials = findingsOf("credentials", identity, login, ({ account, arn }) =>
    account === id
      ? []
      : [
          {
            level: "fault",
            message: `${arn} is of account ${account}, the environment is in ${id}`,
            fix: `take credentials of ${id}: export AWS_PROFILE=<its profile>`,
          },
        ],
  );
  // Another account's resources don't matter for this one.
  const wrong = [...toolsFound, ...credentials];
  if (credentials.length > 0) return { checks, findings: wrong, deployed: undefined };

  const cluster = await fact(() => reader.cluster(environmentName(config.environment)));
  const deployed = "value" in cluster && cluster.value !== undefined;
  const all = questions(args, cluster, deployed);
  const answers = await Promise.all(Object.values(all).map((ask) => ask()));
  return {
    checks: [...checks, ...Object.keys(all)],
    findings: [...wrong, ...answers.flat()],
    deployed,
  };

  /** Questions that don't wait for each other. */
  function questions(
    { nameServers = worldNameServers }: PreflightArgs,
    found: Fact<ClusterFacts | undefined>,
    isDeployed: boolean,
  ): Record<string, () => Promise<PreflightFinding[]>> {
    const { edge, network } = config;
    return {
      cluster: async () =>
        findingsOf(
          "cluster",
          found,
          `aws eks describe-cluster --name ${environmentName(config.environment)} --region ${region}`,
          (value) => clusterFindings(config, value),
        ),
      endpoint: check(
        "endpoint",
        () => endpointFindings(config, "value" in found ? found.value : undefined, hub.fetch),
        "",
        asIs,
      ),
      "GPU and node quotas": check(
        "GPU and node quotas",
        () => vcpuFacts(config, reader),
        `aws service-quotas list-service-quotas --service-code ec2 --region ${region}`,
        (value) => vcpuFindings(vcpuDemands(config), value, region),
      ),
      "network quotas": check(
        "network quotas",
        () => countedFacts(reader),
        `aws service-quotas list-service-quotas --service-code vpc --region ${region}`,
        (value) => countFindings(config, value, isDeployed ? "nothing" : "everything"),
      ),
      "instance types": check(
        "instance types",
        async () => {
          const zones = await zonesIn(config, reader);
          return { zones, offered: await reader.ec2.offerings(instanceTypes(config)) };
        },
        `aws ec2 describe-instance-type-offerings --location-type availability-zone-id --region ${region}`,
        ({ zones, offered }) => offeringFindings(config, zones, offered),
      ),
      reservations: check(
        "reservations",
        async () => ({
          zones: await zonesIn(config, reader),
          found: await reader.ec2.reservations(wantedReservations(config)),
        }),
        `aws ec2 describe-capacity-reservations --region ${region}`,
        (value) => reservationFindings(config, value.zones, value.found),
      ),
      network: check(
        "network",
        async () => {
          if (network.existing === undefined) return [];
          const { vpcId, privateSubnetIds, publicSubnetIds = [] } = network.existing;
          const vpc = await reader.ec2.vpc(vpcId);
          return networkFindings(
            config,
            vpc,
            await reader.ec2.subnets([...privateSubnetIds, ...publicSubnetIds]),
          );
        },
        `aws ec2 describe-subnets --region ${region}`,
        asIs,
      ),
      "add-ons": check(
        "add-ons",
        () => addOnFindings(config, reader),
        `aws eks describe-addon-versions --region ${region}`,
        asIs,
      ),
      "machine images": check(
        "machine images",
        () => machineImageFindings(config, reader),
        `aws ssm get-parameter --region ${region} --name …`,
        asIs,
      ),
      images: check(
        "images",
        () => imageFindings(config, hub.fetch),
        "run it where the registries are reached",
        asIs,
      ),
      models: check("models", () => modelFindings(config, hub), "run it where the hub is reached", asIs),
      buckets: check(
        "buckets",
        async () =>
          Object.fromEntries(
            await Promise.all(
              wantedBuckets(config).map(async (name) => [name, await reader.bucket(name)] as const),
            ),
          ),
        `aws s3api head-bucket --bucket ${wantedBuckets(config)[0]}`,
        (states) => bucketFindings(config, states),
      ),
      certificate: check(
        "certificate",
        async () => {
          const arn = edge.certificateArn;
          return arn === undefined ? [] : certificateFindings(config, await reader.certificate(arn));
        },
        `aws acm list-certificates --region ${region}`,
        asIs,
      ),
      zone: check(
        "zone",
        async () => {
          const zoneId = edge.zoneId;
          if (zoneId === undefined) return [];
          const zone = await reader.hostedZone(zoneId);
          const delegatedTo = zone === undefined || zone.isPrivate ? [] : await nameServers(zone.name);
          return zoneFindings(config, zone && { ...zone, delegatedTo });
        },
        "dig NS <the zone's name>",
        asIs,
      ),
      roles: check("roles", () => roleFindings(config, reader), "aws iam list-roles", asIs),
      secrets: check(
        "secrets",
        () => secretState(config, reader, isDeployed),
        `aws secretsmanager list-secrets --include-planned-deletion --region ${region}`,
        ({ deleted, empty }) => secretFindings(config, deleted, empty),
      ),
    };
  }
}

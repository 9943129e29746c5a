import type { Config } from "../../stacks/config.ts";
import type { PreflightFinding } from "./finding.ts";

type Found = Omit<PreflightFinding, "check">;

/** Who owns a bucket's name. */
export type BucketState =
  | { readonly kind: "free" }
  | { readonly kind: "taken" }
  | { readonly kind: "ours"; readonly environment: string | undefined; readonly region: string };

/** Whether the names of the buckets are free, or this environment's. */
export function bucketFindings(config: Config, buckets: Readonly<Record<string, BucketState>>): Found[] {
  return Object.entries(buckets).flatMap(([name, state]): Found[] => {
    if (state.kind === "free") return [];
    const rename = `name another in Pulumi.${config.environment}.yaml`;
    if (state.kind === "taken")
      return [
        {
          level: "fault",
          message: `bucket ${name} belongs to another account: bucket names are unique in all of AWS`,
          fix: rename,
        },
      ];
    if (state.region !== config.account.region)
      return [
        {
          level: "fault",
          message: `bucket ${name} is in ${state.region}, the environment in ${config.account.region}`,
          fix: rename,
        },
      ];
    if (state.environment === config.environment) return [];
    const whose =
      state.environment === undefined ? "has no tag of an environment" : `belongs to ${state.environment}`;
    return [
      {
        level: "fault",
        message: `bucket ${name} is in this account and ${whose}: pulumi up would treat it as its own, and could destroy it`,
        fix: `${rename}, or aws s3 rb s3://${name} --region ${state.region}`,
      },
    ];
  });
}

/** A certificate, as ACM describes it. */
export interface CertificateFacts {
  readonly status: string;
  /** Names that it is for. */
  readonly domains: readonly string[];
  /** In the form `YYYY-MM-DD`. */
  readonly ends: string | undefined;
}

const renewalDays = 30;

/** Whether the certificate that the configuration names can be served. @param certificate undefined where ACM has none */
export function certificateFindings(config: Config, certificate: CertificateFacts | undefined): Found[] {
  const { certificateArn: arn, domain } = config.edge;
  if (arn === undefined) return [];
  const [, , , region] = arn.split(":");
  const fix = `aws acm describe-certificate --certificate-arn ${arn} --region ${region}`;
  const fault = (message: string): Found => ({
    level: "fault",
    message: `certificate ${arn.split("/")[1]} ${message}`,
    fix,
  });
  if (region !== config.account.region)
    return [fault(`is in ${region}: a load balancer takes one of its own region, ${config.account.region}`)];
  if (certificate === undefined) return [fault("isn't in this account and region")];
  const { status, domains, ends } = certificate;
  const limit = new Date(Date.parse(config.today) + renewalDays * 86_400_000).toISOString().slice(0, 10);
  return [
    ...(status === "ISSUED" ? [] : [fault(`is ${status}, not ISSUED`)]),
    ...(domains.some((name) => covers(name, domain))
      ? []
      : [fault(`is for ${domains.join(", ")}, not for ${domain}`)]),
    ...(ends !== undefined && ends <= config.today && status === "ISSUED" ? [fault(`ended on ${ends}`)] : []),
    ...(ends !== undefined && ends > config.today && ends <= limit
      ? [{ level: "warning", message: `certificate ${arn.split("/")[1]} ends on ${ends}`, fix } as const]
      : []),
  ];
}

/** A wildcard is for one label. [RFC 6125, 6.4.3] */
function covers(name: string, domain: string): boolean {
  if (!name.startsWith("*.")) return name.toLowerCase() === domain.toLowerCase();
  return domain.slice(domain.indexOf(".")).toLowerCase() === name.slice(1).toLowerCase();
}

/** A hosted zone, and its delegation in public DNS. */
export interface ZoneFacts {
  /** Without the last dot. */
  readonly name: string;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  /** What DNS answers for the name; undefined where it answers that there is none. */
  readonly delegatedTo: readonly string[];
}

/** Whether the certificate can be validated in the zone. @param zone undefined where Route 53 has none */
export function zoneFindings(config: Config, zone: ZoneFacts | undefined): Found[] {
  const { zoneId, domain } = config.edge;
  if (zoneId === undefined) return [];
  const fix = `aws route53 get-hosted-zone --id ${zoneId}`;
  const fault = (message: string, how = fix): Found => ({
    level: "fault",
    message: `zone ${zoneId} ${message}`,
    fix: how,
  });
  if (zone === undefined) return [fault("isn't in this account", "aws route53 list-hosted-zones")];
  const { name, isPrivate, nameServers, delegatedTo } = zone;
  if (domain !== name && !domain.endsWith(`.${name}`)) return [fault(`is ${name}, which ${domain} isn't in`)];
  if (isPrivate) return [fault(`is private: ACM validates a certificate in a public one`)];
  const known = new Set(nameServers.map(plain));
  if (delegatedTo.some((server) => known.has(plain(server)))) return [];
  const now = delegatedTo.length === 0 ? "nothing" : delegatedTo.join(", ");
  return [
    fault(
      `isn't delegated: DNS names ${now} for ${name}, so no certificate can be validated`,
      `at the parent of ${name}, make NS records: ${nameServers.join(" ")}`,
    ),
  ];
}

function plain(server: string): string {
  return server.toLowerCase().replace(/\.$/, "");
}

/** Whether names of secrets are free: one that was deleted keeps its name for days. */
export function secretFindings(
  config: Config,
  deleted: readonly string[],
  empty: readonly string[],
): Found[] {
  const { environment, account } = config;
  return [
    ...deleted.map(
      (name): Found => ({
        level: "fault",
        message: `secret ${name} was deleted and keeps its name: pulumi up can't make it`,
        fix: `aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery --region ${account.region}`,
      }),
    ),
    ...empty.map(
      (name): Found => ({
        level: "warning",
        message: `secret ${name} has no value: what needs it doesn't start`,
        fix: `npm run put-secret -- ${environment} ${name.split("/").at(-1)} < key.txt`,
      }),
    ),
  ];
}

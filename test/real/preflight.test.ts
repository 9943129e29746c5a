import type { Server } from "node:http";
import { DeleteClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreatePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStackConfig } from "../../scripts/plan/environment.ts";
import { AccountReader } from "../../scripts/preflight/account.ts";
import type { PreflightFinding } from "../../scripts/preflight/finding.ts";
import { type PreflightArgs, preflight } from "../../scripts/preflight/preflight.ts";
import type { Hub } from "../../scripts/release/hub.ts";
import { type Config, parseConfig, readReleases } from "../../stacks/config.ts";
import { changed } from "../support/changed.ts";
import { type Moto, startMoto } from "../support/moto.ts";
import { fixtureValues } from "../support/project.ts";
import { pythonWithAws } from "../support/python.ts";
import { accountStandIn, type StandInAccount } from "./account-stand-in.ts";
import {
  accountId,
  fillMoto,
  healthyAccount,
  type MadeInMoto,
  makeCluster,
  region,
} from "./preflight-account.ts";

const python = pythonWithAws();

/**
 * The account is moto's, with the services before it that moto hasn't got: Service Quotas, EKS's add-ons, EKS's public
 * parameters, capacity reservations, buckets of other accounts. Registries, hub and DNS are made in the test.
 */
describe.runIf(python !== undefined)("npm run preflight", () => {
  let moto: Moto;
  let server: Server;
  let made: MadeInMoto;
  let account: StandInAccount;
  const before = { ...process.env };

  beforeAll(async () => {
    moto = await startMoto(python ?? "", [], { MOTO_ACCOUNT_ID: accountId, MOTO_ACM_VALIDATION_WAIT: "0" });
    account = healthyAccount();
    const standIn = await accountStandIn(account, moto.url);
    server = standIn.server;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: standIn.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    made = await fillMoto();
  });
  afterAll(() => {
    moto?.stop();
    server?.close();
    process.env = before;
  });

  type Edits = readonly (readonly [path: readonly string[], value: unknown])[];

  /** dev with its zone; prod with reservations, a certificate and an administrator. */
  function configOf(environment: "dev" | "prod", edits: Edits = []): Config {
    const own: Edits =
      environment === "dev"
        ? [[["gantry:edge", "zoneId"], made.zone]]
        : [
            [["gantry:account"], accountId],
            [["gantry:edge", "certificateArn"], made.certificate],
            [["gantry:cluster", "admins"], [`arn:aws:iam::${accountId}:role/platform`]],
          ];
    const config = [...own, ...edits].reduce<unknown>(
      (all, [path, value]) => changed(all, path, value),
      readStackConfig(fixtureValues, environment),
    );
    return parseConfig({
      environment,
      config: config as Record<string, unknown>,
      releases: readReleases(fixtureValues),
      today: "2026-11-24",
    });
  }

  const revision = (url: string) => /revision\/([^?]+)/.exec(url)?.[1];
  /** Registries that have every digest, and a hub that has every commit. */
  const outside: Hub = {
    address: "https://hub.example",
    token: undefined,
    fetch: async (url, init) => {
      if (init?.method === "HEAD")
        return new Response(null, { headers: { "docker-content-digest": url.split("/").at(-1) ?? "" } });
      return Response.json({ sha: revision(url), gated: false, siblings: [] });
    },
  };
  const healthyTools = { pulumi: "3.260.0", aws: "2.30.0", kubectl: "1.36.1", packages: [] };

  async function look(config: Config, changes: Partial<PreflightArgs> = {}) {
    return preflight({
      ...{ config, reader: new AccountReader(region), hub: outside, tools: () => healthyTools },
      nameServers: async () => made.nameServers,
      ...changes,
    });
  }

  it.each(["dev", "prod"] as const)("finds nothing on a healthy account: %s", async (environment) => {
    const { findings, checks, deployed } = await look(configOf(environment));
    expect(findings).toEqual([]);
    expect([checks.length, deployed]).toEqual([18, false]);
  });

  interface Fault {
    readonly environment?: "dev" | "prod";
    readonly edits?: (() => Edits) | undefined;
    /** Changes the account. @returns how it was */
    readonly plant?: () => void | Promise<void>;
    readonly mend?: () => void | Promise<void>;
    readonly outside?: () => Partial<PreflightArgs>;
    readonly finds: readonly (readonly [check: string, level: PreflightFinding["level"], says: RegExp])[];
  }
  const one = (check: string, says: RegExp, level: PreflightFinding["level"] = "fault") => [
    [check, level, says] as const,
  ];
  const quota = (code: string, value: number) => {
    const kept = () => account.quotas[code];
    let was: ReturnType<typeof kept>;
    return {
      plant: () => {
        was = kept();
        account.quotas[code] = { value };
      },
      mend: () => {
        if (was) account.quotas[code] = was;
      },
    };
  };
  const broken = (word: string) => ({
    plant: () => void account.broken.push(word),
    mend: () => void account.broken.pop(),
  });
  const h100 =
    (...ids: unknown[]): Fault["edits"] =>
    () => [[["gantry:pools", "h100", "reservations"], ids]];
  const secrets = () => new SecretsManagerClient({ region });
  const clusters = () => new EKSClient({ region });
  const clusterOf = (version: string, environment = "dev") => ({
    plant: () => makeCluster("gantry-dev", version, environment),
    mend: async () => void (await clusters().send(new DeleteClusterCommand({ name: "gantry-dev" }))),
    outside: () => ({ hub: { ...outside, fetch: outside.fetch } }),
  });
  const network =
    (vpcId: () => string, subnets: () => readonly string[], cidr = "10.9.0.0/16"): Fault["edits"] =>
    () => [
      [
        ["gantry:network"],
        {
          existing: {
            vpcId: vpcId(),
            cidr,
            privateSubnetIds: subnets(),
            publicSubnetIds: made.subnets.slice(0, 2),
          },
        },
      ],
    ];
  const hubThat = (answer: (url: string) => Response | undefined) => () => ({
    hub: {
      ...outside,
      fetch: async (url: string, init?: RequestInit) => answer(url) ?? outside.fetch(url, init),
    },
  });
  const model = (answer: (url: string) => Response) =>
    hubThat((url) => (url.includes("/api/models/") ? answer(url) : undefined));
  const bucket =
    (name: string): Fault["edits"] =>
    () => [[["gantry:modelStore", "bucket"], name]];

  const faults: Record<string, Fault> = {
    "credentials of another account": {
      edits: () => [[["gantry:account"], "444455556666"]],
      finds: one("credentials", /of account 111122223333, the environment is in 444455556666/),
    },
    "credentials that are refused": {
      ...broken("GetCallerIdentity"),
      finds: one("credentials", /couldn't check: AccessDenied/, "unknown"),
    },
    "no kubectl": {
      outside: () => ({ tools: () => ({ ...healthyTools, kubectl: undefined }) }),
      finds: one("tools", /kubectl isn't on PATH/),
    },
    "a kubectl that is too old": {
      outside: () => ({ tools: () => ({ ...healthyTools, kubectl: "1.33.0" }) }),
      finds: one("tools", /3 minor versions apart/, "warning"),
    },
    "an old Pulumi": {
      outside: () => ({ tools: () => ({ ...healthyTools, pulumi: "3.100.0" }) }),
      finds: one("tools", /older than 3\.260/, "warning"),
    },
    "packages of another lock": {
      outside: () => ({
        tools: () => ({ ...healthyTools, packages: [["@pulumi/aws", "7.40.0", "7.48.0"]] }),
      }),
      finds: one("tools", /@pulumi\/aws 7\.40\.0, not 7\.48\.0/),
    },
    "GPU vCPUs for no slot": {
      ...quota("ec2/L-DB2E81BA", 4),
      finds: one(
        "GPU and node quotas",
        /pool a10g: the account has 4 vCPUs of on-demand G and VT instances; all slots at min replicas take 8/,
      ),
    },
    "GPU vCPUs for the fewest replicas only": {
      ...quota("ec2/L-DB2E81BA", 8),
      finds: one("GPU and node quotas", /with all their nodes they need 16/, "warning"),
    },
    "spot vCPUs": {
      edits: () => [[["gantry:pools", "a10g", "capacity"], ["spot"]]],
      ...quota("ec2/L-3819A6DF", 0),
      finds: one("GPU and node quotas", /0 vCPUs of spot G and VT/),
    },
    "vCPUs for system nodes": {
      ...quota("ec2/L-1216C47A", 1),
      finds: one("GPU and node quotas", /system nodes: the account has 1 vCPUs of on-demand standard/),
    },
    "room for a VPC": {
      ...quota("vpc/L-F678F1CE", 3),
      finds: one("network quotas", /3 of 3 VPCs, and the environment makes 1/),
    },
    "room for addresses": {
      ...quota("ec2/L-0263D0A3", 0),
      finds: one("network quotas", /0 of 0 Elastic IP addresses, and the environment makes 1/),
    },
    "room for load balancers": {
      ...quota("elasticloadbalancing/L-53DA6B97", 1),
      finds: one("network quotas", /0 of 1 Application Load Balancers, and the environment makes 2/),
    },
    "quotas that may not be read": {
      ...broken("ServiceQuotas"),
      finds: [
        ["GPU and node quotas", "unknown", /AccessDenied/],
        ["network quotas", "unknown", /AccessDenied/],
      ],
    },
    "a zone without the GPUs": {
      environment: "prod",
      edits: () => [
        [
          ["gantry:network", "create", "zones"],
          ["use1-az2", "use1-az4", "use1-az5"],
        ],
      ],
      finds: [
        ["instance types", "warning", /g6e\.xlarge isn't offered in use1-az5/],
        ["instance types", "warning", /g6e\.2xlarge isn't offered in use1-az5/],
      ],
    },
    "a reservation that isn't there": {
      environment: "prod",
      edits: h100("cr-0fffffffffffffff0"),
      finds: one("reservations", /isn't a reservation of this account/),
    },
    "a reservation that is over": {
      environment: "prod",
      edits: h100("cr-00000000000000001"),
      finds: one("reservations", /is expired, not active/),
    },
    "a reservation of another type": {
      environment: "prod",
      edits: h100("cr-00000000000000002"),
      finds: one("reservations", /holds p5\.4xlarge, the pool takes p5\.48xlarge/),
    },
    "a reservation in another zone": {
      environment: "prod",
      edits: h100("cr-00000000000000003"),
      finds: one("reservations", /is in use1-az5 \(us-east-1f\), the subnets are in/),
    },
    "a reservation that is too small": {
      environment: "prod",
      edits: h100("cr-00000000000000004"),
      finds: one("reservations", /holds 0 GPUs, all slots at min replicas take 4/),
    },
    "a reservation that ends": {
      environment: "prod",
      edits: h100("cr-00000000000000005"),
      finds: one("reservations", /ends on 2026-11-28/, "warning"),
    },
    "an add-on that EKS dropped": {
      plant: () => void Object.assign(account.addOns, { coredns: { "1.36": ["v1.15.0-eksbuild.1"] } }),
      mend: () => void Object.assign(account.addOns, healthyAccount().addOns),
      finds: one("add-ons", /no coredns v1\.14\.3-eksbuild\.23.*offers v1\.15\.0-eksbuild\.1/),
    },
    "a machine image that is gone": {
      plant: () => void delete account.parameters[Object.keys(account.parameters)[0] ?? ""],
      mend: () => void Object.assign(account.parameters, healthyAccount().parameters),
      finds: one("machine images", /has no machine image GPU nodes' al2023@v20260818/),
    },
    "an image that is gone": {
      outside: hubThat((url) =>
        url.includes("/v2/vllm/") ? new Response(null, { status: 404 }) : undefined,
      ),
      finds: one("images", /has no sha256:c1c9f6/),
    },
    "registries that aren't reached": {
      outside: hubThat((url) => {
        if (url.includes("/v2/"))
          throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
        return undefined;
      }),
      finds: one("images", /doesn't answer: connect ECONNREFUSED/, "unknown"),
    },
    "a commit that is gone": {
      outside: model(
        () => new Response("{}", { status: 404, headers: { "x-error-code": "RevisionNotFound" } }),
      ),
      finds: one("models", /has no revision "4da05a8/),
    },
    "a gated model without a token": {
      outside: model((url) => Response.json({ sha: revision(url), gated: "manual", siblings: [] })),
      finds: one("models", /is gated, and modelStore\.hubToken isn't set/),
    },
    "a hub that is away": {
      outside: model(() => new Response("", { status: 503 })),
      finds: one("models", /HTTP 503/, "unknown"),
    },
    "a bucket's name that is taken": {
      edits: bucket("taken-by-others"),
      finds: one("buckets", /belongs to another account/),
    },
    "a bucket without an owner": {
      edits: bucket("untagged"),
      finds: one("buckets", /has no tag of an environment/),
    },
    "a bucket of another environment": {
      edits: bucket("of-staging"),
      finds: one("buckets", /belongs to staging/),
    },
    "a bucket in another region": { edits: bucket("in-europe"), finds: one("buckets", /is in eu-west-1/) },
    "a certificate that isn't there": {
      environment: "prod",
      edits: () => [
        [
          ["gantry:edge", "certificateArn"],
          `arn:aws:acm:${region}:${accountId}:certificate/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`,
        ],
      ],
      finds: one("certificate", /isn't in this account and region/),
    },
    "a certificate for another name": {
      environment: "prod",
      edits: () => [[["gantry:edge", "certificateArn"], made.otherCertificate]],
      finds: one("certificate", /is for \*\.example\.com\.invalid, not for llm\.example\.com/),
    },
    "a zone that isn't there": {
      edits: () => [[["gantry:edge", "zoneId"], "Z000000000000"]],
      finds: one("zone", /isn't in this account/),
    },
    "a zone of another domain": {
      edits: () => [[["gantry:edge", "zoneId"], made.otherZone]],
      finds: one("zone", /is example\.org, which llm\.dev\.example\.com isn't in/),
    },
    "a private zone": {
      edits: () => [[["gantry:edge", "zoneId"], made.privateZone]],
      finds: one("zone", /is private/),
    },
    "a zone that isn't delegated": {
      outside: () => ({ nameServers: async () => ["ns1.registrar.example."] }),
      finds: one("zone", /DNS names ns1\.registrar\.example\. for example\.com/),
    },
    "DNS that isn't reached": {
      outside: () => ({ nameServers: () => Promise.reject(new Error("queryNs ECONNREFUSED example.com")) }),
      finds: one("zone", /couldn't check: queryNs ECONNREFUSED/, "unknown"),
    },
    "an administrator that isn't there": {
      edits: () => [[["gantry:cluster", "admins"], [`arn:aws:iam::${accountId}:role/nobody`]]],
      finds: one("roles", /there is no such role/),
    },
    "a permissions boundary that isn't there": {
      edits: () => [[["gantry:permissionsBoundary"], "gantry-boundary-dev"]],
      finds: one(
        "roles",
        /permissionsBoundary names gantry-boundary-dev, and the account has no such policy/,
      ),
    },
    "a secret's name in its recovery window": {
      plant: async () => {
        await secrets().send(new CreateSecretCommand({ Name: "gantry/dev/grafana-admin" }));
        await secrets().send(
          new DeleteSecretCommand({ SecretId: "gantry/dev/grafana-admin", RecoveryWindowInDays: 7 }),
        );
      },
      mend: async () =>
        void (await secrets().send(
          new DeleteSecretCommand({ SecretId: "gantry/dev/grafana-admin", ForceDeleteWithoutRecovery: true }),
        )),
      finds: one("secrets", /gantry\/dev\/grafana-admin was deleted and keeps its name/),
    },
    "a VPC that isn't there": {
      edits: network(
        () => "vpc-0abc",
        () => made.subnets.slice(0, 2),
      ),
      finds: one("network", /vpc-0abc isn't a VPC/),
    },
    "a VPC of another range": {
      edits: network(
        () => made.vpc,
        () => made.subnets.slice(0, 2),
        "10.8.0.0/16",
      ),
      finds: one("network", /has 10\.9\.0\.0\/16.*, not 10\.8\.0\.0\/16/),
    },
    "a VPC without names": {
      edits: network(
        () => made.bareVpc,
        () => made.subnets.slice(0, 2),
      ),
      finds: [
        ["network", "fault", /gives no DNS names/],
        ...[0, 1, 2, 3].map(() => ["network", "fault", /is in vpc-/] as const),
      ],
    },
    "a subnet of another VPC": {
      edits: network(
        () => made.vpc,
        () => [made.subnets[0] ?? "", made.foreignSubnet],
      ),
      finds: one("network", /private subnet subnet-\w+ is in vpc-\w+, not in/),
    },
    "two subnets in one zone": {
      edits: network(
        () => made.vpc,
        () => [made.subnets[0] ?? "", made.subnets[3] ?? ""],
      ),
      finds: one("network", /two private subnets are in one zone/),
    },
    "a cluster that is newer": { ...clusterOf("1.37"), finds: one("cluster", /EKS can.t be downgraded/) },
    "a cluster that is two versions older": {
      ...clusterOf("1.34"),
      finds: one("cluster", /one minor version at a time/),
    },
    "another account's cluster": {
      ...clusterOf("1.36", "other"),
      finds: one("cluster", /that this project didn't make/),
    },
    "a Kubernetes API that isn't reached": {
      ...clusterOf("1.36"),
      outside: hubThat((url) => {
        if (url.endsWith("/readyz"))
          throw new TypeError("fetch failed", { cause: new Error("connect ETIMEDOUT") });
        return undefined;
      }),
      finds: one("endpoint", /isn't reached from here.*ETIMEDOUT/),
    },
    "a provider's key that isn't stored": {
      ...clusterOf("1.36"),
      plant: async () => {
        await makeCluster("gantry-dev", "1.36", "dev");
        await secrets().send(new CreateSecretCommand({ Name: "gantry/dev/providers/openai" }));
      },
      mend: async () => {
        await clusters().send(new DeleteClusterCommand({ name: "gantry-dev" }));
        await secrets().send(
          new PutSecretValueCommand({ SecretId: "gantry/dev/providers/openai", SecretString: "sk-x" }),
        );
      },
      finds: one("secrets", /gantry\/dev\/providers\/openai has no value/, "warning"),
    },
  };

  it.each(Object.entries(faults))("finds %s, and nothing else", async (_, fault) => {
    await fault.plant?.();
    try {
      const config = configOf(fault.environment ?? "dev", fault.edits?.());
      const { findings } = await look(config, fault.outside?.());
      expect(findings.map(({ check, level }) => [check, level])).toEqual(
        fault.finds.map(([check, level]) => [check, level]),
      );
      for (const [index, [, , says]] of fault.finds.entries()) expect(findings[index]?.message).toMatch(says);
      for (const { fix } of findings) expect(fix).not.toBe("");
    } finally {
      await fault.mend?.();
    }
  });

  it("takes a permissions boundary that is there", async () => {
    const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::example/*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await new IAMClient({ region }).send(new CreatePolicyCommand({ PolicyName: "bounded", PolicyDocument }));
    const { findings } = await look(configOf("dev", [[["gantry:permissionsBoundary"], "bounded"]]));
    expect(findings).toEqual([]);
  });

  it("was tried with 25 faults at least", () => {
    expect(Object.keys(faults).length).toBeGreaterThanOrEqual(25);
  });
});

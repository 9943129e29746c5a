import { environments, readStackConfig } from "../../scripts/plan/environment.ts";
import type { RawConfig } from "../../stacks/config.ts";
import { changed } from "../support/changed.ts";
import type { PolicyConfiguration } from "../support/rules.ts";

type Edits = Readonly<Record<string, unknown>>;

/** A legitimate change to an environment of test/fixtures/project, to which no rule may object. */
export interface Legitimate {
  readonly environment: string;
  readonly what: string;
  readonly config: RawConfig["config"];
  /** The policy configuration that the change needs. */
  readonly policies: PolicyConfiguration;
  /** Among the few that every run plans: those that change most of what is planned. */
  readonly telling: boolean;
}

const administrators = ["arn:aws:iam::111122223333:role/platform", "arn:aws:iam::111122223333:role/oncall"];
/** Both would be `platform` and `gpu-nodes` by their last words. */
const namesakes = [
  "arn:aws:iam::111122223333:role/team-a/platform",
  "arn:aws:iam::111122223333:role/team-b/platform",
  "arn:aws:iam::111122223333:role/gpu-nodes",
];
const existing = {
  existing: {
    vpcId: "vpc-0a1b2c3d",
    cidr: "10.9.0.0/16",
    privateSubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
    publicSubnetIds: ["subnet-2a1b2c3d", "subnet-3a1b2c3d"],
  },
};
const create = { cidr: "10.80.0.0/16", zones: 3, natGateways: 3 };
const awq8b = { release: "qwen3-8b-awq-1", pool: "a10g", replicas: { min: 1, max: 1 } };
const blueOnly = (slot: object) => ({ blue: slot, traffic: { live: "blue", canaryPercent: 0 } });
/** Certificates are of one region; with a zone, the stack requests one. */
const zone = "Z0123456789ABCDEFGHIL";
const claude = {
  provider: "anthropic",
  snapshot: "claude-sonnet-5-5",
  usdPerMillion: { input: 3, output: 15 },
};

/** Edits that mean the same everywhere, by what they say; paths are below `gantry:` where they name no namespace. */
const everywhere: Readonly<Record<string, Edits>> = {
  "a VPC that is there already": { network: existing },
  "another range, a way out in every zone": { network: { create } },
  "two zones with one way out": { network: { create: { ...create, zones: 2, natGateways: 1 } } },
  "zones by id": {
    network: {
      create: { ...create, zones: ["use1-az6", "use1-az2", "use1-az5", "use1-az1"], natGateways: 4 },
    },
  },
  "zones by name": {
    network: { create: { ...create, zones: ["us-east-1b", "us-east-1d"], natGateways: 1 } },
  },
  "an office that reaches the API": {
    "cluster.endpoint": { publicFrom: ["203.0.113.0/24", "198.51.100.7/32"] },
  },
  "an API for the VPC alone": { "cluster.endpoint": { private: true } },
  "two administrators": { "cluster.admins": administrators },
  "two administrators of one name": { "cluster.admins": namesakes },
  "larger system nodes": { "cluster.systemNodes": { instanceType: "m7i.2xlarge", min: 3, max: 12 } },
  "metrics and logs for a quarter": {
    monitoring: { retentionDays: 90, storageGiB: 500, notify: ["a@example.com", "b@example.com"] },
  },
  "alerts in Slack and to a pager, a single sign-on, metrics kept by AWS": {
    "monitoring.slack": { channel: "#gantry-alerts" },
    "monitoring.pagerDuty": true,
    "monitoring.signIn": {
      clientId: "grafana",
      authorizationUrl: "https://login.example.com/authorize",
      tokenUrl: "https://login.example.com/token",
      userInfoUrl: "https://login.example.com/userinfo",
    },
    "monitoring.remoteWrite": { workspaceId: "ws-12345678-90ab-cdef-1234-567890abcdef" },
  },
  "traces to a collector of the team's own": {
    "monitoring.tracing": { namespace: "tracing", service: "collector", sampledPercent: 10 },
  },
  "metrics for a day": { "monitoring.retentionDays": 1, "monitoring.storageGiB": 10 },
  "another bucket": { "modelStore.bucket": "weights-of-another-team" },
  "a larger budget": { "budget.monthlyUsd": 120_000 },
  "another region": { "aws:region": "eu-central-1", "edge.certificateArn": undefined, "edge.zoneId": zone },
  "another account": { account: "999988887777", "cluster.endpoint": { publicFrom: ["8.8.8.8/32"] } },
  "things that mustn't be deleted": { protect: true },
  "no hosted models": { hosted: {}, routes: { assistant: { selfHosted: "chat" } } },
  "two hosted models": { "hosted.claude": claude },
  "larger root disks": { "pools.a10g.diskGiB": 300 },
  "one type of instance": { "pools.a10g.instanceTypes": ["g5.2xlarge"] },
  "a pool without pods": {
    "pools.spare": { instanceTypes: ["g6e.4xlarge"], capacity: ["on-demand"], maxGpus: 2 },
  },
  "reserved before on-demand": {
    "pools.a10g.capacity": ["reserved", "on-demand"],
    "pools.a10g.reservations": ["cr-0a1b2c3d4e5f60718"],
  },
};

/** What goes with an edit into the environment's file under policies/config. */
const configured: Readonly<Record<string, PolicyConfiguration>> = {
  "another bucket": { "model-source-allowed": { allowedBuckets: ["weights-of-another-team"] } },
  "traces to a collector of the team's own": {
    "engine-egress-narrow": { collectorNamespaces: ["tracing"] },
  },
  "two administrators": { "cluster-access-by-entries": { clusterAdmins: administrators } },
  "two administrators of one name": { "cluster-access-by-entries": { clusterAdmins: namesakes } },
};

/** Edits for what one environment has. */
const here: Readonly<Record<string, Readonly<Record<string, Edits>>>> = {
  dev: {
    "green is live": { "models.chat.traffic.live": "green" },
    "a tenth of the callers to green": { "models.chat.traffic.canaryPercent": 10 },
    "half of them": { "models.chat.traffic.canaryPercent": 50 },
    "blue as the canary": { "models.chat.traffic": { live: "green", canaryPercent: 25 } },
    "both slots scale": {
      "pools.a10g.maxGpus": 6,
      "models.chat.blue.replicas": { min: 1, max: 2 },
      "models.chat.green.replicas": { min: 1, max: 1 },
    },
    "one slot": { "models.chat.green": undefined },
    "two models": { "models.draft": blueOnly(awq8b), "pools.a10g.maxGpus": 6 },
    "a larger model on a pool of its own": {
      "pools.l40s": { instanceTypes: ["g6e.xlarge"], capacity: ["on-demand"], maxGpus: 2 },
      "models.code": blueOnly({ release: "qwen3-32b-awq-1", pool: "l40s", replicas: { min: 1, max: 1 } }),
    },
    "no models": { models: {}, routes: {}, "tenants.web.models": ["gpt-4o"] },
  },
  staging: {
    "more replicas": { "models.chat.blue.replicas": { min: 2, max: 3 } },
    "the small model on the large pool": {
      "pools.l40s.maxGpus": 6,
      "models.chat.blue.pool": "l40s",
      "models.chat.blue.replicas.max": 1,
    },
    "one model": { "models.code": undefined },
  },
  prod: {
    "more replicas at least": { "models.chat.blue.replicas": { min: 4, max: 11 } },
    "fewer replicas": {
      "models.code.blue.replicas": { min: 2, max: 2 },
      "models.large.blue.replicas.max": 2,
    },
    "a larger pool": { "pools.a10g.maxGpus": 16 },
    "without the largest model": { "models.large": undefined, "pools.h100": undefined },
    "two models": { "models.code": undefined, "tenants.batch.models": ["assistant"] },
  },
};

/** What every run plans; the whole set is planned where time doesn't matter. */
const telling: readonly string[] = [
  "dev: a VPC that is there already",
  "dev: an API for the VPC alone",
  "dev: things that mustn't be deleted",
  "dev: blue as the canary",
  "dev: a larger model on a pool of its own",
  "staging: the small model on the large pool",
  "staging: another range, a way out in every zone",
  "prod: without the largest model",
  "prod: no hosted models",
  "prod: reserved before on-demand",
];

/** @param root folder of the stack files */
export function legitimate(root: string): readonly Legitimate[] {
  return environments(root).flatMap((environment) => {
    const shipped = readStackConfig(root, environment);
    return Object.entries({ ...everywhere, ...here[environment] }).map(([what, edits]) => ({
      environment,
      what,
      config: Object.entries(edits).reduce((config, [path, value]) => edited(config, path, value), shipped),
      policies: configured[what] ?? {},
      telling: telling.includes(`${environment}: ${what}`),
    }));
  });
}

function edited(config: RawConfig["config"], path: string, value: unknown): RawConfig["config"] {
  if (path.includes(":")) return { ...config, [path]: value };
  const [section = "", ...rest] = path.split(".");
  const key = `gantry:${section}`;
  return { ...config, [key]: changed(config[key], rest, value) };
}

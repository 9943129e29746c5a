import { z } from "zod";
import { regionNames } from "../components/network/zones.ts";
import { contractTerms } from "../components/serving/contract.ts";
import { lastRulePriority } from "../components/serving/traffic.ts";
import { strict, suggestion } from "../components/shared/problems.ts";
import {
  cacheSchema,
  edgeSchema,
  gatewaySchema,
  hostedSchema,
  routeSchema,
  tenantSchema,
  usdPerMillion,
} from "./gateway-schema.ts";
import { bucketName, dollars, name, percent, whole } from "./schema-fields.ts";

/** Longest model name: AWS allows 32 characters for a target group, of which `-green` takes 6 and Pulumi's suffix 8. */
const longestModelName = 18;
/** AWS allows 32 characters for a load balancer, of which `serving-` and Pulumi's suffix take 8 each. */
const longestLoadBalancerName = 16;

/** GPUs of a pool and replicas of a slot: more can only be a slip, and each is placed one by one. */
const mostGpus = 10_000;
const cidr = z.cidrv4("an IPv4 range, such as 10.40.0.0/16");
/** [Amazon EBS, volume sizes: gp3 up to 64 TiB] */
const disk = (smallest: number) =>
  whole(smallest, "GiB").max(65_536, "65536 GiB at most, the largest gp3 volume");
const subnetId = z.string().regex(/^subnet-[0-9a-f]+$/, "a subnet's id such as subnet-0a1b2c3d");

const network = z.union([
  strict({
    create: strict({
      cidr,
      /** How many zones, or which: by id such as use1-az1, which is one zone in every account, or by name. */
      zones: z.union([
        z.int().min(2, "2 or 3 zones, or a list of them").max(3, "2 or 3 zones, or a list of them"),
        z.array(z.string()).min(2, "two zones at least").max(6, "six zones at most"),
      ]),
      /** 1, or one per zone so that the loss of a zone doesn't cut off another zone's egress. */
      natGateways: z.int().min(1, "1, or one per zone").max(6, "1, or one per zone"),
    }),
  }),
  strict({
    existing: strict({
      vpcId: z.string().regex(/^vpc-[0-9a-f]+$/, "a VPC id, such as vpc-0a1b2c3d"),
      cidr,
      privateSubnetIds: z.array(subnetId).min(2, "two zones at least"),
      /** Subnets of a public load balancer, one in each zone. */
      publicSubnetIds: z.array(subnetId).min(2, "two zones at least").optional(),
    }),
  }),
]);

const cluster = strict({
  version: z
    .string('in quotes, or YAML makes a number of it: "1.36"')
    .regex(/^1\.\d+$/, 'a Kubernetes version, such as "1.36"'),
  /** Who reaches the Kubernetes API from outside the VPC. */
  endpoint: z.union([
    strict({
      publicFrom: z
        .array(cidr)
        .min(1, "name the ranges, or choose { private: true }")
        // [EKS, service quotas: public endpoint access CIDR ranges per cluster]
        .max(40, "40 ranges at most, which is EKS's limit: join neighbours, or take the range of a VPN"),
    }),
    strict({ private: z.literal(true) }),
  ]),
  systemNodes: strict({
    instanceType: z.string(),
    min: whole(1, "nodes"),
    // [EKS, service quotas: nodes per managed node group]
    max: whole(1, "nodes").max(450, "450 nodes at most, which is EKS's limit for a managed node group"),
  }),
  /** IAM roles with cluster-admin access, besides the one that creates the cluster. */
  admins: z.array(z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, "an IAM role's ARN")),
});

const reservationId = z.string().regex(/^cr-[0-9a-f]+$/, "a capacity reservation's id such as cr-0a1b2c3d");
/** The Pulumi CLI reads a day without quotes as a time, and writes it as Go does. */
const day = z
  .string("a day such as 2027-01-15")
  .transform((value) => value.replace(/ 00:00:00 \+0000 UTC$/, ""))
  .pipe(z.iso.date("a day such as 2027-01-15"));

const pool = strict({
  instanceTypes: z.array(z.string()).min(1, "at least one instance type"),
  /** Where instances come from. Karpenter takes reserved before spot before on-demand, whatever the order here. */
  capacity: z
    .array(z.enum(["reserved", "spot", "on-demand"], 'allowed: "reserved", "spot", "on-demand"'))
    .min(1, "at least one of reserved, spot, on-demand"),
  /** Capacity reservations that `reserved` may use. One that ends, such as a Capacity Block, is warned of a week before. */
  reservations: z.array(z.union([reservationId, strict({ id: reservationId, ends: day })])).optional(),
  maxGpus: whole(1, "GPUs").max(mostGpus, `at most ${mostGpus} GPUs`),
  /** Root disk of a node, for the system and its logs; images are on the instance store. @default 100 */
  diskGiB: disk(100).optional(),
});

const slot = strict({
  /** A file under stacks/releases/, without its ending. */
  release: z.string(),
  pool: z.string(),
  /** Minimum and maximum. A minimum of 0 needs `idle: scale-to-zero`. */
  replicas: strict({
    min: whole(0, "replicas"),
    max: whole(1, "replicas").max(mostGpus, `at most ${mostGpus} replicas`),
  }),
  /** Which key its engines take from clients. A number that no slot has had yet makes a new key. @default 1 */
  keyGeneration: z.int("a whole number").min(1, "from 1 to 99").max(99, "from 1 to 99").optional(),
});

const model = strict({
  blue: slot.optional(),
  green: slot.optional(),
  /** What happens while there are no requests: `keep` the minimum replicas, or scale to zero and start again on a request. @default keep */
  idle: z.enum(["keep", "scale-to-zero"], 'allowed: "keep", "scale-to-zero"').optional(),
  /**
   * Name of the internal load balancer that forwards to it; one serves up to 25 models and is created for the first model
   * that names it. A deployed model stays on its own: AWS attaches a target group to one load balancer only, so to
   * move it take it out of the configuration for one `up`. @default default
   */
  loadBalancer: name(longestLoadBalancerName).optional(),
  /** What it costs, in US dollars. @default estimated from the price of its instances at full load */
  usdPerMillion: usdPerMillion.optional(),
  /** Listener priority of its first rule, of four. @default derived from the model's name */
  rulePriority: z
    .int("a whole number")
    .min(1, `from 1 to ${lastRulePriority}`)
    .max(lastRulePriority, `from 1 to ${lastRulePriority}`)
    .optional(),
  traffic: strict({
    live: z.enum(["blue", "green"], 'allowed: "blue", "green"'),
    /** Percentage of the callers whose requests the other slot answers. */
    canaryPercent: percent,
    /** Percentage of the requests of which the other slot gets a copy; its answers are discarded. @default 0 */
    shadowPercent: percent.optional(),
    /** Differences between the slots that clients may notice. @default nothing */
    accepts: z.array(z.enum(contractTerms, `allowed: ${contractTerms.join(", ")}`)).optional(),
  }),
});

/** The keys of Pulumi.<environment>.yaml under `gantry:`. */
export const configSchema = strict({
  /** The one account that this environment may be deployed to. */
  account: z
    .string("in quotes, or YAML makes a number of it")
    .regex(/^\d{12}$/, "an AWS account, 12 digits in quotes"),
  /** A VPC that is made, or one that exists. */
  network,
  /** EKS, and the nodes for everything that needs no GPU. */
  cluster,
  /** Kinds of GPU nodes by name. */
  pools: z.record(name(40), pool),
  /** Models that are served here, by the name that routes and hosts use. */
  models: z.record(name(longestModelName), model),
  /** The bucket that holds the weights. Bucket names are unique in all of AWS, so the team names it. */
  modelStore: strict({
    bucket: bucketName,
    /** Read gated and private models with a token of the hub: `npm run put-secret -- <environment> huggingface`. @default false */
    hubToken: z.boolean("true or false").optional(),
  }),
  /** Models of outside providers, by the name that routes and tenants use. */
  hosted: z.record(name(40), hostedSchema),
  /** Names that clients ask for. */
  routes: z.record(name(40), routeSchema),
  /** Owners of keys. */
  tenants: z.record(name(30), tenantSchema),
  /** The pods of LiteLLM that check keys and limits. */
  gateway: gatewaySchema,
  /** The Redis or Valkey in which limits are counted. */
  cache: cacheSchema,
  /** Where callers come in: a public load balancer, or one for the VPC only. */
  edge: edgeSchema,
  /** Prometheus, Grafana, and who gets alerts. */
  monitoring: strict({
    /** Where a pager can open the runbooks: alert X-Y has `<base>/x-y.md`. @default their path in the repository */
    runbookBase: z
      .url({
        protocol: /^https?$/,
        error: "a URL, such as https://github.com/example/gantry/blob/main/docs/runbooks",
      })
      .optional(),
    retentionDays: whole(1, "days").max(3653, "ten years, 3653 days, at most"),
    storageGiB: disk(10),
    // [AWS Budgets, quotas: subscribers per notification]
    notify: z
      .array(z.email("an e-mail address"))
      .min(1, "at least one address that alerts go to")
      .max(10, "10 addresses at most, which is AWS's limit for a budget: put more behind a mailing list"),
  }),
  /** What the environment may cost: AWS sends notifications, nothing is stopped. */
  budget: strict({ monthlyUsd: dollars }),
  /** Whether things that hold data refuse to be deleted. `false` is for throw-away environments. */
  protect: z.boolean("true or false"),
});
export type Settings = z.infer<typeof configSchema>;
export type PoolSettings = z.infer<typeof pool>;
export type ModelSettings = z.infer<typeof model>;
export type SlotSettings = z.infer<typeof slot>;
export type RouteSettings = z.infer<typeof routeSchema>;
export type TenantSettings = z.infer<typeof tenantSchema>;
export type HostedSettings = z.infer<typeof hostedSchema>;

export const regionSchema = z.string().refine((region) => regionNames.includes(region), {
  error: ({ input }) => `not a region with EKS${suggestion(String(input), regionNames)}`,
});
/** A stack's name ends up in names of clusters and roles. */
export const environmentSchema = name(20);

import { z } from "zod";
import { clusterSchema } from "../components/cluster/cluster-settings.ts";
import { gpuPoolSchema } from "../components/cluster/gpu-pool-settings.ts";
import { monitoringSchema } from "../components/monitoring/monitoring-settings.ts";
import { networkSchema } from "../components/network/network-settings.ts";
import { regionNames } from "../components/network/zones.ts";
import { contractTerms } from "../components/serving/contract.ts";
import { lastRulePriority } from "../components/serving/traffic.ts";
import { strict, suggestion } from "../components/shared/problems.ts";
import { bucketName, dollars, name, percent, whole } from "../components/shared/schema-fields.ts";
import {
  cacheSchema,
  edgeSchema,
  gatewaySchema,
  hostedSchema,
  routeSchema,
  tenantSchema,
  usdPerMillion,
} from "./gateway-schema.ts";

/** Longest model name: AWS allows 32 characters for a target group, of which `-green` takes 6 and Pulumi's suffix 8. */
const longestModelName = 18;
/** AWS allows 32 characters for a load balancer, of which `serving-` and Pulumi's suffix take 8 each. */
const longestLoadBalancerName = 16;

/** Replicas of a slot: more can only be a slip, and each is placed one by one. */
const mostReplicas = 10_000;
const slot = strict({
  /** A file under stacks/releases/, without its extension. */
  release: z.string(),
  pool: z.string(),
  /** Minimum and maximum. A minimum of 0 needs `idle: scale-to-zero`. */
  replicas: strict({
    min: whole(0, "replicas"),
    max: whole(1, "replicas").max(mostReplicas, `at most ${mostReplicas} replicas`),
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
  network: networkSchema,
  /** EKS, and the nodes for everything that needs no GPU. */
  cluster: clusterSchema,
  /** Kinds of GPU nodes by name. */
  pools: z.record(name(40), gpuPoolSchema),
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
  /** Names that clients request. */
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
  monitoring: monitoringSchema,
  /** What the environment may cost: AWS sends notifications, nothing is stopped. */
  budget: strict({ monthlyUsd: dollars }),
  /** A managed policy that bounds the roles of workloads, by its name: bootstrap makes `gantry-boundary-<environment>`, and its deploy role writes no policy into a role without it. @default none */
  permissionsBoundary: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/, "a managed policy's name, such as gantry-boundary-dev")
    .optional(),
  /** Whether things that hold data refuse to be deleted. `false` is for throw-away environments. */
  protect: z.boolean("true or false"),
});
export type Settings = z.infer<typeof configSchema>;
export type ModelSettings = z.infer<typeof model>;
export type SlotSettings = z.infer<typeof slot>;
export type RouteSettings = z.infer<typeof routeSchema>;
export type TenantSettings = z.infer<typeof tenantSchema>;
export type HostedSettings = z.infer<typeof hostedSchema>;

const otherPartition = /^(?:us-gov|cn|us-iso[a-z]?|eu-isoe|eusc)-/;

export const regionSchema = z.string().refine((region) => regionNames.includes(region), {
  error: ({ input }) =>
    otherPartition.test(String(input))
      ? "GovCloud and China are partitions of their own, whose ARNs and prices the commands don't have; take a region of the partition aws"
      : `not a region with EKS${suggestion(String(input), regionNames)}`,
});
/** A stack's name ends up in names of clusters and roles. */
export const environmentSchema = name(20);

import { z } from "zod";
import { providers } from "../components/gateway/providers.ts";
import { type ExactlyOne, exactlyOne, type Given, type KeysOf } from "../components/shared/exactly-one.ts";
import { strict } from "../components/shared/problems.ts";
import { between, bucketName, dollars, whole } from "../components/shared/schema-fields.ts";
import { movingSnapshot } from "./hosted-snapshot.ts";

/** The dearest model costs 600 dollars, the cheapest a cent; a price for one token is far below. [providers' lists, 2026-08] */
const perMillion = (what: string) => {
  const range = `US dollars for a million tokens of ${what}, from 0.001 to 10000`;
  return z.number(range).min(0.001, range).max(10_000, range);
};
export const usdPerMillion = strict({ input: perMillion("prompts"), output: perMillion("answers") });

/** The most that the policy pack's own defaults let a tenant have, with room for teams that raise them. */
const most = 1_000_000_000;
const limit = (unit: string) =>
  z
    .int(`a whole number of ${unit}`)
    .min(1, `at least 1: a tenant without ${unit} is one to take out`)
    .max(most, `at most ${most}`);
const listed = (what: string) => z.array(z.string()).min(1, `${what}: name one at least`);

/** A model of an outside provider. */
export const hostedSchema = strict({
  provider: z.enum(providers, `allowed: ${providers.map((one) => `"${one}"`).join(", ")}`),
  /** The provider's name of one snapshot, such as gpt-4o-2024-08-06. */
  snapshot: z.string().min(1),
  /** The provider's price, in US dollars: budgets count with it. */
  usdPerMillion,
  /** What the provider lets the account send; all gateway pods count together. @default 300 and 400000 */
  requestsPerMinute: limit("requests per minute").optional(),
  tokensPerMinute: limit("tokens per minute").optional(),
  /** Tokens of prompt and answer together; a longer prompt takes the route's fallback. @default what LiteLLM knows */
  contextLength: whole(1, "tokens").optional(),
}).superRefine(({ provider, snapshot }, { addIssue }) => {
  const reason = movingSnapshot(provider, snapshot);
  if (reason !== undefined) addIssue({ code: "custom", path: ["snapshot"], message: reason });
});

const mask = z.enum(["mask", "off"], 'allowed: "mask", "off"');

/** One name that clients request, and the models that may answer it. */
export const routeSchema = strict({
  /**
   * Which model answers first: `cost` the self-hosted model, `quality` the hosted one, `balanced` the self-hosted one while it is
   * healthy and its queue short, `auto` the smallest model that does the job. @default cost
   */
  strategy: z
    .enum(["cost", "quality", "balanced", "auto"], 'allowed: "cost", "quality", "balanced", "auto"')
    .optional(),
  /** A model of this environment. */
  selfHosted: z.string().optional(),
  /** A name under `hosted`. */
  hosted: z.string().optional(),
  /** Models that answer when those before have failed: after any failure, for prompts that are too long, for refused content. */
  fallbacks: strict({
    any: listed("models").optional(),
    contextWindow: listed("models").optional(),
    contentPolicy: listed("models").optional(),
  }).optional(),
  /** Whether it needs two providers, so that an outage of one doesn't take it down. @default false */
  important: z.boolean("true or false").optional(),
  /** Requests that may wait for each replica before `balanced` takes the hosted model. @default 4 */
  queuePerReplica: whole(1, "requests").optional(),
  /** Tokens of the longest answer. @default 4096 */
  maxOutputTokens: whole(1, "tokens").optional(),
  /** The cache of answers, which no two tenants share; `false` turns it off. @default 3600 s, temperature 0.3 */
  cache: z
    .union([
      strict({
        ttlSeconds: between(1, 86_400, "seconds"),
        maxTemperature: z.number().min(0, "from 0 to 2").max(2, "from 0 to 2"),
      }),
      z.literal(false, "an object with ttlSeconds, maxTemperature, or false"),
    ])
    .optional(),
  /** Whether a similar question's answer may be given, marked as such, while no model answers. @default false */
  similarWhenDown: z.boolean("true or false").optional(),
  /** What is done to prompts and answers. @default secrets and pii masked, injection refused, output masked */
  guardrails: strict({
    secrets: mask.optional(),
    pii: mask.optional(),
    injection: z.enum(["refuse", "off"], 'allowed: "refuse", "off"').optional(),
    output: mask.optional(),
  }).optional(),
  /** @default 10 to connect, 30 to the first token and between tokens, 600 for everything */
  timeouts: strict({
    connectSeconds: between(1, 30, "seconds").optional(),
    gapSeconds: between(1, 120, "seconds").optional(),
    // [policies/rules/traffic/gateway-timeouts-bounded.ts has the same bounds for the same reasons]
    totalSeconds: between(300, 900, "seconds").optional(),
  }).optional(),
}).refine((found) => found.selfHosted !== undefined || found.hosted !== undefined, {
  error: "leads to no model: name one under selfHosted, hosted or both",
});

/** Owner of keys, and what they may use. */
export const tenantSchema = strict({
  /** Routes, models and hosted models that it may request. */
  models: listed("models"),
  requestsPerMinute: limit("requests per minute"),
  tokensPerMinute: limit("tokens per minute"),
  monthlyBudgetUsd: dollars,
  /** @default 240 times the minute's: four hours at full rate */
  requestsPerDay: limit("requests per day").optional(),
  /** @default 240 times the minute's */
  tokensPerDay: limit("tokens per day").optional(),
  /** @default 8 */
  parallelRequests: limit("parallel requests").optional(),
  /** Characters of one prompt. @default 4000 */
  inputCharacters: limit("characters").optional(),
  /** Tokens of one prompt. @default inputCharacters, since a token is rarely shorter than a character */
  inputTokens: limit("tokens of a prompt").optional(),
  /** Each user that the tenant's server vouches for. @default 10 requests a minute */
  users: strict({ requestsPerMinute: limit("requests per minute") }).optional(),
  /** What `auto` routes take for it: the cheapest model always, for simple tasks, or for short ones only. @default standard */
  tier: z.enum(["economy", "standard", "premium"], 'allowed: "economy", "standard", "premium"').optional(),
  /** Which of its generated keys are valid: one, or two while clients change over. @default [1] */
  keys: z
    .array(between(1, 99, "as number of a key"))
    .min(1, "one key, or two during a rotation; to revoke all take the tenant out")
    .max(2, "two at most: the one in use and its successor")
    .optional(),
});

/** LiteLLM's pods. */
export const gatewaySchema = strict({
  replicas: strict({
    min: whole(2, "replicas: one alone takes the API down with its node"),
    max: whole(2, "replicas").max(100, "at most 100 replicas"),
  }),
  /** What one pod may use: a worker fills one core. */
  size: z.enum(["small", "large"], 'allowed: "small", "large"'),
  /** Where prompts and answers are kept for audits, in a bucket of the environment. */
  records: strict({
    bucket: bucketName,
    keepDays: between(1, 30, "days"),
    /** Whether texts are left out, so that only figures are kept. */
    redact: z.boolean("true or false"),
  }),
});

const nodeType = z
  .string()
  .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "a node type of ElastiCache, such as cache.t4g.small");

/** What happens to limits while the cache can't be reached. */
const whenLost = z.enum(["limitByReplica", "refuse"], 'allowed: "limitByReplica", "refuse"');

/** The Redis or Valkey in which limits are counted. */
export const cacheSchema = exactlyOne(
  strict({
    create: strict({
      nodeType,
      /** One writes, the others take over; each in a zone of its own as far as there are zones. */
      nodes: between(2, 6, "nodes"),
      /** Days for which a daily snapshot is kept. */
      snapshotDays: between(1, 35, "days"),
      /** Which of its generated passwords are valid: one, or two while the gateway changes over. @default [1] */
      passwords: z
        .array(between(1, 99, "as number of a password"))
        .min(1, "one password, or two during a rotation")
        .max(2, "two at most: ElastiCache takes no third")
        .refine(([first = 0, second = first + 1]) => second === first + 1, {
          error: "the one in use and the next number, such as [1, 2]",
        })
        .optional(),
    }),
    /** @default limitByReplica */
    whenLost: whenLost.optional(),
  }),
  strict({
    existing: strict({
      /** Reached from the VPC. Its password is put with `npm run put-secret -- <environment> redis`. */
      host: z
        .string()
        .regex(/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, "a host name such as redis.example.internal"),
      port: between(1, 65_535, "as a port"),
      tls: z.boolean("true or false"),
    }),
    /** @default limitByReplica */
    whenLost: whenLost.optional(),
  }),
);

const host = z
  .string()
  .regex(
    /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
    "a host name of at most 64 characters, such as llm.example.com",
  );
const origin = z
  .string()
  .regex(
    /^https:\/\/([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(:\d{1,5})?$/,
    "one origin in full, such as https://app.example.com: no *, no path, https only",
  );
/** Requests in a window that AWS WAF knows. [AWS WAF API, RateBasedStatement] */
const rate = strict({
  limit: between(10, 1_000_000, "requests"),
  windowSeconds: z.int().refine((seconds) => [60, 120, 300, 600].includes(seconds), {
    error: "60, 120, 300 or 600 seconds, which AWS WAF counts over",
  }),
});

const publicEdge = strict({
  domain: host,
  /** The Route 53 zone of the domain: certificate and record are made in it. */
  zoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/, "the id of a public Route 53 zone, such as Z0123456789ABCDEFGHIJ")
    .optional(),
  /** A certificate for the domain that is there; the team makes the record itself. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/,
      "the ARN of a certificate in ACM, of the environment's own region",
    )
    .optional(),
  /** Pages that may call from a browser. Empty: none may. */
  allowedOrigins: z.array(origin).max(20, "20 origins at most"),
  /** What one address may send. */
  requestsPerAddress: rate,
  /** What may be sent with one key. @default twice the largest tenant's requests per minute */
  requestsPerKey: rate.optional(),
});

type Certificate =
  | Given<z.infer<typeof publicEdge>, "zoneId">
  | Given<z.infer<typeof publicEdge>, "certificateArn">;
type PublicEdgeSettings = Omit<z.infer<typeof publicEdge>, KeysOf<Certificate>> & ExactlyOne<Certificate>;
const internalEdge = strict({ internal: z.literal(true, "true, or the keys of a public edge") });

/** Where callers come in: from the internet with one certificate, or from the VPC only. */
export type EdgeSettings = ExactlyOne<PublicEdgeSettings | z.infer<typeof internalEdge>>;
export const edgeSchema = exactlyOne(
  publicEdge.superRefine(({ zoneId, certificateArn }, { addIssue }) => {
    if ((zoneId === undefined) !== (certificateArn === undefined)) return;
    const message =
      zoneId === undefined
        ? "a public edge needs a certificate: add zoneId, the Route 53 zone in which one is validated, or certificateArn; or choose { internal: true }"
        : "there already is one: keep zoneId for a certificate made here, or certificateArn for yours";
    addIssue({ code: "custom", path: [zoneId === undefined ? "zoneId" : "certificateArn"], message });
  }),
  internalEdge,
) as unknown as z.ZodType<EdgeSettings>;

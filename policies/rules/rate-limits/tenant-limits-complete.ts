import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, isList, unknown, type Value } from "../../framework/value.ts";
import { byTenant, keyDocuments, type Tenant, tenantDocuments } from "../../read/gateway/tenants.ts";
import { type Document, documentCarriers } from "../../read/kubernetes/documents.ts";

function ceiling(description: string, value: number, maximum: number) {
  return integer(description, { minimum: 1, maximum, default: value });
}

const settings = {
  requestsPerMinute: ceiling("Highest limit of requests per minute for a tenant.", 600, 100_000),
  tokensPerMinute: ceiling("Highest limit of tokens per minute for a tenant.", 1_000_000, 1_000_000_000),
  requestsPerDay: ceiling("Highest limit of requests per day for a tenant.", 100_000, 100_000_000),
  tokensPerDay: ceiling("Highest limit of tokens per day for a tenant.", 50_000_000, 1_000_000_000_000),
  parallelRequests: ceiling("Highest limit of concurrent requests for a tenant.", 100, 10_000),
  monthlyBudgetUsd: ceiling("Highest monthly budget for a tenant in US dollars.", 5000, 10_000_000),
  inputTokens: ceiling("Highest limit of input tokens per request for a tenant.", 131_072, 10_000_000),
  inputCharacters: ceiling("Highest limit of characters per prompt for a tenant.", 524_288, 100_000_000),
  userRequestsPerMinute: ceiling("Highest limit of requests per minute for a tenant's user.", 600, 100_000),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;
const ceilings = Object.keys(settings) as readonly (keyof Config)[];
/** Where a tenant has the limit, if not under the ceiling's own name. */
const places: Readonly<Partial<Record<keyof Config, string>>> = {
  userRequestsPerMinute: "users.requestsPerMinute",
};

/** Means that the stack generates the keys, whose hashes are in a document with the root key `tenantKeys`. */
const generated = "generated";
const allowedKeys = `1 or 2 hashes of 64 hex digits that no other tenant has, or ${generated}`;

export const tenantLimitsComplete: ResourceRule<typeof settings> = {
  name: "tenant-limits-complete",
  title: "Every tenant has all limits, a list of models, and hashed keys.",
  why: "A missing limit means unlimited: one tenant's loop can then take the GPUs from all others, or spend the month's budget in a night.",
  fix: "Give the tenant every limit as a number, the models that it may use, and the SHA-256 hashes of its keys.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "web: { models: [assistant], requestsPerMinute: 60, tokensPerMinute: 100000, requestsPerDay: 5000, tokensPerDay: 2000000, parallelRequests: 8, monthlyBudgetUsd: 200, inputTokens: 16384, inputCharacters: 16384, users: { requestsPerMinute: 10 }, keys: generated }",
    bad: "web: { models: ['*'], requestsPerMinute: 60, keys: [sk-1234] }",
  },
  config: settings,

  *check(resource, config) {
    for (const document of tenantDocuments(resource)) yield* tenantsOf(document, config);
    yield* inKeyDocuments(resource);
  },
};

function* tenantsOf({ path, problem, root }: Document, config: Config): Iterable<Finding> {
  const allowed = "a document known at preview, with at least one tenant";
  if (problem !== undefined) {
    yield { path, problem: `${problem}, and may contain the tenants`, allowed };
    return;
  }
  const all = byTenant(root, "tenants");
  if (all.length === 0) yield { path: `${path}.tenants`, problem: "there is no tenant", allowed };
  const seen = new Set<Value>();
  for (const tenant of all) {
    const found = [...limitsOf(tenant, config), ...modelsOf(tenant), ...keysOf(tenant, seen)];
    yield* found.map((finding) => ({ ...finding, path: `${path}.${finding.path}`, where: tenant.where }));
  }
}

function limitsOf({ path, value }: Tenant, config: Config): readonly Finding[] {
  return ceilings.flatMap((ceilingName) => {
    const name = places[ceilingName] ?? ceilingName;
    const limit = at(value, ...name.split("."));
    if (typeof limit === "number" && limit > 0 && limit <= config[ceilingName]) return [];
    return [
      {
        path: `${path}.${name}`,
        problem:
          limit === undefined
            ? `${name} is missing`
            : `${name} is ${typeof limit === "number" ? limit : "not a number"}`,
        allowed: `a number above 0, at most ${config[ceilingName]}`,
      },
    ];
  });
}

function modelsOf({ path, value }: Tenant): readonly Finding[] {
  const models = at(value, "models");
  const named = (model: Value) => typeof model === "string" && /^[^\s*]+$/.test(model);
  if (isList(models) && models.length > 0 && models.every(named)) return [];
  return [
    {
      path: `${path}.models`,
      problem: "models does not list each model by name",
      allowed: "at least one name, without *",
    },
  ];
}

/** @param seen the hashes of the preceding tenants */
function keysOf({ path, value }: Tenant, seen: Set<Value>): readonly Finding[] {
  const keys = at(value, "keys");
  return keys === generated ? [] : hashes(`${path}.keys`, keys, seen);
}

function* inKeyDocuments(resource: Resource): Iterable<Finding> {
  for (const { path, root } of keyDocuments(resource)) {
    const seen = new Set<Value>();
    for (const tenant of byTenant(root, "tenantKeys"))
      for (const finding of hashes(tenant.path, tenant.value, seen))
        yield { ...finding, path: `${path}.${finding.path}`, where: tenant.where };
  }
}

function hashes(path: string, value: Value, seen: Set<Value>): readonly Finding[] {
  const list = elements(value);
  if (list === unknown || list.length < 1 || list.length > 2)
    return [{ path, problem: "keys are not listed as one or two hashes", allowed: allowedKeys }];
  return list.flatMap((hash, index) => {
    const twice = seen.has(hash);
    seen.add(hash);
    if (typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash))
      return [{ path: `${path}.${index}`, problem: "a key is not written as a hash", allowed: allowedKeys }];
    return twice
      ? [
          {
            path: `${path}.${index}`,
            problem: "two tenants share a key, or one lists it twice",
            allowed: allowedKeys,
          },
        ]
      : [];
  });
}

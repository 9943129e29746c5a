import type { Catalogue, HostedModel, Price, Route, SelfHostedModel } from "../components/gateway/models.ts";
import type { Tenant } from "../components/gateway/tenants.ts";
import { queuedRequests } from "../components/serving/engine.ts";
import type { Release } from "../components/serving/release.ts";
import { replicaEstimate } from "../components/serving/replica-estimate.ts";
import { directHost, other } from "../components/serving/traffic.ts";
import { own } from "../components/shared/own.ts";
import type { HostedSettings, ModelSettings, RouteSettings, Settings, TenantSettings } from "./schema.ts";
import { type ConfiguredSlot, keyGeneration, slotsOf } from "./slots.ts";

interface Source extends Pick<Settings, "models" | "hosted" | "routes" | "pools"> {
  readonly releases: Readonly<Record<string, Release>>;
}

/** All models and routes that clients may request, with defaults filled in. @param domain of the models' hosts */
export function catalogue(source: Source, domain: string): Catalogue {
  const { models, hosted, routes } = source;
  return {
    selfHosted: mapped(models, (model, name) => selfHostedModel(name, model, { source, domain })),
    hosted: mapped(hosted, hostedModel),
    routes: routesOf(routes),
  };
}

/** Routes with all defaults filled in. */
export function routesOf(routes: Settings["routes"]): Record<string, Route> {
  return mapped(routes, routeOf);
}

function mapped<In, Out>(
  record: Readonly<Record<string, In>>,
  of: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]));
}

function selfHostedModel(
  name: string,
  model: ModelSettings,
  { source, domain }: { readonly source: Source; readonly domain: string },
): SelfHostedModel {
  const slots = withReleases(model, source);
  const [first] = slots;
  const price = modelPrice(model, source);
  if (first === undefined || price === undefined) throw new RangeError(`no slot or no price of ${name}`);
  const { shadowPercent = 0, live } = model.traffic;
  return {
    servedName: first.release.servedName,
    host: `${name}.${domain}`,
    slots: Object.fromEntries(
      slots.map(({ colour, slot, release }) => [
        colour,
        {
          host: directHost(name, colour, domain),
          capacity: slot.replicas.max * queuedRequests(release),
        },
      ]),
    ),
    contextLength: Math.min(...slots.map(({ release }) => release.limits.contextLength)),
    price,
    keyGenerations: engineKeyGenerations(model),
    ...(shadowPercent > 0 && { shadow: { colour: other(live), percent: shadowPercent } }),
  };
}

/** Which keys the engines of a model take, the earliest first. */
export function engineKeyGenerations(model: ModelSettings): number[] {
  const used = slotsOf(model).map(({ slot }) => keyGeneration(slot));
  return [...new Set(used)].sort((a, b) => a - b);
}

/**
 * What a million tokens of a model cost: as configured, or what the dearest of its slots is estimated to cost at full
 * load, whichever is live, so that a switch changes no price.
 * @returns `undefined` where the price table has none
 */
export function modelPrice(model: ModelSettings, source: Source): Price | undefined {
  if (model.usdPerMillion !== undefined) return model.usdPerMillion;
  const costs = withReleases(model, source).map(
    ({ slot, release }) => replicaEstimate(release, own(source.pools, slot.pool)?.instanceTypes ?? [])?.cost,
  );
  const known = costs.filter((cost) => cost !== undefined);
  if (known.length === 0 || known.length < costs.length) return undefined;
  return {
    input: Math.max(...known.map(({ usdPerMillionInput }) => usdPerMillionInput)),
    output: Math.max(...known.map(({ usdPerMillionOutput }) => usdPerMillionOutput)),
  };
}

/** Slots whose release is known. */
function withReleases(
  model: ModelSettings,
  { releases }: Pick<Source, "releases">,
): (ConfiguredSlot & { readonly release: Release })[] {
  return slotsOf(model).flatMap((configured) => {
    const release = own(releases, configured.slot.release);
    return release === undefined ? [] : [{ ...configured, release }];
  });
}

/** What a new account of a provider may send without asking for more, about. */
const hostedLimits = { requestsPerMinute: 300, tokensPerMinute: 400_000 };

function hostedModel({ usdPerMillion, contextLength, ...model }: HostedSettings): HostedModel {
  const { provider, snapshot, requestsPerMinute, tokensPerMinute } = model;
  return {
    provider,
    snapshot,
    price: usdPerMillion,
    requestsPerMinute: requestsPerMinute ?? hostedLimits.requestsPerMinute,
    tokensPerMinute: tokensPerMinute ?? hostedLimits.tokensPerMinute,
    ...(contextLength !== undefined && { contextLength }),
  };
}

/** An hour, within which the same question is rarely answered by something newer; above 0.3 answers are meant to differ. */
const defaultCache = { ttlSeconds: 3600, maxTemperature: 0.3 };

function routeOf({ selfHosted, hosted, fallbacks = {}, guardrails = {}, ...route }: RouteSettings): Route {
  const { any = [], contextWindow = [], contentPolicy = [] } = fallbacks;
  return {
    strategy: route.strategy ?? "cost",
    ...(selfHosted !== undefined && { selfHosted }),
    ...(hosted !== undefined && { hosted }),
    fallbacks: { any, contextWindow, contentPolicy },
    queuePerReplica: route.queuePerReplica ?? 4,
    maxOutputTokens: route.maxOutputTokens ?? 4096,
    cache: route.cache ?? defaultCache,
    similarWhenDown: route.similarWhenDown ?? false,
    guardrails: {
      secrets: guardrails.secrets ?? "mask",
      pii: guardrails.pii ?? "mask",
      injection: guardrails.injection ?? "refuse",
      output: guardrails.output ?? "mask",
    },
    timeouts: {
      connectSeconds: route.timeouts?.connectSeconds ?? 10,
      gapSeconds: route.timeouts?.gapSeconds ?? 30,
      totalSeconds: route.timeouts?.totalSeconds ?? 600,
    },
  };
}

/** Minutes of full rate that make a day's limit where none is stated: four hours. */
const fullRateMinutes = 240;
/** A page or two, which is what people type. */
const defaultInputCharacters = 4000;

/** Tenants with all limits filled in. */
export function tenantsOf(tenants: Settings["tenants"]): Record<string, Tenant> {
  return mapped(tenants, (tenant: TenantSettings) => {
    const inputCharacters = tenant.inputCharacters ?? defaultInputCharacters;
    return {
      models: tenant.models,
      requestsPerMinute: tenant.requestsPerMinute,
      tokensPerMinute: tenant.tokensPerMinute,
      requestsPerDay: tenant.requestsPerDay ?? fullRateMinutes * tenant.requestsPerMinute,
      tokensPerDay: tenant.tokensPerDay ?? fullRateMinutes * tenant.tokensPerMinute,
      parallelRequests: tenant.parallelRequests ?? 8,
      monthlyBudgetUsd: tenant.monthlyBudgetUsd,
      inputCharacters,
      inputTokens: tenant.inputTokens ?? inputCharacters,
      users: { requestsPerMinute: tenant.users?.requestsPerMinute ?? Math.min(10, tenant.requestsPerMinute) },
      tier: tenant.tier ?? "standard",
      keys: tenant.keys ?? [1],
    };
  });
}

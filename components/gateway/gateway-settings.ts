import { tgiMetrics, vllmMetrics } from "../monitoring/metrics.ts";
import { bucketHeader } from "../serving/traffic.ts";
import { perToken } from "./gateway-config.ts";
import { type Catalogue, modelsInOrder, type Route, type SelfHostedModel, slotModel } from "./models.ts";
import { providerFacts, providers } from "./providers.ts";

export interface GatewaySettingsArgs extends Catalogue {
  readonly environment: string;
  readonly region: string;
  /** How limits are enforced while the cache can't be reached. */
  readonly whenCacheIsLost: "limitByReplica" | "refuse";
  /** The most pods, among which limits are divided then: rather too little than too much passes. */
  readonly mostPods: number;
  readonly records: { readonly bucket: string; readonly redact: boolean };
  /** Where Prometheus answers queries. */
  readonly prometheusAddress: string;
}

/** Folder of the records in their bucket. */
export const recordsPrefix = "records";
/** Headers in which a tenant's server names its user and vouches for it. */
export const userHeaders = { user: "x-gantry-user", signature: "x-gantry-user-signature" } as const;

/** The extension's own settings, which it reads again when they change. */
export function gatewaySettings(args: GatewaySettingsArgs): object {
  const { environment, region, routes, selfHosted, hosted, records } = args;
  const inUse = new Set(Object.values(hosted).map(({ provider }) => provider));
  return {
    environment,
    redis: { whenLost: args.whenCacheIsLost, replicas: args.mostPods },
    bucket: { header: bucketHeader, salt: environment },
    routes: Object.fromEntries(
      Object.entries(routes).map(([name, route]) => [name, routeSettings(route, selfHosted)]),
    ),
    models: {
      ...Object.fromEntries(
        Object.entries(selfHosted).map(([name, { price, contextLength }]) => [
          name,
          { kind: "selfHosted", contextLength, queueUrl: queueUrl(name, args), ...prices(price) },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(hosted).map(([name, { provider, contextLength, price }]) => [
          name,
          {
            kind: "hosted",
            provider,
            ...(contextLength !== undefined && { contextLength }),
            ...prices(price),
          },
        ]),
      ),
    },
    providers: Object.fromEntries(
      providers.flatMap((provider) => {
        const { statusUrl } = providerFacts[provider];
        return inUse.has(provider) && statusUrl !== undefined ? [[provider, { statusUrl }]] : [];
      }),
    ),
    records: { bucket: records.bucket, prefix: recordsPrefix, redact: records.redact, region },
    users: { userHeader: userHeaders.user, signatureHeader: userHeaders.signature, maxAgeSeconds: 300 },
  };
}

function routeSettings(route: Route, selfHosted: Catalogue["selfHosted"]): object {
  const { strategy, fallbacks, maxOutputTokens, cache, similarWhenDown, guardrails, timeouts } = route;
  const { contextWindow, contentPolicy } = fallbacks;
  const shadow = route.selfHosted === undefined ? undefined : selfHosted[route.selfHosted]?.shadow;
  return {
    strategy,
    models: modelsInOrder(route),
    fallbacks: { contextWindow, contentPolicy },
    ...(strategy === "balanced" && { queuePerReplica: route.queuePerReplica }),
    maxOutputTokens,
    ...(cache !== false && { cache }),
    similarWhenDown,
    guardrails: Object.fromEntries(Object.entries(guardrails).filter(([, action]) => action !== "off")),
    timeouts,
    ...(shadow !== undefined &&
      shadow.percent > 0 &&
      route.selfHosted !== undefined && {
        shadow: { model: slotModel(route.selfHosted, shadow.colour), percent: shadow.percent },
      }),
  };
}

function prices({ input, output }: SelfHostedModel["price"]) {
  return { inputUsdPerToken: perToken(input), outputUsdPerToken: perToken(output) };
}

/** Prometheus' answer to how many requests wait for each replica of a model, whichever engine it has. */
function queueUrl(model: string, { prometheusAddress }: GatewaySettingsArgs): string {
  const waiting = [vllmMetrics.waiting, tgiMetrics.queued].map((series) => `${series}{model="${model}"}`);
  const all = waiting.join(" or ");
  const query = `sum(${all}) / count(${all})`;
  return `${prometheusAddress}/api/v1/query?query=${encodeURIComponent(query)}`;
}

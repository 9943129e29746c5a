import type { Rate } from "../../components/edge/web-acl.ts";
import { own } from "../../components/shared/own.ts";
import { suggestion } from "../../components/shared/problems.ts";
import { modelPrice, routesOf, tenantsOf } from "../../stacks/catalogue.ts";
import type { Config } from "../../stacks/config.ts";
import { defaultRate } from "../../stacks/gateway-arrangement.ts";

/** A tenant that may use the route, with what it sends at the expected peak. */
export interface Caller {
  readonly tenant: string;
  readonly requestsPerMinute: number;
  /** The number of its newest key. */
  readonly key: number;
  /** Its users among whom the requests are shared, so that none reaches a user's limit. */
  readonly users: number;
}

/** What a load test sends, in tokens. */
export interface Sizes {
  readonly prompt: number;
  readonly answer: number;
}

/** Characters of a token, as the gateway estimates them. */
export const charactersPerToken = 4;
/** A user sends at most half of what it may: the limit is about a user who sends too much, not about the load. */
const userShare = 0.5;

/**
 * The expected peak of a route: every tenant that may use it sends its requests per minute at the same time.
 * @param times up to how many times the peak is sent
 * @throws Error where there is no such route, no tenant may use it, or the sizes are above a limit
 */
export function expectedPeak(config: Config, route: string, times: number, sizes: Sizes): readonly Caller[] {
  const routes = routesOf(config.routes);
  const found = Object.hasOwn(routes, route) ? routes[route] : undefined;
  if (found === undefined)
    throw new Error(`no route "${route}" in ${config.environment}${suggestion(route, Object.keys(routes))}`);
  if (sizes.answer > found.maxOutputTokens)
    throw new Error(
      `--answer ${sizes.answer} is above the route's ${found.maxOutputTokens} (maxOutputTokens)`,
    );
  const callers = Object.entries(tenantsOf(config.tenants)).filter(([, { models }]) =>
    models.includes(route),
  );
  if (callers.length === 0)
    throw new Error(
      `no tenant may ask for "${route}", so that no peak is expected: add it to gantry:tenants.<tenant>.models`,
    );
  return callers.map(([tenant, { requestsPerMinute, keys, users, inputCharacters, inputTokens }]) => {
    const longest = Math.min(Math.floor(inputCharacters / charactersPerToken), inputTokens);
    if (sizes.prompt > longest)
      throw new Error(
        `--prompt ${sizes.prompt} is above the ${longest} tokens that tenant ${tenant} may send (inputCharacters, inputTokens)`,
      );
    return {
      tenant,
      requestsPerMinute,
      key: keys.at(-1) ?? 1,
      users: Math.ceil((times * requestsPerMinute) / (userShare * users.requestsPerMinute)),
    };
  });
}

/** One step of the ramp. */
export interface RampStage {
  /** Of the expected peak, as 1.25. */
  readonly share: number;
  readonly requestsPerSecond: number;
  readonly seconds: number;
}

/** Steps of a ramp: the peak is the end of one, and `times` the peak of the last. */
const stepsToPeak = 4;

/** @param peak requests a second @param seconds of all stages together */
export function ramp(peak: number, times: number, seconds: number): readonly RampStage[] {
  const count = Math.round(stepsToPeak * times);
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / stepsToPeak;
    return { share, requestsPerSecond: share * peak, seconds: seconds / count };
  });
}

/** Why the web ACL would refuse a ramp that one machine sends, or undefined where it takes it. */
export function webAclProblem({ edge, tenants }: Config, callers: readonly Caller[], times: number) {
  if (edge.internal) return undefined;
  const key = edge.requestsPerKey ?? defaultRate(tenants);
  const sent = callers.map(({ requestsPerMinute }) => times * requestsPerMinute);
  const total = sent.reduce((sum, one) => sum + one, 0);
  return (
    aboveRate(total, edge.requestsPerAddress, "from one address (requestsPerAddress)") ??
    aboveRate(Math.max(...sent), key, "with one key (requestsPerKey)")
  );
}

function aboveRate(perMinute: number, { limit, windowSeconds }: Rate, what: string): string | undefined {
  if ((perMinute * windowSeconds) / 60 <= limit) return undefined;
  return `the web ACL takes ${limit} requests in ${windowSeconds} s ${what}, and the ramp ends with ${perMinute} a minute`;
}

/** Requests of a ramp, all stages together. */
export function requestsOf(stages: readonly RampStage[]): number {
  return stages.reduce(
    (sum, { requestsPerSecond, seconds }) => sum + Math.round(requestsPerSecond * seconds),
    0,
  );
}

/** The dearest of the models that may answer a route, with its price for a million tokens. */
export function dearestPrice(config: Config, route: string) {
  const { selfHosted, hosted, fallbacks } = config.routes[route] ?? {};
  const names = [selfHosted, hosted, ...Object.values(fallbacks ?? {}).flat()].filter(
    (name) => name !== undefined,
  );
  const priced = names.flatMap((name) => {
    const model = own(config.models, name);
    const price = own(config.hosted, name)?.usdPerMillion ?? (model && modelPrice(model, config));
    return price === undefined ? [] : [{ name, price }];
  });
  const [dearest = { name: "a model without a price", price: { input: 0, output: 0 } }] = priced.sort(
    (a, b) => b.price.output - a.price.output,
  );
  return dearest;
}

import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const settings = {
  maxFirstTokenSeconds: integer("Maximum seconds to the first token of one attempt.", {
    minimum: 1,
    maximum: 120,
    default: 30,
  }),
  maxStreamSeconds: integer("Seconds that the longest stream takes: the minimum of a total timeout.", {
    minimum: 1,
    maximum: 900,
    default: 300,
  }),
  maxTotalSeconds: integer("Maximum seconds of a total timeout.", {
    minimum: 300,
    maximum: 3600,
    default: 900,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

const mostRetries = 2;
/** Maximum seconds that all attempts of one deployment may take before their first token. */
const maxAttemptsSeconds = 90;

export const gatewayTimeoutsBounded: ResourceRule<typeof settings> = {
  name: "gateway-timeouts-bounded",
  title: "The gateway times out quickly before the first token, but lets the longest stream finish.",
  why: "LiteLLM waits 6000 seconds by default, so requests queue behind a stalled engine; a short total timeout would instead cut off every long answer.",
  fix: "Set stream_timeout for the first token, timeout for the whole stream and num_retries in router_settings, and litellm_settings.request_timeout.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "router_settings: { stream_timeout: 30, timeout: 600, num_retries: 2 }, litellm_settings: { request_timeout: 600 }",
    bad: "router_settings: { timeout: 30 }",
  },
  config: settings,

  check(resource, config) {
    return inGatewayConfigs(resource, (root) => unbounded(root, config));
  },
};

/** A number of a section, with its minimum and maximum. */
interface Bound {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Whether it may be unset. */
  readonly optional?: boolean;
}

function* unbounded(root: Value, config: Config): Iterable<Finding> {
  const router = at(root, "router_settings");
  const [firstToken, total, retries] = bounds(config);
  yield* within(router, "router_settings", [firstToken, total, retries]);
  yield* within(at(root, "litellm_settings"), "litellm_settings", [
    { name: "request_timeout", from: config.maxStreamSeconds, to: config.maxTotalSeconds },
    { ...retries, optional: true },
  ]);
  yield* policiesOf(router);

  const optional = overridden(config);
  yield* within(at(router, "default_litellm_params"), "router_settings.default_litellm_params", optional);
  yield* attempts(router, { router, path: "router_settings" });
  for (const { path, where, params } of gatewayModels(root)) {
    const own = `${path}.litellm_params`;
    for (const finding of [...within(params, own, optional), ...byTier(params, own, config)])
      yield { ...finding, where };
    if (["stream_timeout", "num_retries"].some((name) => at(params, name) !== undefined))
      for (const finding of attempts(params, { router, path: own })) yield { ...finding, where };
  }
}

function bounds({ maxFirstTokenSeconds, maxStreamSeconds, maxTotalSeconds }: Config) {
  return [
    { name: "stream_timeout", from: 1, to: maxFirstTokenSeconds },
    { name: "timeout", from: maxStreamSeconds, to: maxTotalSeconds },
    { name: "num_retries", from: 0, to: mostRetries },
  ] as const satisfies readonly Bound[];
}

/** What single models may override, within the same bounds. */
function overridden(config: Config): readonly Bound[] {
  return [...bounds(config), { name: "max_retries", from: 0, to: mostRetries }].map((bound) => ({
    ...bound,
    optional: true,
  }));
}

function* within(section: Value, path: string, all: readonly Bound[]): Iterable<Finding> {
  for (const { name, from, to, optional = false } of all) {
    const value = at(section, name);
    if (typeof value === "number" ? value >= from && value <= to : value === undefined && optional) continue;
    yield {
      path: `${path}.${name}`,
      problem:
        value === undefined
          ? `${name} is not set`
          : `${name} is ${typeof value === "number" ? value : "not a number"}`,
      allowed: `a number from ${from} to ${to}`,
    };
  }
}

/** Timeouts by service tier override a model's own. */
function* byTier(params: Value, path: string, config: Config): Iterable<Finding> {
  const [firstToken, total] = bounds(config);
  for (const { name, from, to } of [firstToken, total]) {
    const tiers = at(params, `${name}_by_service_tier`);
    if (tiers === undefined) continue;
    const values = isFields(tiers) ? Object.values(tiers) : [tiers];
    if (values.every((value) => typeof value === "number" && value >= from && value <= to)) continue;
    yield {
      path: `${path}.${name}_by_service_tier`,
      problem: `${name} is out of bounds for a service tier`,
      allowed: `numbers from ${from} to ${to}`,
    };
  }
}

/** Retries by kind of error override num_retries. [litellm/types/router.py, RetryPolicy] */
function* policiesOf(router: Value): Iterable<Finding> {
  for (const name of ["retry_policy", "model_group_retry_policy"]) {
    if (numbersIn(at(router, name)).every(isRetries)) continue;
    yield {
      path: `router_settings.${name}`,
      problem: `${name} retries more often than num_retries may`,
      allowed: `numbers from 0 to ${mostRetries}`,
    };
  }
}

function numbersIn(value: Value): readonly Value[] {
  return isFields(value) ? Object.values(value).flatMap(numbersIn) : [value];
}

function isRetries(value: Value): boolean {
  return value === undefined || (typeof value === "number" && value >= 0 && value <= mostRetries);
}

/** Whether all attempts together take too long; a section's own numbers override the router's. */
function* attempts(section: Value, { router, path }: { readonly router: Value; readonly path: string }) {
  const seconds = at(section, "stream_timeout") ?? at(router, "stream_timeout");
  const retries = at(section, "num_retries") ?? at(router, "num_retries");
  if (typeof seconds !== "number" || typeof retries !== "number") return;
  const all = (retries + 1) * seconds;
  if (all > maxAttemptsSeconds)
    yield {
      path: `${path}.stream_timeout`,
      problem: `${retries + 1} attempts of ${seconds} s take up to ${all} s before the first token`,
      allowed: `at most ${maxAttemptsSeconds} s for all attempts together`,
    };
}

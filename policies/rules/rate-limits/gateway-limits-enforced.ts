import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { listedAt } from "../../read/gateway/gateway-modules.ts";
import { hooks } from "../../read/gateway/gateway-settings.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

/** Each with the highest number that still limits anything. */
const ceilings = { rpm: 1_000_000, tpm: 1_000_000_000, max_parallel_requests: 100_000 };
const limits = Object.keys(ceilings) as readonly (keyof typeof ceilings)[];
/** Without it LiteLLM treats rpm and tpm as routing hints only. [litellm/router.py] */
const check = "enforce_model_rate_limits";

export const gatewayLimitsEnforced: ResourceRule = {
  name: "gateway-limits-enforced",
  title: "Every model of the gateway has a limit, and all gateway pods share its counters.",
  why: "Limits that are only routing hints aren't enforced, and without Redis each pod counts alone: a limit of 10 becomes 10 per pod.",
  fix: "Set router_settings.redis_host, rpm, tpm or max_parallel_requests on every model, and optional_pre_call_checks: [enforce_model_rate_limits].",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "router_settings: { redis_host: redis.internal, optional_pre_call_checks: [enforce_model_rate_limits] }",
    bad: "router_settings: { redis_url: redis://redis.internal }",
  },

  check(resource) {
    return inGatewayConfigs(resource, unlimited);
  },
};

function* unlimited(root: Value): Iterable<Finding> {
  const host = at(root, "router_settings", "redis_host");
  if (typeof host !== "string" || host === "")
    yield {
      path: "router_settings.redis_host",
      problem: "router_settings names no Redis, so each pod counts alone",
      allowed: "the host of the Redis that all pods share",
    };
  const models = gatewayModels(root);
  for (const { path, where, params } of models) {
    const set = limits.filter((name) => at(params, name) !== undefined);
    if (set.length === 0)
      yield {
        path: `${path}.litellm_params`,
        where,
        problem: "the model has no limit",
        allowed: `at least one of ${limits.join(", ")}`,
      };
    for (const name of set.filter((one) => !isLimit(at(params, one), ceilings[one])))
      yield {
        path: `${path}.litellm_params.${name}`,
        where,
        problem: `${name} is not a number that limits anything`,
        allowed: `a number above 0, at most ${ceilings[name]}`,
      };
  }
  const counted = models.some(({ params }) => ["rpm", "tpm"].some((name) => at(params, name) !== undefined));
  const custom = at(root, "general_settings", "custom_auth") !== undefined;
  if (custom && !listedAt(root, "litellm_settings.callbacks").some(({ value }) => value === hooks))
    yield {
      path: "litellm_settings.callbacks",
      problem: "the tenants' limits aren't counted: the project's own hooks are missing",
      allowed: `a list that contains ${hooks}`,
    };
  const checks = elements(at(root, "router_settings", "optional_pre_call_checks"));
  if (counted && (checks === unknown || !checks.includes(check)))
    yield {
      path: "router_settings.optional_pre_call_checks",
      problem: "rpm and tpm are only routing hints and aren't enforced",
      allowed: `a list that contains ${check}`,
    };
}

function isLimit(value: Value, ceiling: number): boolean {
  return typeof value === "number" && value > 0 && value <= ceiling;
}

import { gatewayLimitsEnforced as rule } from "../../../../policies/rules/rate-limits/gateway-limits-enforced.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const router = (field: string) => `router_settings.${field}`;
const params = (field: string) => `model_list.2.litellm_params${field && `.${field}`}`;
const checks = [inConfig(router("optional_pre_call_checks"))];
const parallelOnly = { model_list: [{ model_name: "a", litellm_params: { max_parallel_requests: 4 } }] };

cases(rule, {
  passes: [
    ["limits that are enforced", configMap()],
    [
      "other checks beside it",
      configWith(router("optional_pre_call_checks"), ["prompt_caching", "enforce_model_rate_limits"]),
    ],
    [
      "requests at the same time alone",
      configMap({ ...parallelOnly, router_settings: { redis_host: "redis" } }),
    ],
  ],
  reports: [
    ["no Redis", configWith(router("redis_host"), undefined), [inConfig(router("redis_host"))]],
    ["an empty host", configWith(router("redis_host"), ""), [inConfig(router("redis_host"))]],
    [
      "only an address",
      configMap({ ...parallelOnly, router_settings: { redis_url: "redis://x" } }),
      [inConfig(router("redis_host"))],
    ],
    [
      "only the cache's host",
      configMap({ ...parallelOnly, litellm_settings: { cache_params: { host: "x" } } }),
      [inConfig(router("redis_host"))],
    ],
    ["hints", configWith(router("optional_pre_call_checks"), undefined), checks],
    ...["rpm", "tpm"].map(
      (name) =>
        [
          `hints by ${name} alone`,
          configMap({
            model_list: [{ litellm_params: { [name]: 60 } }],
            router_settings: { redis_host: "redis" },
          }),
          checks,
        ] as const,
    ),
    ["other checks", configWith(router("optional_pre_call_checks"), ["prompt_caching"]), checks],
    ["checks as a text", configWith(router("optional_pre_call_checks"), "enforce_model_rate_limits"), checks],
    ["a model without limits", configWith(params(""), { model: "anthropic/x" }), [inConfig(params(""))]],
    ["a limit of 0", configWith(params("rpm"), 0), [inConfig(params("rpm"))]],
    ["a negative limit", configWith(params("tpm"), -1), [inConfig(params("tpm"))]],
    ["a limit as a text", configWith(params("rpm"), "60"), [inConfig(params("rpm"))]],
    ["a limit from a variable", configWith(params("rpm"), "os.environ/RPM"), [inConfig(params("rpm"))]],
    [
      "models that are no list",
      configWith("model_list", { chat: {} }),
      ["rpm", "tpm", "max_parallel_requests"].map((name) => inConfig(`model_list.litellm_params.${name}`)),
    ],
    [
      "a model that is a text",
      configWith("model_list.2", "opus"),
      ["rpm", "tpm", "max_parallel_requests"].map((name) => inConfig(params(name))),
    ],
    [
      "each model",
      configMap({
        model_list: [{ litellm_params: {} }, { litellm_params: {} }],
        router_settings: { redis_host: "x" },
      }),
      [inConfig("model_list.0.litellm_params"), inConfig("model_list.1.litellm_params")],
    ],
    ...unreadable,
  ],
});

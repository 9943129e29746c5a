import { gatewayTimeoutsBounded as rule } from "../../../../policies/rules/traffic/gateway-timeouts-bounded.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const router = (field: string) => `router_settings.${field}`;
const total = "litellm_settings.request_timeout";
const own = (field: string) => `model_list.2.litellm_params.${field}`;
const sections = (router_settings: object, request_timeout = 600) =>
  configMap({ router_settings: { ...router_settings }, litellm_settings: { request_timeout } });

cases(rule, {
  passes: [
    ["bounded timeouts", configMap()],
    ["no retries", sections({ stream_timeout: 10, timeout: 300, num_retries: 0 })],
    ["the longest of each", sections({ stream_timeout: 30, timeout: 900, num_retries: 2 }, 900)],
    ["a model that gives up sooner", configWith(own("stream_timeout"), 5)],
    [
      "retries by kind of error",
      configWith(router("retry_policy"), { RateLimitErrorRetries: 2, TimeoutErrorRetries: 0 }),
    ],
    ["tiers at their bounds", configWith(own("timeout_by_service_tier"), { flex: 900, priority: 300 })],
    ["another tier within the bounds", configWith(own("stream_timeout_by_service_tier"), { flex: 30 })],
    [
      "a longer time to first token where configured",
      sections({ stream_timeout: 40, timeout: 600, num_retries: 1 }),
      { config: { maxFirstTokenSeconds: 40 } },
    ],
  ],
  reports: [
    ["no total", configWith(total, undefined), [inConfig(total)]],
    ["LiteLLM's own total", configWith(total, 6000), [inConfig(total)]],
    ["a total that cuts streams", configWith(total, 30), [inConfig(total)]],
    ["no first token", configWith(router("stream_timeout"), undefined), [inConfig(router("stream_timeout"))]],
    [
      "a first token that takes long",
      configWith(router("stream_timeout"), 31),
      [inConfig(router("stream_timeout")), inConfig(router("stream_timeout"))],
    ],
    ["a first token at once", configWith(router("stream_timeout"), 0), [inConfig(router("stream_timeout"))]],
    ["the total used for the first token", configWith(router("timeout"), 30), [inConfig(router("timeout"))]],
    ["no timeout of the router", configWith(router("timeout"), undefined), [inConfig(router("timeout"))]],
    ["no retries stated", configWith(router("num_retries"), undefined), [inConfig(router("num_retries"))]],
    [
      "three retries",
      sections({ stream_timeout: 10, timeout: 600, num_retries: 3 }),
      [inConfig(router("num_retries"))],
    ],
    ["a text", configWith(router("timeout"), "600"), [inConfig(router("timeout"))]],
    ["a variable", configWith(router("timeout"), "os.environ/TIMEOUT"), [inConfig(router("timeout"))]],
    [
      "retries in the other section",
      configWith("litellm_settings.num_retries", 5),
      [inConfig("litellm_settings.num_retries")],
    ],
    [
      "many retries by kind of error",
      configWith(router("retry_policy"), { RateLimitErrorRetries: 10 }),
      [inConfig(router("retry_policy"))],
    ],
    [
      "many retries by one kind of error of two",
      configWith(router("retry_policy"), { RateLimitErrorRetries: 0, TimeoutErrorRetries: 10 }),
      [inConfig(router("retry_policy"))],
    ],
    [
      "retries by kind of error as text",
      configWith(router("retry_policy"), { TimeoutErrorRetries: "1" }),
      [inConfig(router("retry_policy"))],
    ],
    [
      "less than no retries by kind of error",
      configWith(router("retry_policy"), { TimeoutErrorRetries: -1 }),
      [inConfig(router("retry_policy"))],
    ],
    [
      "many retries of one model",
      configWith(router("model_group_retry_policy"), { opus: { TimeoutErrorRetries: 9 } }),
      [inConfig(router("model_group_retry_policy"))],
    ],
    ["a model that cuts streams", configWith(own("timeout"), 60), [inConfig(own("timeout"))]],
    ["a model that waits long", configWith(own("timeout"), 6000), [inConfig(own("timeout"))]],
    ["a model that retries often", configWith(own("max_retries"), 5), [inConfig(own("max_retries"))]],
    ["a model's text", configWith(own("stream_timeout"), "5"), [inConfig(own("stream_timeout"))]],
    [
      "defaults of every model",
      configWith(router("default_litellm_params"), { timeout: 6000 }),
      [inConfig(router("default_litellm_params.timeout"))],
    ],
    [
      "a tier that waits long",
      configWith(own("timeout_by_service_tier"), { flex: 6000 }),
      [inConfig(own("timeout_by_service_tier"))],
    ],
    [
      "tries that take too long together",
      sections({ stream_timeout: 40, timeout: 600, num_retries: 2 }),
      [inConfig(router("stream_timeout"))],
      { config: { maxFirstTokenSeconds: 40 } },
    ],
    [
      "a tier of two that cuts streams",
      configWith(own("timeout_by_service_tier"), { flex: 600, priority: 60 }),
      [inConfig(own("timeout_by_service_tier"))],
    ],
    [
      "a tier's text",
      configWith(own("stream_timeout_by_service_tier"), { flex: "30" }),
      [inConfig(own("stream_timeout_by_service_tier"))],
    ],
    [
      "tries of a model that take too long together, by its own timeout",
      configWith(own("stream_timeout"), 40),
      [inConfig(own("stream_timeout"))],
      { config: { maxFirstTokenSeconds: 40 } },
    ],
    [
      "the same by its own retries",
      configMap({
        model_list: [{ model_name: "a", litellm_params: { model: "hosted_vllm/a", num_retries: 2 } }],
        router_settings: { stream_timeout: 40, timeout: 600, num_retries: 1 },
        litellm_settings: { request_timeout: 600 },
      }),
      [inConfig("model_list.0.litellm_params.stream_timeout")],
      { config: { maxFirstTokenSeconds: 40 } },
    ],
    [
      "a model that can't be read",
      configWith("model_list.2", "opus"),
      [
        "stream_timeout",
        "timeout",
        "num_retries",
        "max_retries",
        "stream_timeout_by_service_tier",
        "timeout_by_service_tier",
      ].map((name) => inConfig(own(name))),
    ],
    ...unreadable,
    [
      "a stricter bound",
      configMap(),
      [inConfig(router("stream_timeout"))],
      { config: { maxFirstTokenSeconds: 20 } },
    ],
    [
      "a bound of nothing",
      configMap(),
      ["gateway#configuration.maxFirstTokenSeconds"],
      { config: { maxFirstTokenSeconds: 0 } },
    ],
  ],
});

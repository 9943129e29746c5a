import { requiredAlerts, requiredGatewayAlerts } from "../../../../policies/data/required-alerts.ts";
import { requiredAlertsPresent as rule } from "../../../../policies/rules/observability/required-alerts-present.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { allRequired, rulesOf } from "../../fixtures/observability.ts";
import { deployment, engine } from "../../workload.ts";

const list = (alerts: readonly { readonly [field: string]: Wire }[]) =>
  rulesOf(alerts.map((one) => ({ ...one })));
const all = list(allRequired);
const without = (name: string) => allRequired.filter(({ alert }) => alert !== name);
const withExpr = (name: string, expr: Wire) => list([...without(name), { alert: name, expr }]);
const full = ["stack#KvCacheFull"];
const gateway = deployment([{ name: "gateway", image: "ghcr.io/berriai/litellm:v1.84.0" }]);
const redis = { alert: "LimitsWithoutRedis", expr: "max(gantry_gateway_redis_lost) == 1" };
const everything = [...requiredAlerts, ...requiredGatewayAlerts].map(({ name }) => `stack#${name}`);

cases(rule, {
  passes: [
    ["an alert for everything", all],
    ["engines, which ask for no more", [all, deployment([engine])]],
    [
      "alerts over two resources",
      [list(allRequired.slice(0, 5)), { ...list(allRequired.slice(5)), name: "more" }],
    ],
    ["a secret expression", withExpr("KvCacheFull", secret("vllm:kv_cache_usage_perc > 0.9"))],
    [
      "another expression of the same metric",
      withExpr("KvCacheFull", "max(vllm:kv_cache_usage_perc) * 100 > 90"),
    ],
    [
      "more metrics that are published",
      withExpr("KvCacheFull", "vllm:kv_cache_usage_perc > 0.9 and vllm:num_requests_running > 1"),
    ],
    ["other alerts on whatever they read", list([...allRequired, { alert: "Own", expr: "own_metric > 1" }])],
    ["a gateway with its alert", [list([...allRequired, redis]), gateway]],
    ["one of two of a name", [all, { ...list([{ alert: "KvCacheFull", expr: "up == 0" }]), name: "more" }]],
  ],
  reports: [
    ["a missing alert", list(without("KvCacheFull")), full],
    [
      "a renamed alert",
      list([...without("KvCacheFull"), { alert: "CacheFull", expr: "vllm:kv_cache_usage_perc > 1" }]),
      full,
    ],
    ["a metric that isn't published", withExpr("KvCacheFull", "vllm:gpu_cache_usage_perc > 0.9"), full],
    [
      "one beside the right one",
      withExpr("KvCacheFull", "vllm:kv_cache_usage_perc > 0.9 and nobody_knows > 1"),
      full,
    ],
    ["another metric", withExpr("KvCacheFull", "vllm:num_requests_waiting > 1"), full],
    [
      "a metric that stands in a label only",
      withExpr("KvCacheFull", 'vllm:num_requests_waiting{a="vllm:kv_cache_usage_perc"}'),
      full,
    ],
    [
      "one of two metrics",
      withExpr("EngineStalled", "vllm:num_requests_running > 0"),
      ["stack#EngineStalled"],
    ],
    ["an expression that can't be read", withExpr("KvCacheFull", "vllm:kv_cache_usage_perc > $limit"), full],
    ["no expression", withExpr("KvCacheFull", null), full],
    ["an unknown expression", withExpr("KvCacheFull", unknown), full],
    [
      "an unknown name",
      list([...without("KvCacheFull"), { alert: unknown, expr: "vllm:kv_cache_usage_perc > 1" }]),
      full,
    ],
    ["an unknown alert", rulesOf([...without("KvCacheFull").map((one) => ({ ...one })), unknown]), full],
    [
      "a rule that records under that name",
      list([...without("KvCacheFull"), { record: "KvCacheFull", expr: "vllm:kv_cache_usage_perc" }]),
      full,
    ],
    ["unknown rules", rulesOf(unknown), everything.slice(0, -1)],
    ["no rules at all, where a gateway runs", [gateway], everything],
    ["a gateway without its alert", [all, gateway], ["stack#LimitsWithoutRedis"]],
    [
      "a container that may be a gateway",
      [all, deployment([{ name: "a", image: unknown }])],
      ["stack#LimitsWithoutRedis"],
    ],
    [
      "a gateway by its command",
      [all, deployment([{ name: "a", image: "python:3", command: ["litellm"] }])],
      ["stack#LimitsWithoutRedis"],
    ],
    ["each that is missing", list(allRequired.slice(2)), ["stack#TimeToFirstTokenHigh", ...full]],
  ],
});

import { stringify } from "yaml";
import { tenantLimitsComplete as rule } from "../../../../policies/rules/rate-limits/tenant-limits-complete.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { configMap, documents, tenant, tenants, tenantsWith } from "../../gateway-stack.ts";

const at = (path: string) => `gateway#data.tenants.yaml.tenants.${path}`;
const web = (field: string, value: Wire | undefined) => tenantsWith(`tenants.web.${field}`, value);
const text = (content: string) => documents({ "tenants.yaml": content });
const hash = (digit: string) => digit.repeat(64);
const limits = [
  "requestsPerMinute",
  "tokensPerMinute",
  "requestsPerDay",
  "tokensPerDay",
  "parallelRequests",
  "monthlyBudgetUsd",
  "inputTokens",
  "inputCharacters",
  "users.requestsPerMinute",
];
const generated = (content: Wire) => documents({ "keys.json": content });

cases(rule, {
  passes: [
    ["tenants with every limit", configMap()],
    ["tighter limits, some of them fractions", web("monthlyBudgetUsd", 0.5)],
    ["one key", web("keys", [hash("0")])],
    ["keys that the stack generates, before they exist", [configMap(), generated(unknown)]],
    ["and after", generated(JSON.stringify({ tenantKeys: { web: [hash("1")], batch: [hash("2")] } }))],
    [
      "a limit up to a higher ceiling",
      web("requestsPerMinute", 5000),
      { config: { requestsPerMinute: 5000 } },
    ],
    [
      "a limit of a user up to a higher ceiling",
      web("users.requestsPerMinute", 5000),
      { config: { userRequestsPerMinute: 5000 } },
    ],
    ["documents of others", documents({ "grafana.yaml": "orgs: {tenants: 1}" })],
  ],
  reports: [
    ...limits.flatMap((name) => [
      [`no ${name}`, web(name, undefined), [at(`web.${name}`)]] as const,
      [`${name} of 0`, web(name, 0), [at(`web.${name}`)]] as const,
      [`${name} above its ceiling`, web(name, 1e15), [at(`web.${name}`)]] as const,
    ]),
    ["a negative limit", web("tokensPerDay", -1), [at("web.tokensPerDay")]],
    ["a text", web("tokensPerDay", "5000"), [at("web.tokensPerDay")]],
    ["null", web("tokensPerDay", null), [at("web.tokensPerDay")]],
    ["limits of users that are a number", web("users", 10), [at("web.users.requestsPerMinute")]],
    ["infinity", text("tenants: {web: {tokensPerDay: .inf}}"), ["gateway#data.tenants.yaml"]],
    ["no models", web("models", []), [at("web.models")]],
    ["any model", web("models", ["assistant", "*"]), [at("web.models")]],
    ["models by their beginning", web("models", ["assistant-*"]), [at("web.models")]],
    ["models by their end", web("models", ["*-assistant"]), [at("web.models")]],
    ["a model that is a number", web("models", [4]), [at("web.models")]],
    ["models as a text", web("models", "assistant"), [at("web.models")]],
    ["no keys", web("keys", undefined), [at("web.keys")]],
    ["three keys", web("keys", [hash("0"), hash("1"), hash("2")]), [at("web.keys")]],
    ["a key in clear", web("keys", ["sk-1234"]), [at("web.keys.0")]],
    ["more before a hash", web("keys", [`sha256:${hash("0")}`]), [at("web.keys.0")]],
    ["more after a hash", web("keys", [`${hash("0")}, sk-1234`]), [at("web.keys.0")]],
    ["a hash in a list of its own", web("keys", [[hash("0")]]), [at("web.keys.0")]],
    ["a hash in capitals", web("keys", [hash("A")]), [at("web.keys.0")]],
    ["a hash that is a number", text(stringify(tenants).replace(hash("a"), hash("1"))), [at("web.keys.0")]],
    ["one key twice", web("keys", [hash("c"), hash("c")]), [at("web.keys.1")]],
    [
      "one key of two tenants",
      tenantsWith("tenants.batch.keys", [hash("c"), hash("a")]),
      [at("batch.keys.1")],
    ],
    ["no tenant", text("tenants: {}"), ["gateway#data.tenants.yaml.tenants"]],
    [
      "tenants as a list",
      text("tenants: []"),
      [...limits, "models", "keys"].map((name) => `gateway#data.tenants.yaml.tenants.${name}`),
    ],
    [
      "each tenant",
      documents({
        "tenants.yaml": stringify({
          tenants: {
            a: { ...tenant, inputTokens: 0 },
            "B c": { ...tenant, inputTokens: 0, keys: "generated" },
          },
        }),
      }),
      [at("a.inputTokens"), at("1.inputTokens")],
    ],
    ["a document that is not known", documents({ "tenants.yaml": unknown }), ["gateway#data.tenants.yaml"]],
    ["data that is not known", documents(unknown), ["gateway#data"]],
    ["a document that is no YAML", text("tenants: {"), ["gateway#data.tenants.yaml"]],
    [
      "generated keys in clear",
      generated('{"tenantKeys": {"web": ["sk-1"]}}'),
      ["gateway#data.keys.json.tenantKeys.web.0"],
    ],
    [
      "generated keys twice",
      generated(JSON.stringify({ tenantKeys: { web: [hash("1")], batch: [hash("1")] } })),
      ["gateway#data.keys.json.tenantKeys.batch.0"],
    ],
    [
      "a lower ceiling",
      configMap(),
      [at("batch.inputTokens"), at("web.inputTokens")],
      { config: { inputTokens: 8192 } },
    ],
    [
      "a ceiling of nothing",
      configMap(),
      ["gateway#configuration.inputTokens"],
      { config: { inputTokens: 0 } },
    ],
  ],
});

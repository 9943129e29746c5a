import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { additions } from "../../stacks/additions.ts";
import { parseConfig } from "../../stacks/config.ts";
import { configurationWith, problemsOf, problemsWith, shipped } from "../support/configuration.ts";

const tenant = { models: ["assistant"], requestsPerMinute: 60, tokensPerMinute: 1e5, monthlyBudgetUsd: 200 };
const hosted = {
  "gpt-4o": { provider: "openai", snapshot: "gpt-4o-2024-08-06", usdPerMillion: { input: 2.5, output: 10 } },
};
const opus = { provider: "anthropic", snapshot: "claude-opus-4-8", usdPerMillion: { input: 5, output: 25 } };
const publicEdge = {
  domain: "llm.example.com",
  zoneId: "Z0123456789ABCDEFGHIJ",
  allowedOrigins: [],
  requestsPerAddress: { limit: 300, windowSeconds: 60 },
};
const certificateArn = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

const accepted: [string, string, unknown][] = [
  ["an edge for callers of the VPC only", "edge", { internal: true }],
  ["a certificate that is there", "edge", { ...publicEdge, zoneId: undefined, certificateArn }],
  [
    "a cache that is there",
    "cache",
    { existing: { host: "redis.example.internal", port: 6379, tls: true }, whenLost: "refuse" },
  ],
  ["a tenant of five lines", "tenants", { web: tenant }],
  ["two keys during a rotation", "tenants.web.keys", [1, 2]],
  ["a route to a self-hosted model alone", "routes.assistant", { selfHosted: "chat" }],
  ["a route to a hosted model alone", "routes.assistant", { strategy: "quality", hosted: "gpt-4o" }],
  ["a route without a cache", "routes.assistant.cache", false],
  ["a price of one's own", "models.chat.usdPerMillion", { input: 0.1, output: 0.3 }],
];

/** What is changed, and each problem after `Pulumi.dev.yaml: `. */
const refused: [string, string, unknown, string[]][] = [
  [
    "no tenant",
    "tenants",
    {},
    [
      "tenants: there is no tenant, so every request is refused; add one with models, requestsPerMinute, tokensPerMinute and monthlyBudgetUsd",
    ],
  ],
  [
    "a tenant without limits",
    "tenants.web",
    { models: ["assistant"] },
    [
      "tenants.web.requestsPerMinute: missing: a whole number of requests per minute",
      "tenants.web.tokensPerMinute: missing: a whole number of tokens per minute",
      "tenants.web.monthlyBudgetUsd: missing: expected number",
    ],
  ],
  [
    "a budget of nothing",
    "tenants.web.monthlyBudgetUsd",
    0,
    ["tenants.web.monthlyBudgetUsd: US dollars a month, above 0"],
  ],
  [
    "a limit of nothing",
    "tenants.web.requestsPerMinute",
    0,
    ["tenants.web.requestsPerMinute: at least 1: a tenant without requests per minute is one to take out"],
  ],
  [
    "a tenant's model that isn't there",
    "tenants.web.models",
    ["asistant"],
    ['tenants.web.models.0: no route, model or hosted model of this name; did you mean "assistant"?'],
  ],
  [
    "a wildcard in a tenant's models",
    "tenants.web.models",
    ["*"],
    ["tenants.web.models.0: no route, model or hosted model of this name; allowed: assistant, chat, gpt-4o"],
  ],
  [
    "a slot of a model as a tenant's model",
    "tenants.web.models",
    ["chat-green"],
    ["tenants.web.models.0: no route, model or hosted model of this name; allowed: assistant, chat, gpt-4o"],
  ],
  [
    "a day below a minute",
    "tenants.web.requestsPerDay",
    10,
    [
      "tenants.web.requestsPerDay: below requestsPerMinute, which is 60 and could never be used; raise the one or lower the other",
    ],
  ],
  [
    "three keys of a tenant",
    "tenants.web.keys",
    [1, 2, 3],
    ["tenants.web.keys: two at most: the one in use and its successor"],
  ],
  ["one key twice", "tenants.web.keys", [2, 2], ["tenants.web.keys: duplicate; list each once"]],
  [
    "a route to no model",
    "routes.assistant",
    { strategy: "cost" },
    ["routes.assistant: leads to no model: name one under selfHosted, hosted or both"],
  ],
  [
    "a fallback that isn't there",
    "routes.assistant.fallbacks",
    { any: ["opus"], contextWindow: ["chatt"] },
    [
      "routes.assistant.fallbacks.any.0: no such model; allowed: chat, gpt-4o",
      'routes.assistant.fallbacks.contextWindow.0: no such model; did you mean "chat"?',
    ],
  ],
  [
    "a strategy that has nothing to choose from",
    "routes.assistant",
    { strategy: "balanced", selfHosted: "chat" },
    [
      "routes.assistant.strategy: chooses between a self-hosted and a hosted model; add routes.assistant.hosted, or take cost or quality",
    ],
  ],
  [
    "an important route with one provider",
    "routes.assistant.important",
    true,
    [
      "routes.assistant.important: only openai serves it; add hosted models of two providers to hosted and fallbacks.any, or take important out",
    ],
  ],
  [
    "a hosted model by a name that moves",
    "hosted.gpt-4o.snapshot",
    "gpt-4o",
    ["hosted.gpt-4o.snapshot: has no date of its own: allowed is a dated name such as gpt-4o-2024-08-06"],
  ],
  [
    "a hosted model without a price",
    "hosted.gpt-4o.usdPerMillion",
    undefined,
    ["hosted.gpt-4o.usdPerMillion: missing: expected object"],
  ],
  [
    "a hosted model with the name of a model",
    "hosted",
    { ...hosted, chat: opus },
    ["hosted.chat: models.chat has this name for clients already; take another one"],
  ],
  [
    "a route with the name of a slot",
    "routes.chat-blue",
    { selfHosted: "chat" },
    ["routes.chat-blue: models.chat.blue has this name for clients already; take another one"],
  ],
  [
    "a route with the name of a hosted model",
    "routes.gpt-4o",
    { hosted: "gpt-4o" },
    ["routes.gpt-4o: hosted.gpt-4o has this name for clients already; take another one"],
  ],
  [
    "every origin",
    "edge.allowedOrigins",
    ["*"],
    ["edge.allowedOrigins.0: one origin in full, such as https://app.example.com: no *, no path, https only"],
  ],
  [
    "an origin with a path, and one without TLS",
    "edge.allowedOrigins",
    ["https://app.example.com/", "http://app.example.com"],
    [0, 1].map(
      (index) =>
        `edge.allowedOrigins.${index}: one origin in full, such as https://app.example.com: no *, no path, https only`,
    ),
  ],
  [
    "a public edge without a certificate",
    "edge.zoneId",
    undefined,
    [
      "edge.zoneId: missing: a public edge needs a certificate: add zoneId, the Route 53 zone in which one is validated, or certificateArn; or choose { internal: true }",
    ],
  ],
  [
    "a public edge with two certificates",
    "edge.certificateArn",
    certificateArn,
    [
      "edge.certificateArn: there already is one: keep zoneId for a certificate made here, or certificateArn for yours",
    ],
  ],
  [
    "a certificate of another region",
    "edge",
    { ...publicEdge, zoneId: undefined, certificateArn: certificateArn.replace("us-east-1", "eu-west-1") },
    [
      "edge.certificateArn: a load balancer in us-east-1 takes no certificate of eu-west-1; request one in us-east-1, or give edge.zoneId",
    ],
  ],
  [
    "a window that AWS WAF doesn't know",
    "edge.requestsPerAddress.windowSeconds",
    90,
    ["edge.requestsPerAddress.windowSeconds: 60, 120, 300 or 600 seconds, which AWS WAF counts over"],
  ],
  [
    "a public edge in a VPC whose public subnets aren't named",
    "network",
    {
      existing: {
        vpcId: "vpc-0a1b2c3d",
        cidr: "10.9.0.0/16",
        privateSubnetIds: ["subnet-0a", "subnet-0b"],
      },
    },
    [
      "network.existing.publicSubnetIds: a public edge needs public subnets: name one of each zone, or choose edge: { internal: true }",
    ],
  ],
  [
    "a gateway of one replica",
    "gateway.replicas",
    { min: 1, max: 2 },
    ["gateway.replicas.min: at least 2 replicas: one alone takes the API down with its node"],
  ],
  [
    "a range that is upside down",
    "gateway.replicas",
    { min: 3, max: 2 },
    ["gateway.replicas.min: above max, which is 2"],
  ],
  [
    "records among the weights",
    "gateway.records.bucket",
    "example-gantry-dev-models",
    [
      "gateway.records.bucket: the weights are in this bucket, which never expire; take another name for the records",
    ],
  ],
  [
    "a node type that isn't known",
    "cache.create.nodeType",
    "cache.t4g.smal",
    ['cache.create.nodeType: not in the table of node types; did you mean "cache.t4g.small"?'],
  ],
];

describe("the gateway's part of a configuration", () => {
  it.each(accepted)("may have %s", (_case, path, value) => {
    expect(problemsWith(path, value)).toEqual([]);
  });

  it.each(refused)("may not have %s", (_case, path, value, problems) => {
    expect(problemsWith(path, value)).toEqual(problems.map((problem) => `Pulumi.dev.yaml: ${problem}`));
  });

  it("may have an important route with two providers", () => {
    const config = {
      ...shipped.config,
      "gantry:hosted": { ...hosted, opus },
      "gantry:routes": { assistant: { hosted: "gpt-4o", fallbacks: { any: ["opus"] }, important: true } },
    };
    expect(problemsOf({ ...shipped, config })).toEqual([]);
  });

  it.each(Object.keys(additions))("is told what to add when %s is missing", (key) => {
    const [problem, ...more] = problemsWith(key, undefined);
    expect(problem).toMatch(`Pulumi.dev.yaml: ${key}: missing: add gantry:${key}: {`);
    expect(more).toEqual([]);
    const [, added = ""] = problem?.split(`add gantry:${key}: `) ?? [];
    expect(problemsWith(key, parse(added))).toEqual([]);
  });

  it("never shows a key that stands where a name belongs", () => {
    const key = "sk-proj-CANARY0123456789abcdef0123";
    for (const path of ["hosted.gpt-4o.snapshot", "routes.assistant.hosted", "cache.create.nodeType"])
      expect(() => parseConfig(configurationWith(path, key))).toThrow(/^(?![\s\S]*CANARY)[\s\S]*$/);
    expect(() => parseConfig(configurationWith("tenants.web.models", [key]))).toThrow(
      /^(?![\s\S]*CANARY)[\s\S]*$/,
    );
  });
});

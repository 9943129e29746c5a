import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationError, type Problem } from "../../components/shared/problems.ts";
import { rules } from "../../policies/rules/index.ts";
import { readStackConfig } from "../../scripts/plan/environment.ts";
import { parsePolicyConfiguration, reconciled } from "../../scripts/plan/policy-configuration.ts";
import { parseConfig } from "../../stacks/config.ts";
import { configurationWith, shipped } from "../support/configuration.ts";
import { fixtureRoot } from "../support/plan.ts";

/** Whole numbers of the configuration, each with what it is in a file. */
const numbers = [
  "network.create.zones",
  "network.create.natGateways",
  "cluster.systemNodes.min",
  "cluster.systemNodes.max",
  "pools.a10g.maxGpus",
  "models.chat.blue.replicas.min",
  "models.chat.green.replicas.max",
  "models.chat.traffic.canaryPercent",
  "tenants.web.requestsPerMinute",
  "tenants.web.tokensPerMinute",
  "gateway.replicas.min",
  "gateway.records.keepDays",
  "cache.create.nodes",
  "cache.create.snapshotDays",
  "edge.requestsPerAddress.limit",
  "edge.requestsPerAddress.windowSeconds",
  "monitoring.retentionDays",
  "monitoring.storageGiB",
  "release:qwen3-8b-awq-1.model.layers",
  "release:qwen3-8b-awq-1.model.kvHeads",
  "release:qwen3-8b-awq-1.limits.contextLength",
  "release:qwen3-8b-awq-1.limits.concurrentSequences",
  "release:qwen3-8b-awq-1.limits.tensorParallel",
];
const amounts = [
  "budget.monthlyUsd",
  "tenants.web.monthlyBudgetUsd",
  "hosted.gpt-4o.usdPerMillion.input",
  "release:qwen3-8b-awq-1.model.weightsGiB",
  "release:qwen3-8b-awq-1.limits.gpuMemoryUtilization",
];
const names = [
  "models.chat.blue.pool",
  "models.chat.blue.release",
  "models.chat.traffic.live",
  "routes.assistant.selfHosted",
  "routes.assistant.hosted",
  "routes.assistant.strategy",
  "hosted.gpt-4o.provider",
  "gateway.size",
  "release:qwen3-8b-awq-1.engine.kind",
  "release:qwen3-8b-awq-1.model.quantization",
];
const sections = ["network", "cluster", "pools", "models", "hosted", "routes", "tenants", "edge", "cache"];

const edits = (paths: readonly string[], ...values: readonly unknown[]) =>
  paths.flatMap((path) => values.map((value) => [path, value] as const));

/** Mistakes by kind: what stands where. */
const kinds: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  "a number with its unit, or in a text": edits(numbers, "8", "8 GiB"),
  "a number below what there can be": edits([...numbers, ...amounts], -8),
  "no number": edits([...numbers, ...amounts], Number.NaN, Number.POSITIVE_INFINITY, null),
  "a number too large for what it counts": edits([...numbers, ...amounts], 1e15),
  "a part of a whole": edits(numbers, 2.5),
  "another kind of value": edits([...numbers, ...amounts, ...names], [1], { value: 1 }, true),
  "a section that is something else": edits(sections, null, [], "small", 7),
  "a name that isn't there": edits(names, "", "other", "constructor", "__proto__", "Chat", " chat"),
  "a letter that only looks alike": edits(
    ["models.chat.blue.pool"],
    "а10g",
    "a1０g",
    "a10g\u200b",
    "a10g\u00a0",
  ),
  "a name in another case": [
    ["models.chat.blue.pool", "A10G"],
    ["hosted.gpt-4o.provider", "OpenAI"],
    ["models.chat.traffic.live", "Blue"],
    ["pools.a10g.capacity", ["On-Demand"]],
    ["pools.a10g.instanceTypes", ["G5.xlarge"]],
  ],
  "a unit mistaken by a thousand": [
    ["release:qwen3-8b-awq-1.model.weightsGiB", 5680],
    ["release:qwen3-8b-awq-1.model.weightsGiB", 0.00568],
    ["release:qwen3-8b-awq-1.model.parametersB", 8190],
    ["release:qwen3-8b-awq-1.model.parametersB", 0.00819],
    ["release:qwen3-8b-awq-1.model.vocabularySize", 15],
    ["release:qwen3-8b-awq-1.model.vocabularySize", 151_936_000],
    ["release:qwen3-8b-awq-1.model.hiddenSize", 4],
    ["release:qwen3-8b-awq-1.model.headDimension", 128_000],
    ["hosted.gpt-4o.usdPerMillion.input", 0.0000025],
    ["hosted.gpt-4o.usdPerMillion.output", 10_000_000],
    ["monitoring.storageGiB", 50_000_000],
    ["edge.requestsPerAddress.windowSeconds", 60_000],
    ["budget.monthlyUsd", 1e9],
    ["tenants.web.monthlyBudgetUsd", 2e8],
  ],
  "fields that are swapped": [
    ["cluster.systemNodes", { instanceType: "m7i.xlarge", min: 4, max: 2 }],
    ["models.chat.blue.replicas", { min: 2, max: 1 }],
    ["models.chat.blue", { release: "a10g", pool: "qwen3-8b-awq-1", replicas: { min: 1, max: 1 } }],
    [
      "tenants.web",
      { models: ["assistant"], requestsPerMinute: 100_000, tokensPerMinute: 60, monthlyBudgetUsd: 9 },
    ],
    ["edge.requestsPerAddress", { limit: 60, windowSeconds: 301 }],
    ["gateway.replicas", { min: 3, max: 2 }],
    ["routes.assistant", { strategy: "cost", selfHosted: "gpt-4o", hosted: "chat" }],
    [
      "hosted.gpt-4o",
      { provider: "gpt-4o-2024-08-06", snapshot: "openai", usdPerMillion: { input: 1, output: 1 } },
    ],
  ],
  "nothing where something is needed": edits(
    [
      "pools.a10g.instanceTypes",
      "pools.a10g.capacity",
      "tenants.web.models",
      "cluster.endpoint.publicFrom",
      "tenants",
    ],
    [],
    {},
    "",
  ),
  "the same twice": [
    ["tenants.web.models", ["assistant", "assistant"]],
    ["monitoring.notify", ["a@example.com", "a@example.com"]],
    ["pools.a10g.instanceTypes", ["g5.xlarge", "g5.xlarge"]],
    ["pools.a10g.capacity", ["spot", "spot"]],
    ["cluster.endpoint.publicFrom", ["8.8.8.0/24", "8.8.8.0/24"]],
    ["edge.allowedOrigins", ["https://a.example.com", "https://a.example.com"]],
  ],
  "a key that is named otherwise, or stands elsewhere": [
    ["budget", { monthlyUSD: 4000 }],
    ["budget", { monthlyUsd: 4000, monthly_usd: 4000 }],
    ["cluster.systemNodes", { instance_type: "m7i.xlarge", min: 2, max: 4 }],
    ["models.chat.traffic", { live: "blue", canary: 0 }],
    ["models.chat.replicas", { min: 1, max: 1 }],
    ["models.chat.yellow", { release: "qwen3-8b-awq-1", pool: "a10g", replicas: { min: 1, max: 1 } }],
    ["tenants.web.requestsPerSecond", 1],
    ["network", { cidr: "10.40.0.0/16", zones: 2, natGateways: 1 }],
    ["network.existing", { vpcId: "vpc-0a1b2c3d" }],
    ["pools.a10g.GPUs", 4],
    ["edge.certificate", "arn:aws:acm:us-east-1:111122223333:certificate/a"],
    ["bucket", "example-gantry-dev-models"],
  ],
  "a role or an address that nobody has": [
    ["cluster.admins", ["arn:aws:iam::111122223333:role/*"]],
    ["cluster.admins", ["arn:aws:iam::111122223333:role/team-*"]],
    ["cluster.admins", ["arn:aws:iam::111122223333:user/alice"]],
    ["cluster.admins", ["arn:aws:iam::111122223333:role/"]],
    ["cluster.admins", ["arn:aws:iam::1111:role/a"]],
    ["cluster.admins", ["arn:aws:sts::111122223333:assumed-role/a/b"]],
    ["cluster.admins", "arn:aws:iam::111122223333:role/a"],
    ["network.create.cidr", "10.40.0.0/33"],
    ["network.create.cidr", "10.40.0.0"],
    ["network.create.cidr", "8.8.0.0/16"],
    ["network.create.cidr", "10.40.0.0/29"],
    ["monitoring.notify", ["oncall"]],
    ["edge.domain", "llm dev example com"],
    ["edge.domain", "https://llm.example.com"],
    ["edge.allowedOrigins", ["*"]],
    ["modelStore.bucket", "Models"],
    ["gateway.records.bucket", "example-gantry-dev-models"],
    ["account", "123"],
    ["account", 111_122_223_333],
  ],
  "a day that there isn't, or that is over": [
    ["release:qwen3-8b-awq-1.exemptions.0.expires", "2026-02-30"],
    ["release:qwen3-8b-awq-1.exemptions.0.expires", "2020-01-01"],
    ["release:qwen3-8b-awq-1.exemptions.0.expires", "2099-01-01"],
    ["release:qwen3-8b-awq-1.exemptions.0.expires", "01/15/2027"],
    ["release:qwen3-8b-awq-1.exemptions.0.expires", "tomorrow"],
    ["release:qwen3-8b-awq-1.exemptions.0.expires", 20_270_115],
  ],
  "something that moves": [
    ["release:qwen3-8b-awq-1.model.revision", "main"],
    ["release:qwen3-8b-awq-1.model.revision", "4da05a8"],
    ["release:qwen3-8b-awq-1.engine.image", "docker.io/vllm/vllm-openai:v0.31.0"],
    ["release:qwen3-8b-awq-1.engine.version", "0.31"],
    ["release:qwen3-8b-awq-1.engine.version", "latest"],
    ["hosted.gpt-4o.snapshot", "gpt-4o"],
    ["hosted.gpt-4o.snapshot", "chatgpt-4o-latest"],
    ["cluster.version", "latest"],
    ["cluster.version", 1.36],
  ],
};

const all = Object.entries(kinds).flatMap(([kind, list]) =>
  list.map(([path, value]) => [kind, path, value] as const),
);

describe("a wrong edit", () => {
  it("is of more than 150", () => expect(all.length).toBeGreaterThanOrEqual(150));

  it.each(all.map(([kind, path, value]) => [kind, path, value] as const))(
    "is refused with its place, its value and what is allowed: %s, %s: %j",
    (_kind, path, value) => {
      const found = problems(() => parseConfig(configurationWith(path, value)));
      const section = path.replace(/^release:[^.]+\./, "").split(".")[0] ?? "";
      expect(found.length).toBeGreaterThan(0);
      // What only doesn't fit together may be reported of the other side, with the field's name.
      const field = path.split(".").at(-1) ?? "";
      expect(
        found.some(
          (problem) =>
            problem.path.startsWith(section) ||
            path.startsWith(problem.path) ||
            problem.message.includes(field),
        ),
      ).toBe(true);
      for (const { message } of found) {
        expect(message.length).toBeGreaterThan(8);
        expect(message).not.toMatch(/undefined|\[object|NaN(?! )/);
      }
    },
  );
});

/** What stands in policies/config/<environment>.json, by kind. */
const policyEdits: Readonly<Record<string, readonly string[]>> = {
  "a rule or a level that there isn't": [
    '{ "deletion-protect": "disabled" }',
    '{ "Deletion-Protected": "disabled" }',
    '{ "constructor": "disabled" }',
    '{ "__proto__": "disabled" }',
    '{ "deletion-protected": "off" }',
    '{ "deletion-protected": "Disabled" }',
    '{ "deletion-protected": false }',
    '{ "deletion-protected": null }',
    '{ "deletion-protected": ["disabled"] }',
    '{ "deletiоn-protected": "disabled" }',
  ],
  "a setting that there isn't, or stands elsewhere": [
    '{ "deletion-protected": { "level": "disabled" } }',
    '{ "deletion-protected": { "enforcementlevel": "disabled" } }',
    '{ "rules": { "deletion-protected": "disabled" } }',
    '{ "allowedBuckets": ["a-bucket"] }',
    '{ "model-source-allowed": { "allowedBucket": ["a-bucket"] } }',
    '{ "all": { "allowedBuckets": ["a-bucket"] } }',
  ],
  "a value that a setting doesn't take": [
    '{ "model-source-allowed": { "allowedBuckets": "a-bucket" } }',
    '{ "model-source-allowed": { "allowedBuckets": ["*"] } }',
    '{ "model-source-allowed": { "allowedBuckets": [7] } }',
    '{ "image-registry-allowed": { "allowedRepositories": ["docker.io"] } }',
    '{ "image-registry-allowed": { "allowedRepositories": ["docker.io/"] } }',
    '{ "image-registry-allowed": { "allowedRepositories": ["quay.io:443/"] } }',
    '{ "image-registry-allowed": { "allowedRepositories": [] } }',
    '{ "image-registry-allowed": { "allowedRepositories": ["https://ghcr.io/acme"] } }',
    '{ "cluster-access-by-entries": { "clusterAdmins": ["arn:aws:iam::111122223333:role/*"] } }',
    '{ "service-known": { "knownServices": ["*"] } }',
    '{ "workload-kind-known": { "knownKinds": ["*"] } }',
    '{ "internet-facing-expected": { "publicEntries": ["*"] } }',
    '{ "public-paths-listed": { "redirectHosts": ["*.example.com"] } }',
    '{ "budget-alert-present": { "maxMonthlyUsd": "5000" } }',
    '{ "budget-alert-present": { "maxMonthlyUsd": -1 } }',
    '{ "budget-alert-present": { "maxMonthlyUsd": 1e10 } }',
    '{ "tenant-limits-complete": { "requestsPerMinute": 0.5 } }',
    '{ "tenant-limits-complete": { "requestsPerMinute": 1e400 } }',
    '{ "database-guarded": { "minBackupDays": 0 } }',
  ],
  "a text that isn't JSON": [
    '{ "deletion-protected": "disabled", }',
    "{ 'deletion-protected': 'disabled' }",
    '{ "deletion-protected": "disabled" } // off',
    '{ "deletion-protected": "mandatory", "deletion-protected": "disabled" }',
    '["deletion-protected"]',
    '"disabled"',
    `{ "${"x".repeat(2 ** 20)}": "disabled" }`,
  ],
};

describe("a wrong edit of the policies' configuration", () => {
  const configurable = rules.map(({ name, level = "mandatory", config = {} }) => ({
    ...{ name, level, settings: config as never },
  }));
  const texts = Object.entries(policyEdits).flatMap(([kind, list]) =>
    list.map((text) => [kind, text] as const),
  );

  it.each(texts)("is refused: %s, %.120s", (_kind, text) => {
    const found = problems(() =>
      reconciled(configurable, parsePolicyConfiguration(text, "dev.json"), "dev.json"),
    );
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) expect(message.length).toBeGreaterThan(8);
  });
});

describe("a wrong edit of a stack file's text", () => {
  const text = readFileSync(join(fixtureRoot, "Pulumi.dev.yaml"), "utf8");
  const tenants = (count: number, of: string) =>
    text.replace(
      "    web:\n",
      () => `${Array.from({ length: count }, (_, at) => `    t${at}: ${of}\n`).join("")}    web:\n`,
    );
  const shapes: Readonly<Record<string, string>> = {
    nothing: "",
    "a list": "- config",
    "no settings": "config:",
    "a key twice": `${text}config: {}\n`,
    "two documents": `${text}---\nconfig: {}\n`,
    "a tab": text.replace("    web:", "\tweb:"),
    "a merge of what isn't there": text.replace("    web:\n", "    web:\n      <<: *base\n"),
    "a value that contains itself": text.replace("{ monthlyUsd: 4000 }", "&a { monthlyUsd: *a }"),
    "a namespace of another project": text.replace("gantry:budget", "gantri:budget"),
    "no namespace": text.replace("gantry:budget", "budget"),
    "a region of another partition": text.replace("us-east-1", "us-gov-west-1"),
    "a region in China": text.replace("us-east-1", "cn-north-1"),
    "a region that is a map": text.replace("us-east-1", "{ toString: us-east-1, valueOf: us-east-1 }"),
    "megabytes of tenants": tenants(100_000, "{}"),
    "more tenants than a ConfigMap holds": tenants(
      6000,
      "{ models: [assistant], requestsPerMinute: 60, tokensPerMinute: 100000, monthlyBudgetUsd: 5 }",
    ),
  };

  it.each(Object.entries(shapes))("is refused: %s", (_, edited) => {
    const found = problems(() =>
      parseConfig({ ...shipped, config: readStackConfig(fixtureRoot, "dev", edited) }),
    );
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) expect(message.length).toBeGreaterThan(8);
  });
});

/** What is said of an edit; any other error is one of ours. */
function problems(read: () => unknown): readonly Problem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return Object.values(error.problems).flat();
    throw error;
  }
}

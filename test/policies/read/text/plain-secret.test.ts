import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  leaves,
  passesSecret,
  plainSecret,
  secretInText,
} from "../../../../policies/read/text/plain-secret.ts";

describe("leaves", () => {
  it("are the innermost ones, each with its own name", () => {
    expect(leaves("values", { grafana: { admin: "x" }, list: [1, { deep: true }] })).toEqual([
      { path: "values.grafana.admin", name: "admin", value: "x" },
      { path: "values.list.0", name: "list", value: 1 },
      { path: "values.list.1.deep", name: "deep", value: true },
    ]);
  });

  it("take the name that stands beside a value", () => {
    expect(leaves("env", [{ name: "HF_TOKEN", value: "x" }])).toContainEqual({
      path: "env.0.value",
      name: "HF_TOKEN",
      value: "x",
    });
  });

  it("end where nothing can be read", () => {
    expect(leaves("values", unknown)).toEqual([{ path: "values", name: "", value: unknown }]);
  });
});

it.each<[string, Value, boolean]>([
  ["password", "hunter2", true],
  ["password", 1234, true],
  ["password", unknown, true],
  ["replicas", unknown, true],
  ["vpcId", unknown, false],
  ["password", "", false],
  ["password", undefined, false],
  ["automountServiceAccountToken", false, false],
  ["password", "os.environ/REDIS_PASSWORD", false],
  ["password", "$(REDIS_PASSWORD)", false],
  ["password", `${"$"}{REDIS_PASSWORD}`, false],
  ["password", `${"$"}{REDIS_PASSWORD:-hunter2}`, true],
  ["password", "$ecret", true],
  ["existingSecret", "grafana-admin", false],
  ["url", "redis://:hunter2@redis.internal", true],
  ["replicas", 2, false],
])("%s set to %o is a secret in clear: %o", (name, value, is) => {
  expect(plainSecret(name, value) !== undefined).toBe(is);
});

describe("a document", () => {
  it.each([
    ["YAML", "general_settings:\n  master_key: sk-1234\n"],
    ["YAML in one line", "general_settings: { master_key: sk-1234 }"],
    ["YAML with the value below", "general_settings:\n  master_key:\n    sk-1234"],
    ["YAML with a text over lines", "master_key: |-\n  sk-1234"],
    ["YAML with an alias", "a: &k sk-1234\nmaster_key: *k"],
    ["JSON", '{ "litellm_params": { "api_key": "abc" } }'],
    ["JSON in a text", '"{\\"api_key\\": \\"abc\\"}"'],
    ["an environment file", "export API_KEY=abc"],
    ["properties", "redis.password = abc"],
    ["a number", "password: 1234"],
  ])("in %s sets a secret", (_, text) => expect(secretInText(text)).toBeDefined());

  it.each([
    ["a reference of the gateway", "master_key: os.environ/LITELLM_MASTER_KEY"],
    ["a reference in quotes", 'api_key: "os.environ/OPENAI_API_KEY"'],
    ["a variable", 'password="$PASSWORD"'],
    ["the output of a command", "token=$(cat /run/token)"],
    ["nothing", "password:\nother: 1"],
    ["an empty text", 'password: ""'],
    ["a structure", "secret:\n  secretName: tls"],
    ["a structure in one line", "secret: { secretName: tls }"],
    ["a list", "token:\n  - name: a"],
    ["a comment", "# password: change it\n// token: x"],
    ["a price", "input_cost_per_token: 0.0000025"],
    ["a limit", "max_tokens: 4096"],
  ])("with %s sets none", (_, text) => expect(secretInText(text)).toBeUndefined());
});

it.each([
  ["--api-key=abc", true],
  ["--api-key", true],
  ["-token", true],
  ["serve --api-key abc", true],
  ["--api-key=$(VLLM_API_KEY)", true],
  ["--tokenizer=a/b", false],
  ["--max-tokens=5", false],
  ["--password-file=/run/password", false],
  ["api-key", false],
])("%s passes a secret by a flag: %o", (text, is) => expect(passesSecret(text)).toBe(is));

it("takes long texts in a time that grows with their length", () => {
  const timed = (text: string) => {
    const start = performance.now();
    secretInText(text);
    passesSecret(text);
    return performance.now() - start;
  };
  for (const part of ["a-", "--", "a=", "://a:", "eyJ", "sk-", "a: \n ", '"a:', "-----BEGIN ", " \t"])
    expect([part, timed(part.repeat(50_000))]).toEqual([part, expect.toSatisfy((ms) => ms < 3000)]);
});

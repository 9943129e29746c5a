import { describe, expect, it } from "vitest";
import { vllmFlags } from "../../../../policies/data/vllm-flags.ts";
import { holdsToken, looksLikeIdentifier, looksSecret } from "../../../../policies/read/text/secret-name.ts";

const token = "sk-0123456789abcdef0123";

describe("a name that looks like a secret's", () => {
  it.each([
    "VLLM_API_KEY",
    "OPENAI_API_KEY",
    "API_KEY_OPENAI",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "LITELLM_MASTER_KEY",
    "LITELLM_SALT_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "PGPASSWORD",
    "REDIS_PASSWORD_2",
    "adminPassword",
    "clientSecret",
    "secretKey",
    "apiKey",
    "apikey",
    "master_key",
    "token",
    "secret",
    "aws.credentials",
    "hub-token",
    "EXTERNAL_TOKEN",
    "INPUT_TOKEN",
    "external_api_key",
    `${"x-".repeat(500)}password`,
  ])("%s", (name) => expect(looksSecret(name)).toBe(true));

  it.each([
    "max_tokens",
    "MAX_TOKENS",
    "tokenizer",
    "tokenizer_revision",
    "TOKENIZERS_PARALLELISM",
    "secretName",
    "existingSecret",
    "existingSecretKey",
    "passwordKey",
    "imagePullSecrets",
    "secretRef",
    "secretKeyRef",
    "GF_SECURITY_ADMIN_PASSWORD__FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "input_cost_per_token",
    "prompt_tokens_total",
    "time_to_first_token_seconds",
    "eos_token",
    "externalSecret",
    "pullSecret",
    "kmsKeyId",
    "LANGFUSE_PUBLIC_KEY",
    "key",
    "keyboard",
    "compass",
    "",
    "password_hash",
    "tokenTtl",
  ])("not %s", (name) => expect(looksSecret(name)).toBe(false));

  it("is one of vLLM's flags only", () => {
    expect(Object.keys(vllmFlags).filter(looksSecret)).toEqual(["--api-key"]);
  });
});

describe("a text that holds a credential", () => {
  it.each([
    ["alone", token],
    ["in a header", `Authorization: Bearer ${token}`],
    ["in base64", Buffer.from(token).toString("base64")],
    ["in base64 with a user", `Basic ${Buffer.from(`user:${token}`).toString("base64")}`],
    ["of the hub", `hf_${"a".repeat(34)}`],
    ["of AWS", "AKIAIOSFODNN7EXAMPLE"],
    ["of GitHub", `ghp_${"a".repeat(36)}`],
    ["of Slack", "https://hooks.slack.com/services/T000/B000/x"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nabc"],
    ["a private key in base64", Buffer.from("-----BEGIN PRIVATE KEY-----\nMIIEvQ").toString("base64")],
    ["a web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln"],
    ["in a URL", "postgres://gantry:hunter2@db.internal/keys"],
    ["in a URL without a user", "redis://:hunter2@redis.internal:6379"],
  ])("%s", (_, text) => expect(holdsToken(text)).toBe(true));

  it.each([
    ["a digest", `vllm/vllm-openai@sha256:${"c1c9f6fd".repeat(8)}`],
    ["a commit", "4da05a8edb55c6046cce958586c33b61da07bb79"],
    ["a URL", "https://huggingface.co/Qwen/Qwen3-8B-AWQ"],
    ["a URL with a port and an address", "https://models.internal:443/a@b"],
    ["a password by reference", "redis://:$(REDIS_PASSWORD)@redis.internal:6379"],
    ["an ARN", "arn:aws:secretsmanager:us-east-1:111122223333:secret:gantry/dev/engine-api-key"],
    ["a word with a dash", "disk-0123456789abcdef0123"],
    ["a certificate", "-----BEGIN CERTIFICATE-----"],
  ])("not %s", (_, text) => expect(holdsToken(text)).toBe(false));
});

it.each([
  ["vpcId", true],
  ["QUEUE_ARN", true],
  ["host", true],
  ["key-hashes", true],
  ["secretId", true],
  ["password", false],
  ["AWS_ACCESS_KEY_ID", false],
  ["values", false],
  ["", false],
])("%s is what another resource tells: %o", (name, is) => expect(looksLikeIdentifier(name)).toBe(is));

import { expect, it } from "vitest";
import { noPlaintextSecret as rule } from "../../../../policies/rules/secrets/no-plaintext-secret.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, engine, everyWorkload } from "../../workload.ts";

const token = "sk-0123456789abcdef0123";
const from = (valueFrom: Wire) => ({ name: "VLLM_API_KEY", valueFrom });
const referred = from({ secretKeyRef: { name: "engine-api-key", key: "key" } });
const env = (...env: readonly Wire[]) => deployment([{ ...engine, env }]);
const args = (...args: readonly Wire[]) => deployment([{ ...engine, args }]);
const configMap = (data: Wire, more: Given["props"] = {}): Given => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "gateway",
  props: { metadata: { name: "gateway" }, data, ...more },
});
const release = (values: Wire, type = "kubernetes:helm.sh/v3:Release"): Given => ({
  type,
  name: "monitoring",
  props: { chart: "kube-prometheus-stack", values },
});
const of = (type: string, props: Given["props"]): Given => ({ type, name: "object", props });
const secretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf";
const at = (path: string) => [`chat-blue#containers.engine.${path}`];

cases(rule, {
  passes: [
    ["a key from a Secret", env(referred, { name: "HOME", value: "/cache" })],
    [
      "names that only look like it",
      env({ name: "MAX_TOKENS", value: "4096" }, { name: "TOKENIZER", value: "a/b" }),
    ],
    ["a path to a key", env({ name: "API_KEY_FILE", value: "/run/secrets/key" })],
    ["a variable without a value", env({ name: "VLLM_API_KEY" })],
    ["another variable's value", env(referred, { name: "OPENAI_API_KEY", value: "$(VLLM_API_KEY)" })],
    ["an identifier that AWS gives", env({ name: "VPC_ID", value: unknown })],
    ["an engine's arguments", args("Qwen/Qwen3-8B-AWQ", "--tokenizer=a/b", "--max-num-batched-tokens=8192")],
    ["a password from a file", args("--password-file=/run/secrets/password")],
    ["the gateway's references", configMap({ "config.yaml": "master_key: os.environ/LITELLM_MASTER_KEY\n" })],
    ["code", configMap({ "auth.py": 'api_key = headers.get("x-api-key")\n' })],
    ["hashes that are known later", configMap({ "key-hashes": unknown })],
    [
      "names of Secrets in a chart",
      release({ grafana: { admin: { existingSecret: "a", passwordKey: "password" } } }),
    ],
    ["a switch in a chart", release({ serviceAccount: { automountServiceAccountToken: false } })],
    [
      "a secret's own value, which another rule follows to its origin",
      {
        type: "aws:secretsmanager/secretVersion:SecretVersion",
        name: "key",
        props: { secretId: "gantry-dev/key", secretString: secret(token) },
      },
    ],
    ["a v4 chart without values", release(null, "kubernetes:helm.sh/v4:Chart")],
    ["a password's Secret in a chart", release({ adminPasswordSecret: "grafana-admin" })],
    ["the ARN of a secret", env({ name: "SECRET_ARN", value: secretArn })],
    ["the ARN of a secret in a document", configMap({ "app.yaml": `secret_arn: ${secretArn}\n` })],
    [
      "the ARN of a secret for a function",
      of("aws:lambda/function:Function", {
        environment: { variables: { SECRET_ARN: secretArn, DB_PASSWORD: secretArn } },
      }),
    ],
    [
      "a choice about tokens",
      of("aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration", {
        instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      }),
    ],
    [
      "units of tokens' validity",
      of("aws:cognito/userPoolClient:UserPoolClient", {
        generateSecret: true,
        tokenValidityUnits: { accessToken: "minutes", idToken: "hours", refreshToken: "days" },
      }),
    ],
    [
      "a build's variables that name secrets",
      of("aws:codebuild/project:Project", {
        environment: {
          environmentVariables: [
            { name: "NPM_TOKEN", type: "SECRETS_MANAGER", value: "ci/npm:token" },
            { name: "DB_PASSWORD", type: "PARAMETER_STORE", value: "/ci/db-password" },
          ],
        },
      }),
    ],
    [
      "the file of a key",
      of("aws:appmesh/virtualNode:VirtualNode", {
        spec: { listeners: [{ tls: { certificate: { file: { privateKey: "/keys/key.pem" } } } }] },
      }),
    ],
    [
      "how passwords are encrypted",
      of("kubernetes:postgresql.cnpg.io/v1:Cluster", {
        spec: { postgresql: { parameters: { password_encryption: "scram-sha-256" } } },
      }),
    ],
    [
      "a generator's keys",
      of("kubernetes:generators.external-secrets.io/v1alpha1:Password", {
        spec: { length: 42, secretKeys: ["password"] },
      }),
    ],
    [
      "the name of a Secret",
      of("kubernetes:traefik.io/v1alpha1:Middleware", { spec: { basicAuth: { secret: "callers" } } }),
    ],
  ],
  reports: [
    [
      "a build's variable with a token",
      of("aws:codebuild/project:Project", {
        environment: { environmentVariables: [{ name: "NPM_TOKEN", type: "PLAINTEXT", value: "hunter2" }] },
      }),
      ["object#environment.environmentVariables.0.value"],
    ],
    [
      "a secret that isn't the name of one",
      of("kubernetes:traefik.io/v1alpha1:Middleware", { spec: { basicAuth: { secret: "hunter2" } } }),
      ["object#spec.basicAuth.secret"],
    ],
    [
      "a password beside an ARN",
      env({ name: "SETTINGS", value: `${secretArn} password=hunter2` }),
      at("env.0"),
    ],
    ["a key in a variable", env({ name: "VLLM_API_KEY", value: "the-key" }), at("env.0")],
    ["a key that is known later", env({ name: "VLLM_API_KEY", value: unknown }), at("env.0")],
    ["a secret key", env({ name: "VLLM_API_KEY", value: secret("the-key") }), at("env.0")],
    ["a key that is a number", env({ name: "VLLM_API_KEY", value: 1234 }), at("env.0")],
    ["a key from a ConfigMap", env(from({ configMapKeyRef: { name: "a", key: "b" } })), at("env.0")],
    ["a key from somewhere", env(from(unknown)), at("env.0")],
    [
      "a key that a later entry replaces",
      env({ name: "VLLM_API_KEY", value: "the-key" }, referred),
      at("env.0"),
    ],
    ["a token under another name", env({ name: "HEADER", value: `Bearer ${token}` }), at("env.0")],
    ["a token in base64", env({ name: "DATA", value: Buffer.from(token).toString("base64") }), at("env.0")],
    [
      "a password in a URL",
      env({ name: "REDIS_URL", value: "redis://:hunter2@redis.internal:6379" }),
      at("env.0"),
    ],
    ["a document in a variable", env({ name: "CONFIG", value: '{"api_key": "abc"}' }), at("env.0")],
    [
      "each of several, beside what can't be read",
      env(unknown, { name: "A_TOKEN", value: "x" }, { name: unknown, value: "y" }, referred, {
        name: "X",
        value: token,
      }),
      [...at("env.0"), ...at("env.1"), ...at("env.2"), ...at("env.4")],
    ],
    ["unknown variables", deployment([{ ...engine, env: unknown }]), at("env.0")],
    ["variables that are no list", deployment([{ ...engine, env: { VLLM_API_KEY: "x" } }]), at("env.0")],
    ["a value that may be anything", env({ name: "EXTRA", value: unknown }), at("env.0")],
    ["a flag for a key", args("Qwen/Qwen3-8B-AWQ", "--api-key=the-key"), at("args.1")],
    ["a flag before the key", args("--api-key", "the-key"), at("args.0")],
    ["a flag with a reference, which the process list shows", args("--api-key=$(KEY)"), at("args.0")],
    ["a token among the arguments", args("--header", token), at("args.1")],
    ["an unknown argument", args(unknown, "--max-model-len=1"), at("args.0")],
    [
      "a script",
      deployment([{ ...engine, command: ["sh", "-c", "API_KEY=abc vllm serve"] }]),
      at("command.2"),
    ],
    [
      "a header of a probe",
      deployment([
        {
          ...engine,
          livenessProbe: { httpGet: { httpHeaders: [{ name: "X-Api-Key", value: "abc" }] } },
        },
      ]),
      at("livenessProbe.httpGet.httpHeaders.0.value"),
    ],
    [
      "a bad init container beside a good one",
      deployment([engine], { initContainers: [{ name: "stage", env: [{ name: "HF_TOKEN", value: "x" }] }] }),
      ["chat-blue#initContainers.stage.env.0"],
    ],
    [
      "an ephemeral container",
      deployment([engine], { ephemeralContainers: [{ name: "look", args: ["--token=x"] }] }),
      ["chat-blue#ephemeralContainers.look.args.0"],
    ],
    ["a gateway's key", configMap({ "config.yaml": "master_key: sk-1234\n" }), ["gateway#data.config.yaml"]],
    ["an entry that is a key", configMap({ password: "hunter2", region: "a" }), ["gateway#data.password"]],
    ["a token in code", configMap({ "auth.py": `key = "${token}"` }), ["gateway#data.auth.py"]],
    [
      "a token in bytes",
      configMap({}, { binaryData: { file: Buffer.from(`key=${token}`).toString("base64") } }),
      ["gateway#binaryData.file"],
    ],
    ["unknown code", configMap({ "auth.py": unknown }), ["gateway#data.auth.py"]],
    ["an unknown document", configMap({ "config.yaml": unknown, region: "a" }), ["gateway#data.config.yaml"]],
    ["unknown data", configMap(unknown), ["gateway#data"]],
    ["data that is a list", configMap(["a"]), ["gateway#data"]],
    [
      "a default password",
      release({ grafana: { adminPassword: "prom-operator" } }),
      ["monitoring#values.grafana.adminPassword"],
    ],
    [
      "a generated password",
      release({ grafana: { adminPassword: unknown } }),
      ["monitoring#values.grafana.adminPassword"],
    ],
    [
      "a variable in a chart",
      release({ extraEnv: [{ name: "API_TOKEN", value: "x" }] }, "kubernetes:helm.sh/v4:Chart"),
      ["monitoring#values.extraEnv.0.value"],
    ],
    [
      "a document in a chart",
      release({ config: "receivers:\n- slack_api_token: abc" }),
      ["monitoring#values.config"],
    ],
    [
      "each of several",
      release({ a: { token: "x" }, b: [{ secret: "y" }], c: unknown }),
      ["monitoring#values.a.token", "monitoring#values.b.0.secret", "monitoring#values.c"],
    ],
    ["unknown values", release(unknown), ["monitoring#values"]],
  ],
});

it("looks into every kind of workload", async () => {
  const bad = { containers: [{ ...engine, env: [{ name: "VLLM_API_KEY", value: "x" }] }] };
  for (const workload of everyWorkload(bad))
    expect([workload.type, (await findings(rule, workload)).length]).toEqual([workload.type, 1]);
});

it("shows neither a value nor the name of a variable", async () => {
  const [found] = await judge(rule, env({ name: "CANARY_TOKEN", value: "CANARY" }));
  expect(found).toMatchObject({
    where: "chat-blue, container engine",
    found: "variable 0 has a value under a name that looks like a secret's",
    allowed:
      "valueFrom.secretKeyRef, the name of a Secret, or os.environ/NAME in a gateway's configuration; everything else known at preview",
    fix: rule.fix,
    id: "no-plaintext-secret[chat-blue#containers.engine.env.0]",
  });
  expect(found?.message).not.toContain("CANARY");
});

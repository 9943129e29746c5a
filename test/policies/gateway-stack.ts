import { stringify } from "yaml";
import { type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { type Given, withField } from "../support/policy.ts";

/** The configuration of a gateway as it should be: two models of ours, one hosted, prompts in one bucket. */
export const settings: Properties = {
  model_list: [
    {
      model_name: "chat",
      litellm_params: {
        model: "hosted_vllm/chat",
        api_base: "http://chat.models.internal/v1",
        api_key: "os.environ/ENGINE_API_KEY",
        rpm: 600,
        tpm: 400_000,
        silent_model: "chat-standby",
      },
      model_info: { input_cost_per_token: 0.000002, output_cost_per_token: 0.000006 },
    },
    {
      model_name: "chat-standby",
      litellm_params: {
        model: "hosted_vllm/chat",
        api_base: "http://chat-green.models.internal/v1",
        api_key: "os.environ/ENGINE_API_KEY",
        max_parallel_requests: 8,
        stream_timeout: 10,
      },
      model_info: { input_cost_per_token: 0.000002, output_cost_per_token: 0.000006 },
    },
    {
      model_name: "opus",
      litellm_params: {
        model: "anthropic/claude-opus-4-8",
        api_key: "os.environ/ANTHROPIC_API_KEY",
        rpm: 60,
        tpm: 100_000,
      },
    },
  ],
  router_settings: {
    routing_strategy: "simple-shuffle",
    redis_host: "gantry-dev.cache.internal",
    redis_port: 6379,
    redis_password: "os.environ/REDIS_PASSWORD",
    optional_pre_call_checks: ["enforce_model_rate_limits"],
    stream_timeout: 30,
    timeout: 600,
    num_retries: 2,
    fallbacks: [{ chat: ["opus"] }],
    model_group_alias: { assistant: "chat" },
  },
  litellm_settings: {
    request_timeout: 600,
    require_auth_for_metrics_endpoint: true,
    callbacks: ["prometheus", "extension.hooks"],
    success_callback: ["s3_v2"],
    s3_callback_params: { s3_bucket_name: "gantry-dev-prompts", s3_region_name: "us-east-1" },
    json_logs: true,
  },
  general_settings: {
    master_key: "os.environ/LITELLM_MASTER_KEY",
    custom_auth: "extension.authenticate",
    reject_clientside_metadata_tags: true,
    store_model_in_db: false,
  },
};

const hash = (digit: string) => digit.repeat(64);
export const tenant: Properties = {
  models: ["assistant", "opus"],
  requestsPerMinute: 60,
  tokensPerMinute: 100_000,
  requestsPerDay: 5000,
  tokensPerDay: 2_000_000,
  parallelRequests: 8,
  monthlyBudgetUsd: 200,
  inputTokens: 16_384,
  inputCharacters: 16_384,
  users: { requestsPerMinute: 10 },
  keys: [hash("a"), hash("b")],
};
export const tenants: Properties = { tenants: { web: tenant, batch: { ...tenant, keys: "generated" } } };

/** What the gateway reads, as a ConfigMap keeps it. */
export function documents(data: Wire, name = "gateway"): Given {
  return {
    type: "kubernetes:core/v1:ConfigMap",
    name,
    props: { metadata: { name, namespace: "gateway" }, data },
  };
}

/** A ConfigMap with one configuration: the good one unless another, or its text, is given. */
export function configMap(config: Properties | string = settings): Given {
  const text = typeof config === "string" ? config : stringify(config);
  return documents({ "config.yaml": text, "tenants.yaml": stringify(tenants) });
}

/** The good configuration with one setting replaced, or taken out where the value is `undefined`. */
export function configWith(path: string, value: Wire | undefined): Given {
  return configMap(withField(settings, path, value));
}

/** The good documents with one tenant's field replaced or taken out. */
export function tenantsWith(path: string, value: Wire | undefined): Given {
  return documents({ "tenants.yaml": stringify(withField(tenants, path, value)) });
}

const secretKey = (name: string, key: string): Properties => ({
  name,
  valueFrom: { secretKeyRef: { name: "gateway", key } },
});

export const container: Properties = {
  name: "gateway",
  image: "ghcr.io/berriai/litellm@sha256:bd089afdcd35b894b14a93f9743cdc8b591f82da1a38dd43a010a7b0c9de5fd7",
  args: ["--config=/etc/litellm/config.yaml", "--port=4000", "--keepalive_timeout", "620"],
  env: [
    secretKey("LITELLM_MASTER_KEY", "master-key"),
    secretKey("ENGINE_API_KEY", "engine-api-key"),
    secretKey("ANTHROPIC_API_KEY", "anthropic"),
    secretKey("REDIS_PASSWORD", "redis-password"),
    { name: "LITELLM_MODE", value: "PRODUCTION" },
    { name: "LITELLM_LOG", value: "WARNING" },
    { name: "GANTRY_TENANTS", value: "/etc/litellm/tenants.yaml" },
  ],
  volumeMounts: [{ name: "config", mountPath: "/etc/litellm", readOnly: true }],
};

export const pod: Properties = {
  containers: [container],
  volumes: [{ name: "config", configMap: { name: "gateway" } }],
};

export function deployment(spec: Wire = pod): Given {
  return {
    type: "kubernetes:apps/v1:Deployment",
    name: "gateway",
    props: {
      metadata: { name: "gateway", namespace: "gateway" },
      spec: {
        template: {
          metadata: { labels: { "app.kubernetes.io/version": "1.103.0" } },
          spec,
        },
      },
    },
  };
}

/** The gateway's Deployment with one field of its container replaced, or taken out. */
export function containerWith(path: string, value: Wire | undefined): Given {
  return deployment({ ...pod, containers: [withField(container, path, value)] });
}

const bucket: Given = {
  type: "aws:s3/bucket:Bucket",
  name: "prompts",
  props: { bucket: "gantry-dev-prompts" },
};
export const encryption: Given = {
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  name: "prompts",
  props: {
    bucket: unknown,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: unknown } }],
  },
  behind: { bucket: [bucket] },
};
export const lifecycle: Given = {
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  name: "prompts",
  props: {
    bucket: unknown,
    rules: [
      {
        id: "tidy",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { days: 30 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
      },
    ],
  },
  behind: { bucket: [bucket] },
};
/** Where prompts are logged to. */
export const promptBucket: readonly Given[] = [bucket, encryption, lifecycle];

/** A whole gateway that every rule about gateways accepts. */
export const gatewayStack: readonly Given[] = [configMap(), deployment(), ...promptBucket];

/** The whole gateway with one of its resources replaced by another of its type and name. */
export function stackWith(...changed: readonly Given[]): readonly Given[] {
  return gatewayStack.map(
    (given) => changed.find(({ type, name }) => type === given.type && name === given.name) ?? given,
  );
}

/** Where a finding about the configuration is, as cases state it. */
export const inConfig = (path: string) => `gateway#data.config.yaml.${path}`;

/** Configurations that can't be read, and where each is reported. */
export const unreadable: readonly (readonly [what: string, given: Given, found: readonly string[]])[] = [
  ["a text that is not known", documents({ "config.yaml": unknown }), ["gateway#data.config.yaml"]],
  ["data that is not known", documents(unknown), ["gateway#data"]],
  ["data that is a text", documents("model_list: []"), ["gateway#data"]],
  ["a configuration that is no text", documents({ "config.yaml": 3 }), ["gateway#data.config.yaml"]],
  ["a configuration that is no YAML", configMap("general_settings: {"), ["gateway#data.config.yaml"]],
  [
    "a configuration with a key twice",
    configMap("model_list: []\nmodel_list: []"),
    ["gateway#data.config.yaml"],
  ],
];

/** The same configuration in other resources and notations, which all count alike. */
export function elsewhere(
  config: Properties,
): readonly (readonly [what: string, given: Given, path: string])[] {
  const text = stringify(config);
  const secret = (props: Properties): Given => ({
    type: "kubernetes:core/v1:Secret",
    name: "gateway",
    props: { metadata: { name: "gateway", namespace: "gateway" }, ...props },
  });
  const encoded = Buffer.from(text).toString("base64");
  return [
    ["in JSON", documents({ "config.yaml": JSON.stringify(config) }), "data.config.yaml"],
    ["under another key", documents({ settings: text }), "data.settings"],
    ["in a Secret's text", secret({ stringData: { "config.yaml": text } }), "stringData.config.yaml"],
    ["in a Secret", secret({ data: { "config.yaml": encoded } }), "data.config.yaml"],
    [
      "written into a ConfigMap",
      { ...documents({ "config.yaml": text }), type: "kubernetes:core/v1:ConfigMapPatch" },
      "data.config.yaml",
    ],
    [
      "in binary data",
      { ...documents({}), props: { binaryData: { "config.yaml": encoded } } },
      "binaryData.config.yaml",
    ],
  ];
}

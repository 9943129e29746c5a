import { promptLoggingDeclared as rule } from "../../../../policies/rules/serving/prompt-logging-declared.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import {
  configMap,
  configWith,
  containerWith,
  deployment,
  documents,
  encryption,
  container as gateway,
  gatewayStack,
  inConfig,
  lifecycle,
  pod,
  promptBucket,
  stackWith,
} from "../../gateway-stack.ts";
import { engine, deployment as engineDeployment } from "../../workload.ts";

const setting = (path: string, value: Wire | undefined) => stackWith(configWith(path, value));
const litellm = (field: string) => `litellm_settings.${field}`;
const sink = [inConfig(litellm("s3_callback_params.s3_bucket_name"))];
const engineWith = (fields: Readonly<Record<string, Wire>>) => engineDeployment([{ ...engine, ...fields }]);
const engineArgs = (...args: readonly string[]) => engineWith({ args: ["/models/qwen3", ...args] });
const engineEnv = (name: string, value: Wire) => engineWith({ env: [{ name, value }] });
const gatewayEnv = (name: string, value: Wire) => stackWith(containerWith("env", [{ name, value }]));
const gpu = { resources: { limits: { "nvidia.com/gpu": "1" } } };
const atEngine = ["chat-blue#containers.engine.args"];
const atEngineEnv = ["chat-blue#containers.engine.env.0"];
const atGatewayEnv = ["gateway#containers.gateway.env.0"];
const changed = (given: Given, path: string, value: Wire | undefined): readonly Given[] =>
  stackWith({ ...given, props: withField(given.props, path, value) });
const forgets = (path: string, value: Wire | undefined) => changed(lifecycle, `rules.0.${path}`, value);
const bucket = promptBucket[0] as Given;

cases(rule, {
  passes: [
    ["prompts in one bucket, metrics elsewhere", gatewayStack],
    ["no prompts at all", configWith(litellm("success_callback"), [])],
    [
      "any callback without messages",
      [configMap({ litellm_settings: { callbacks: ["langfuse"], turn_off_message_logging: true } })],
    ],
    ["a quiet engine", engineArgs("--no-enable-log-requests")],
    ["levels in capitals and small", engineEnv("VLLM_LOGGING_LEVEL", "info")],
    ["an engine's secret level", engineEnv("VLLM_LOGGING_LEVEL", secret("WARNING"))],
    ["Ollama, which has no flag that logs prompts", engineWith({ image: "ollama/ollama:1", args: unknown })],
    ["what asks for a GPU and is no known engine", engineWith({ ...gpu, image: "acme/embed:1", args: [] })],
    ["a router's plain level", setting("router_settings.debug_level", "INFO")],
    ["what is plainly off", setting("general_settings.store_prompts_in_spend_logs", false)],
    ["sooner forgotten", forgets("expiration.days", 7)],
    [
      "both layers of encryption",
      changed(encryption, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms:dsse"),
    ],
    [
      "containers of others",
      engineDeployment([{ name: "proxy", image: "envoy:1", args: ["--log-level=debug"] }]),
    ],
    [
      "another quiet callback on the list",
      stackWith(configWith(litellm("callbacks"), ["datadog_metrics"])),
      { config: { quietCallbacks: ["datadog_metrics"] } },
    ],
  ],
  reports: [
    ["a request log", engineArgs("--enable-log-requests"), atEngine],
    ["a request log with underscores", engineArgs("--enable_log_requests"), atEngine],
    ["an engine's arguments that are not known", engineWith({ args: unknown }), atEngine],
    ["an engine behind a shell", engineWith({ command: ["sh", "-c"], args: ["vllm serve x"] }), atEngine],
    ["an engine's debug level", engineEnv("VLLM_LOGGING_LEVEL", "DEBUG"), atEngineEnv],
    ["a level that is not known", engineEnv("VLLM_LOGGING_LEVEL", unknown), atEngineEnv],
    [
      "a level by reference",
      engineWith({
        env: [{ name: "VLLM_LOGGING_LEVEL", valueFrom: { configMapKeyRef: { name: "x", key: "y" } } }],
      }),
      atEngineEnv,
    ],
    ["a file with levels", engineEnv("VLLM_LOGGING_CONFIG_PATH", "/x.json"), atEngineEnv],
    ["a server's own debugging", engineEnv("VLLM_DEBUG_LOG_API_SERVER_RESPONSE", "1"), atEngineEnv],
    ["variables that are not known", engineWith({ env: unknown }), ["chat-blue#containers.engine.env"]],
    [
      "variables from elsewhere",
      engineWith({ envFrom: [{ secretRef: { name: "x" } }] }),
      ["chat-blue#containers.engine.env"],
    ],
    [
      "an image that is not known",
      engineDeployment([{ name: "a", image: unknown }]),
      ["chat-blue#containers.a"],
    ],
    [
      "a command line that is not known",
      engineWith({ image: "envoy:1", args: unknown }),
      ["chat-blue#containers.engine"],
    ],
    [
      "each engine",
      engineDeployment([{ ...engine, args: ["/m", "--enable-log-requests"] }], {
        initContainers: [{ ...engine, args: ["/m", "--enable-log-requests"] }],
      }),
      [...atEngine, "chat-blue#initContainers.engine.args"],
    ],
    [
      "a gateway's debug flag",
      stackWith(containerWith("args", ["--detailed_debug"])),
      ["gateway#containers.gateway.args"],
    ],
    [
      "both of its flags",
      stackWith(containerWith("args", ["--debug", "--detailed_debug"])),
      ["gateway#containers.gateway.args", "gateway#containers.gateway.args"],
    ],
    [
      "a debug flag of a gateway that asks for a GPU",
      [deployment({ ...pod, containers: [{ ...gateway, ...gpu, args: ["--debug"] }] })],
      ["gateway#containers.gateway.args"],
    ],
    [
      "a gateway's arguments that can't be read",
      stackWith(containerWith("args", unknown)),
      ["gateway#containers.gateway.args"],
    ],
    ["a gateway's debug level", gatewayEnv("LITELLM_LOG", "DEBUG"), atGatewayEnv],
    ["a gateway's switch", gatewayEnv("DETAILED_DEBUG", "True"), atGatewayEnv],
    [
      "prompts in the database",
      setting("general_settings.store_prompts_in_spend_logs", true),
      [inConfig("general_settings.store_prompts_in_spend_logs")],
    ],
    ["a talkative library", setting(litellm("set_verbose"), true), [inConfig(litellm("set_verbose"))]],
    [
      "raw requests",
      setting(litellm("log_raw_request_response"), "true"),
      [inConfig(litellm("log_raw_request_response"))],
    ],
    [
      "a talkative router",
      setting("router_settings.set_verbose", true),
      [inConfig("router_settings.set_verbose")],
    ],
    [
      "a router's debug level",
      setting("router_settings.debug_level", "DEBUG"),
      [inConfig("router_settings.debug_level")],
    ],
    [
      "teams with callbacks of their own",
      setting(litellm("default_team_settings"), [{ team_id: "a" }]),
      [inConfig(litellm("default_team_settings"))],
    ],
    [
      "a second callback beside the bucket",
      setting(litellm("success_callback"), ["s3_v2", "langfuse"]),
      [inConfig(litellm("success_callback.1"))],
    ],
    [
      "one for failures",
      setting(litellm("failure_callback"), ["sentry"]),
      [inConfig(litellm("failure_callback.0"))],
    ],
    ["one that is no list", setting(litellm("callbacks"), "langfuse"), [inConfig(litellm("callbacks"))]],
    [
      "cold storage elsewhere",
      setting(litellm("cold_storage_custom_logger"), "gcs_bucket"),
      [inConfig(litellm("cold_storage_custom_logger"))],
    ],
    [
      "messages turned off by a text",
      [configMap({ litellm_settings: { callbacks: ["langfuse"], turn_off_message_logging: "true" } })],
      [inConfig(litellm("callbacks.0"))],
    ],
    [
      "a callback that is no text, without messages",
      [configMap({ litellm_settings: { callbacks: [1], turn_off_message_logging: true } })],
      [inConfig(litellm("callbacks.0"))],
    ],
    ["no bucket named", setting(litellm("s3_callback_params"), undefined), sink],
    [
      "a bucket from a variable",
      setting(litellm("s3_callback_params.s3_bucket_name"), "os.environ/BUCKET"),
      sink,
    ],
    ["another owner's bucket", setting(litellm("s3_callback_params.s3_bucket_name"), "acme-logs"), sink],
    ["a bucket without a name of its own", stackWith({ ...bucket, props: {} }), sink],
    ["two buckets of one name", [...gatewayStack, { ...bucket, name: "second" }], sink],
    [
      "another service",
      setting(litellm("s3_callback_params.s3_endpoint_url"), "https://s3.example.com"),
      [inConfig(litellm("s3_callback_params.s3_endpoint_url"))],
    ],
    [
      "S3's own key",
      changed(encryption, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "AES256"),
      sink,
    ],
    ["encryption of another bucket", stackWith({ ...encryption, behind: { bucket: [] } }), sink],
    ["no encryption", gatewayStack.filter(({ type }) => type !== encryption.type), sink],
    ["no expiry", gatewayStack.filter(({ type }) => type !== lifecycle.type), sink],
    [
      "a second expiry that is disabled",
      [
        ...gatewayStack,
        { ...lifecycle, name: "later", props: withField(lifecycle.props, "rules.0.status", "Disabled") },
      ],
      sink,
    ],
    ["expiry of another bucket", stackWith({ ...lifecycle, behind: { bucket: [] } }), sink],
    ["an expiry that is disabled", forgets("status", "Disabled"), sink],
    ["an expiry of a part", forgets("filter.prefix", "a/"), sink],
    ["an expiry of what is tagged", forgets("filter", { tag: { key: "a", value: "b" } }), sink],
    ["a late expiry", forgets("expiration.days", 31), sink],
    ["an expiry on a date", forgets("expiration", { date: "2030-01-01" }), sink],
    ["old versions without expiry", forgets("noncurrentVersionExpiration", undefined), sink],
    ["an expiry that is not known", forgets("expiration.days", unknown), sink],
    ["a configuration that is not known", stackWith(documents(unknown)), ["gateway#data"]],
    [
      "a configuration that is no YAML",
      stackWith(configMap("litellm_settings: [")),
      ["gateway#data.config.yaml"],
    ],
    ["fewer days", gatewayStack, sink, { config: { maxPromptDays: 7 } }],
    [
      "another sink",
      gatewayStack,
      ["stack#configuration.promptSinks"],
      { config: { promptSinks: ["langfuse"] } },
    ],
    ["workloads that are not known", [deployment(unknown)], ["gateway#containers"]],
  ],
});

import type { Finding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { readsOfBuckets, unfitForPrompts } from "../../read/aws/prompt-bucket.ts";
import { type EngineKind, engineArguments, engineKind, engineSettings } from "../../read/engine/engine.ts";
import { gatewayArguments } from "../../read/gateway/gateway-arguments.ts";
import { inGatewayConfigs, mustBeAbsent, mustBeOff } from "../../read/gateway/gateway-config.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { callbackLists, listedAt } from "../../read/gateway/gateway-modules.ts";
import { hooks } from "../../read/gateway/gateway-settings.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import {
  engineLogVariables,
  gatewayLogVariables,
  verboseVariables,
} from "../../read/kubernetes/log-variables.ts";

const callback = "^[a-z0-9_]+(?:\\.[A-Za-z0-9_]+)*$";

const settings = {
  ...engineSettings,
  promptSinks: strings("Callbacks that may write prompts into a bucket of the stack.", {
    pattern: "^s3_v2$",
    default: ["s3_v2"],
  }),
  quietCallbacks: strings("Callbacks that don't write prompts.", {
    pattern: callback,
    default: ["prometheus", hooks],
  }),
  maxPromptDays: integer("Maximum days until logged prompts expire.", {
    minimum: 1,
    maximum: 365,
    default: 30,
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const promptLoggingDeclared: StackRule<typeof settings> = {
  name: "prompt-logging-declared",
  title: "Prompts are logged only to an encrypted bucket of the stack, where they expire.",
  why: "Prompts contain confidential data; in a debug log or at a third party they are stored unnoticed and without expiry.",
  fix: "Leave debug flags and levels off; log with s3_v2 into a bucket of the stack with a KMS key and an expiry, or set turn_off_message_logging to true.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check the logging of prompts" },
  resourceTypes: [...workloads, ...documentCarriers, ...readsOfBuckets],
  example: {
    good: "litellm_settings: { callbacks: [prometheus], success_callback: [s3_v2], s3_callback_params: { s3_bucket_name: gantry-dev-prompts } }",
    bad: "litellm_settings: { success_callback: [langfuse] }",
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const resource of resources) {
      const found = inGatewayConfigs(resource, (root) => inConfig(root, { resources, config }));
      yield* found.map((finding) => ({ ...finding, resource }));
      for (const container of containers(resource))
        for (const finding of inContainer(container, config)) yield { ...finding, resource };
    }
  },
};

function* inContainer(container: Container, config: Config): Iterable<Finding> {
  const kind = engineKind(container, config);
  const gateway = isGateway(container);
  // A gateway that requests a GPU also counts as an engine of unknown kind.
  if (gateway === true) yield* inGateway(container);
  if (kind !== unknown && kind !== undefined) yield* inEngine(container, kind);
  else if (gateway === unknown)
    yield {
      path: container.path,
      where: container.where,
      problem: "whether this receives prompts isn't known at preview",
      allowed: "an image and a command line known at preview",
    };
}

/** Flags of engines that log prompts or answers. [vllm/entrypoints/openai/cli_args.py] */
const logFlags = ["--enable-log-requests", "--enable-log-outputs", "--enable-log-deltas"];
const noLogs = "no flag that logs requests or outputs, in arguments known at preview";

function* inEngine(container: Container, kind: EngineKind | "other"): Iterable<Finding> {
  yield* verboseVariables(container, engineLogVariables);
  // Ollama has no flag that logs prompts, and containers of unknown kind are covered by engine-command-readable.
  if (kind === "other" || kind === "ollama") return;
  const path = `${container.path}.args`;
  const { where } = container;
  const args = engineArguments(container, kind);
  if (!args.readable)
    yield { path, where, problem: `the engine's arguments can't be read: ${args.reason}`, allowed: noLogs };
  else
    for (const flag of logFlags.filter((name) => args.flags.get(name) === true))
      yield { path, where, problem: `${flag} writes prompts or answers to the log`, allowed: noLogs };
}

function* inGateway(container: Container): Iterable<Finding> {
  yield* verboseVariables(container, gatewayLogVariables);
  const path = `${container.path}.args`;
  const { where } = container;
  const args = gatewayArguments(container);
  if (!args.readable)
    yield { path, where, problem: `the gateway's arguments can't be read: ${args.reason}`, allowed: noLogs };
  else
    for (const flag of ["--debug", "--detailed_debug"].filter((name) => args.flags.has(name)))
      yield { path, where, problem: `${flag} writes prompts to the log`, allowed: noLogs };
}

interface Given {
  readonly resources: readonly StackResource[];
  readonly config: Config;
}

const inLog = "prompts would be logged";

function* inConfig(root: Value, given: Given): Iterable<Finding> {
  yield* mustBeOff(
    root,
    "general_settings.store_prompts_in_spend_logs",
    "prompts would be stored in a database",
  );
  for (const path of [
    "litellm_settings.set_verbose",
    "litellm_settings.log_raw_request_response",
    "router_settings.set_verbose",
  ])
    yield* mustBeOff(root, path, inLog);
  const level = at(root, "router_settings", "debug_level");
  if (level !== undefined && level !== "INFO")
    yield {
      path: "router_settings.debug_level",
      problem: `debug_level is not INFO: ${inLog}`,
      allowed: "INFO",
    };
  yield* mustBeAbsent(root, "litellm_settings.default_team_settings", "teams could set their own callbacks");
  yield* callbacks(root, given);
}

function* callbacks(root: Value, { resources, config }: Given): Iterable<Finding> {
  const { promptSinks, quietCallbacks, maxPromptDays } = config;
  const withoutMessages = at(root, "litellm_settings", "turn_off_message_logging") === true;
  const all = [...callbackLists, "litellm_settings.cold_storage_custom_logger"].flatMap((path) =>
    listedAt(root, path),
  );
  const isSink = (value: Value) => typeof value === "string" && promptSinks.includes(value);
  for (const { path, value } of all) {
    const known = typeof value === "string" && (isSink(value) || quietCallbacks.includes(value));
    if (!known && !(typeof value === "string" && withoutMessages))
      yield {
        path,
        problem: "the callback may send prompts elsewhere",
        allowed: `${[...promptSinks, ...quietCallbacks].join(", ")}, or any with turn_off_message_logging true`,
      };
  }
  if (!all.some(({ value }) => isSink(value))) return;
  const params = at(root, "litellm_settings", "s3_callback_params");
  const path = "litellm_settings.s3_callback_params";
  const problem = unfitForPrompts(at(params, "s3_bucket_name"), { resources, maxDays: maxPromptDays });
  if (problem !== undefined)
    yield {
      path: `${path}.s3_bucket_name`,
      problem: `the destination of logged prompts ${problem}`,
      allowed: `a bucket of this stack with a KMS key, in which everything expires within ${maxPromptDays} days`,
    };
  if (at(params, "s3_endpoint_url") !== undefined)
    yield {
      path: `${path}.s3_endpoint_url`,
      problem: "s3_endpoint_url sends prompts to another service",
      allowed: "absent",
    };
}

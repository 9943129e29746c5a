import { type ScalarTag, stringify } from "yaml";
import { colours } from "../serving/traffic.ts";
import { engineKeyVariable } from "./engine-keys.ts";
import type { Fallbacks, GatewayConfig, ModelEntry } from "./litellm-config.ts";
import {
  type Catalogue,
  longestAnswerSeconds,
  modelsInOrder,
  type SelfHostedModel,
  slotModel,
} from "./models.ts";
import { providerFacts } from "./providers.ts";

export interface GatewayConfigArgs extends Catalogue {
  /** Where Bedrock's models are. */
  readonly region: string;
  /** The minimum number of pods, which share each model's concurrency. */
  readonly pods: number;
}

/** The longest wait for a first token of one try. [policies/rules/traffic/gateway-timeouts-bounded.ts] */
const firstTokenSeconds = 30;
/**
 * How long a hosted model that fails isn't tried: as long as `no_healthy_model` lets callers wait.
 *
 * LiteLLM takes a deployment that is alone behind its name out at once where its key or its name is refused, and
 * otherwise when every request of a minute failed, `requests` at least; a thousand by default. `allowed_fails` would
 * take it out after so many failures among any number of successes, and its default, 3, is as good as absent.
 * [LiteLLM 1.103, litellm/router_utils/cooldown_handlers.py]
 *
 * A self-hosted model is never taken out: behind its one name are all its replicas, of which the load balancer's
 * health checks take out each alone, and during a rotation of its key every engine refuses one of two entries.
 */
const cooldown = { seconds: 30, requests: 5 };
/** Settings that LiteLLM reads only from environment variables. */
export const routerVariables = {
  SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD: String(cooldown.requests),
};

/** LiteLLM's configuration for what an environment serves: the same input gives the same document. */
export function gatewayConfig(args: GatewayConfigArgs): GatewayConfig {
  const { routes } = args;
  const totalSeconds = longestAnswerSeconds(routes);
  return {
    model_list: [
      // Findings name a model by its index: stacks/configuration-keys.ts relies on hosted models being first.
      ...Object.entries(args.hosted).map(([name, model]) => hostedEntry(name, model, args.region)),
      ...Object.entries(args.selfHosted).flatMap(([name, model]) => selfHostedEntries(name, model, args)),
    ],
    router_settings: {
      routing_strategy: "simple-shuffle",
      redis_host: "os.environ/REDIS_HOST",
      redis_port: "os.environ/REDIS_PORT",
      redis_password: "os.environ/REDIS_PASSWORD",
      optional_pre_call_checks: ["enforce_model_rate_limits"],
      stream_timeout: firstTokenSeconds,
      timeout: totalSeconds,
      num_retries: 2,
      retry_policy: {
        BadRequestErrorRetries: 0,
        AuthenticationErrorRetries: 0,
        ContentPolicyViolationErrorRetries: 0,
        // Another try of a silent model doubles the wait; the next model answers sooner.
        TimeoutErrorRetries: 0,
        RateLimitErrorRetries: 1,
        InternalServerErrorRetries: 2,
      },
      retry_after: 1,
      cooldown_time: cooldown.seconds,
      model_group_alias: Object.fromEntries(
        Object.entries(routes).flatMap(([name, route]) => {
          const [first] = modelsInOrder(route);
          return first === undefined ? [] : [[name, first]];
        }),
      ),
      fallbacks: fallbacksOf(routes, (route) => modelsInOrder(route).slice(1)),
      context_window_fallbacks: fallbacksOf(routes, ({ fallbacks }) => fallbacks.contextWindow),
      content_policy_fallbacks: fallbacksOf(routes, ({ fallbacks }) => fallbacks.contentPolicy),
    },
    litellm_settings: {
      request_timeout: totalSeconds,
      callbacks: ["extension.hooks"],
      require_auth_for_metrics_endpoint: true,
      // Parameters that a provider doesn't know are left out in place of an error.
      drop_params: true,
      json_logs: true,
    },
    general_settings: {
      master_key: "os.environ/LITELLM_MASTER_KEY",
      custom_auth: "extension.authenticate",
      reject_clientside_metadata_tags: true,
      store_model_in_db: false,
    },
  };
}

/**
 * The YAML document of a configuration: long lines stay whole, so that a change shows as one line, and small numbers are
 * written out, since YAML 1.1, which Python reads, takes 1e-7 for a text.
 */
export function rendered(document: object): string {
  return stringify(document, {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    customTags: (tags) => [decimal, ...tags],
  });
}

const decimal: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  identify: (value) => typeof value === "number" && !Number.isInteger(value),
  test: /^-?\d+\.\d+$/,
  resolve: Number,
  stringify: ({ value }) => Number(value).toFixed(15).replace(/0+$/, ""),
};

/** The model by its host, and each of two slots by its own. */
function selfHostedEntries(name: string, model: SelfHostedModel, args: GatewayConfigArgs): ModelEntry[] {
  const slots = colours.flatMap((colour) => {
    const slot = model.slots[colour];
    return slot === undefined ? [] : [{ name: slotModel(name, colour), ...slot }];
  });
  const capacity = slots.reduce((sum, slot) => sum + slot.capacity, 0);
  return [{ name, host: model.host, capacity }, ...(slots.length < 2 ? [] : slots)].flatMap((upstream) =>
    engineEntries(upstream, model, args),
  );
}

/**
 * One entry for each key that the engines behind a host may take: the earlier one first, so that nothing changes while
 * a slot gets the next one, and the next where an engine refuses it.
 */
function engineEntries(
  { name, host, capacity }: { readonly name: string; readonly host: string; readonly capacity: number },
  model: SelfHostedModel,
  { selfHosted, pods }: GatewayConfigArgs,
): ModelEntry[] {
  const generations = model.keyGenerations.toSorted((a, b) => a - b);
  return generations.map((generation, index) => ({
    model_name: name,
    litellm_params: {
      model: `hosted_vllm/${model.servedName}`,
      api_base: `http://${host}/v1`,
      api_key: `os.environ/${engineKeyVariable(Object.values(selfHosted), generation)}`,
      // LiteLLM counts these in each process by itself, and refuses the next one. Engines have the limit of their own.
      max_parallel_requests: Math.ceil(capacity / pods),
      // One API for every engine: TGI has no /v1/responses, and vLLM's answers there don't name their slot.
      use_chat_completions_api: true,
      cooldown_time: 0,
      ...(generations.length > 1 && { order: index + 1 }),
    },
    model_info: {
      id: index === 0 ? name : `${name}-key-${generation}`,
      mode: "chat",
      max_input_tokens: model.contextLength,
      ...costs(model.price),
    },
  }));
}

function hostedEntry(name: string, model: Catalogue["hosted"][string], region: string): ModelEntry {
  const { prefix, keyVariable } = providerFacts[model.provider];
  return {
    model_name: name,
    litellm_params: {
      model: `${prefix}/${model.snapshot}`,
      ...(keyVariable === undefined ? { aws_region_name: region } : { api_key: `os.environ/${keyVariable}` }),
      rpm: model.requestsPerMinute,
      tpm: model.tokensPerMinute,
      // A provider's Retry-After would take its place, and may be a day.
      cooldown_time: cooldown.seconds,
    },
    model_info: {
      id: name,
      mode: "chat",
      ...(model.contextLength !== undefined && { max_input_tokens: model.contextLength }),
      ...costs(model.price),
    },
  };
}

function costs({ input, output }: { readonly input: number; readonly output: number }) {
  return { input_cost_per_token: perToken(input), output_cost_per_token: perToken(output) };
}

/** US dollars a token, in three digits: estimates hold no more, and a price stays the same text. */
export function perToken(usdPerMillion: number): number {
  return Number((usdPerMillion / 1e6).toPrecision(3));
}

function fallbacksOf(
  routes: Catalogue["routes"],
  of: (route: Catalogue["routes"][string]) => readonly string[],
): Fallbacks {
  return Object.entries(routes)
    .map(([name, route]) => [name, of(route)] as const)
    .filter(([, models]) => models.length > 0)
    .map(([name, models]) => ({ [name]: models }));
}

/** One deployment behind a name, as LiteLLM takes it. [docs.litellm.ai/docs/proxy/configs] */
export interface ModelEntry {
  readonly model_name: string;
  readonly litellm_params: {
    readonly model: string;
    readonly api_base?: string;
    readonly api_key?: string;
    readonly aws_region_name?: string;
    readonly rpm?: number;
    readonly tpm?: number;
    readonly max_parallel_requests?: number;
    /** Whether /v1/responses calls the model as a chat. */
    readonly use_chat_completions_api?: true;
    /** Seconds for which it isn't tried after a failure; 0 to disable. */
    readonly cooldown_time: number;
    /** Of a name with several, the lowest is tried first, and the next one when that failed. */
    readonly order?: number;
  };
  readonly model_info: {
    readonly id: string;
    readonly mode: "chat";
    readonly max_input_tokens?: number;
    readonly input_cost_per_token: number;
    readonly output_cost_per_token: number;
  };
}

/** Models by name, each with those that answer in its place. */
export type Fallbacks = readonly Readonly<Record<string, readonly string[]>>[];

/** LiteLLM's configuration, as far as Gantry sets it. */
export interface GatewayConfig {
  readonly model_list: readonly ModelEntry[];
  readonly router_settings: {
    readonly routing_strategy: "simple-shuffle";
    readonly redis_host: string;
    readonly redis_port: string;
    readonly redis_password: string;
    readonly optional_pre_call_checks: readonly string[];
    readonly stream_timeout: number;
    readonly timeout: number;
    readonly num_retries: number;
    readonly retry_policy: Readonly<Record<string, number>>;
    readonly retry_after: number;
    readonly cooldown_time: number;
    readonly model_group_alias: Readonly<Record<string, string>>;
    readonly fallbacks: Fallbacks;
    readonly context_window_fallbacks: Fallbacks;
    readonly content_policy_fallbacks: Fallbacks;
  };
  readonly litellm_settings: Readonly<Record<string, unknown>>;
  readonly general_settings: Readonly<Record<string, unknown>>;
}

/** Variables that fetch or replace the configuration, load code or redirect requests; no setting may allow them. */
export const neverAllowedVariables =
  "^(?:CONFIG_FILE_PATH|WORKER_CONFIG|LITELLM_MODEL_COST_MAP_URL|STORE_MODEL_IN_DB|DIRECT_URL)$|^(?:LITELLM_(?:CONFIG|WORKER|DANGEROUSLY)_|DATABASE_|PYTHON|LD_)|_(?:API_BASE|BASE_URL|PROXY)$";

/** Variables that a gateway needs, or that change nothing that a rule checks. */
export const knownVariables = [
  "ANTHROPIC_API_KEY",
  "AWS_REGION",
  "AZURE_API_KEY",
  "DISABLE_ADMIN_UI",
  "ENGINE_API_KEY",
  "ENGINE_API_KEY_NEXT",
  "GANTRY_METRICS_TOKEN",
  "GANTRY_SETTINGS",
  "GANTRY_TENANTS",
  "GANTRY_TENANT_KEYS",
  "GEMINI_API_KEY",
  "GRACEFUL_SHUTDOWN_TIMEOUT",
  "GROQ_API_KEY",
  "HOME",
  "JSON_LOGS",
  "KEEPALIVE_TIMEOUT",
  "LITELLM_ASSETS_PATH",
  "LITELLM_CORS_ALLOW_CREDENTIALS",
  "LITELLM_CORS_ORIGINS",
  "LITELLM_LOCAL_MODEL_COST_MAP",
  "LITELLM_LOG",
  "LITELLM_MASTER_KEY",
  "LITELLM_MIGRATION_DIR",
  "LITELLM_MODE",
  "LITELLM_NON_ROOT",
  "LITELLM_UI_PATH",
  "MISTRAL_API_KEY",
  "NO_DOCS",
  "NO_OPENAPI",
  "NO_REDOC",
  "OPENAI_API_KEY",
  // Of spans without prompts; prompt-logging-declared checks LiteLLM's own callback.
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "PROMETHEUS_MULTIPROC_DIR",
  "REDIS_HOST",
  "REDIS_PASSWORD",
  "REDIS_PORT",
  "REDIS_SSL",
  "REDIS_USERNAME",
  "SEPARATE_HEALTH_APP",
  "SEPARATE_HEALTH_PORT",
  "SINGLE_DEPLOYMENT_TRAFFIC_FAILURE_THRESHOLD",
  "TOGETHERAI_API_KEY",
] as const;

/** Variables that name a document, which has to be one of the stack's. */
export const documentVariables: readonly string[] = [
  "GANTRY_SETTINGS",
  "GANTRY_TENANTS",
  "GANTRY_TENANT_KEYS",
];

/** Variables that open something or fetch it with another value than this. [LiteLLM 1.103, proxy_server.py] */
export const requiredVariableValues: ReadonlyMap<string, string> = new Map([
  ["DISABLE_ADMIN_UI", "true"],
  ["LITELLM_CORS_ALLOW_CREDENTIALS", "false"],
  ["LITELLM_LOCAL_MODEL_COST_MAP", "true"],
  // Others read a file of variables that the image or a volume brings.
  ["LITELLM_MODE", "production"],
  ["NO_DOCS", "true"],
  ["NO_OPENAPI", "true"],
  ["NO_REDOC", "true"],
]);

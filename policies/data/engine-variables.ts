/**
 * Variables that an engine may have: what the components set, what NCCL needs between nodes, and names, times and
 * memory by which nothing is loaded or sent elsewhere.
 * [vllm 0.32.0 envs.py; text-generation-inference docs/source/reference/launcher.md; ollama envconfig/config.go]
 */
export const engineVariables: readonly string[] = [
  "API_KEY",
  "AWS_REGION",
  "CUDA_DEVICE_ORDER",
  "DO_NOT_TRACK",
  "FI_EFA_USE_HUGE_PAGE",
  "FI_PROVIDER",
  "GLOO_SOCKET_IFNAME",
  "HF_HOME",
  "HF_HUB_DISABLE_TELEMETRY",
  "HF_HUB_OFFLINE",
  "HOME",
  "LANG",
  "LC_ALL",
  "NCCL_DEBUG",
  "NCCL_SOCKET_IFNAME",
  "OLLAMA_CONTEXT_LENGTH",
  "OLLAMA_HOST",
  "OLLAMA_KEEP_ALIVE",
  "OLLAMA_MAX_LOADED_MODELS",
  "OLLAMA_FLASH_ATTENTION",
  "OLLAMA_MAX_QUEUE",
  "OLLAMA_MODELS",
  "OLLAMA_NUM_PARALLEL",
  "OMP_NUM_THREADS",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "PYTORCH_CUDA_ALLOC_CONF",
  "TRANSFORMERS_OFFLINE",
  "TZ",
  "VLLM_API_KEY",
  "VLLM_CACHE_ROOT",
  "VLLM_HTTP_TIMEOUT_KEEP_ALIVE",
  "VLLM_MAX_N_SEQUENCES",
  "VLLM_NO_USAGE_STATS",
  "VLLM_SERVER_DEV_MODE",
];

/** Variables that hold a key, and so come from a Secret. */
export const keyVariables: readonly string[] = ["API_KEY", "VLLM_API_KEY"];

/**
 * Variables that no list may allow: they load code, lead to another model, hub, bucket or proxy, or open routes.
 * TGI takes each of its flags from a variable as well, so those that name a model or code are among them.
 */
export const closedVariable =
  /^(?:LD_\w+|PYTHON\w*|BASH_ENV|ENV|\w*_PROXY|\w*_proxy|\w*CA_BUNDLE|SSL_CERT_\w+|AWS_(?:ENDPOINT_URL\w*|CA_BUNDLE|CONFIG_FILE|PROFILE)|RUNAI_STREAMER_S3_ENDPOINT|S3_ENDPOINT_URL|HF_ENDPOINT|HUGGINGFACE_HUB_\w+|MODEL_ID|REVISION|TRUST_REMOTE_CODE|LORA_ADAPTERS|TOKENIZER_CONFIG_PATH|NGROK\w*|OLLAMA_ORIGINS|VLLM_(?:PLUGINS|MODEL_REDIRECT_PATH|USE_MODELSCOPE|ALLOW_\w+|LORA_RESOLVER_\w+|CONFIG_ROOT|LOGGING_CONFIG_PATH|MEDIA_CONNECTOR|RUST_FRONTEND_PATH|\w+_SO_PATH|DEBUG_\w+|TRACE_FUNCTION))$/;

import type { Series } from "../support/promtool.ts";
import {
  type AlertCase,
  bucket,
  chat,
  computing,
  deployment,
  engine,
  gated,
  gpu,
  job,
  labelled,
  leaves,
  node,
  notReady,
  onGpu,
  prices,
  quantile,
  redisLost,
  refused,
  restarts,
  scaler,
  secret,
  set,
  started,
  taken,
  unscheduled,
} from "./alert-series.ts";
import { engineCases } from "./engine-alert-cases.ts";
import { gatewayCases, gpuCases } from "./gateway-alert-cases.ts";

/** As two of its exporter publish it. */
const twice = (series: Series): Series => ({
  ...series,
  ...Object.fromEntries(
    Object.entries(series).map(([key, values]) => [key.replace("10.0.0.9", "10.0.1.7"), values]),
  ),
});
const up = (job: string, pod = "a"): string => `up{job="${job}", pod="${pod}"}`;
const everyUp = Object.fromEntries(
  [
    "kube-state-metrics",
    "monitoring/karpenter",
    "monitoring/keda",
    "monitoring/external-secrets",
    "gateway/gateway",
    "monitoring-prometheus",
  ].map((job) => [up(job), "1x60"]),
);
const idleGpu = { ...gated("a", 1), ...gpu("DCGM_FI_DEV_GPU_UTIL", "0x60") };

/** For each alert at least four cases, of which some fire and some don't. The budget is 4,000 dollars a month. */
export const alertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  SlotWithoutReplicas: [
    {
      when: "all replicas of a slot are gone",
      series: deployment("chat-blue", "1x20 0x40"),
      fires: 1,
      labels: chat,
    },
    {
      when: "one slot is well and another starts",
      series: { ...deployment("chat-blue", "1x60"), ...deployment("chat-green", "0x60", 2700) },
      fires: 0,
    },
    {
      when: "the leader of a slot over two nodes is gone",
      series: { ...set("large-blue-1", "1x20 0x40"), ...set("large-blue-1-0", "1x60") },
      fires: 1,
      labels: 'model="large", colour="blue"',
    },
    {
      when: "one of two leaders is gone, and a worker",
      series: {
        ...set("large-blue-1", "0x60"),
        ...set("large-blue-2", "1x60"),
        ...set("large-blue-1-0", "0x60"),
      },
      fires: 0,
    },
    { when: "a slot sleeps", series: deployment("chat-blue", "0x60", 0, "0x60"), fires: 0 },
    {
      when: "a slot that slept wakes and starts for ten minutes",
      series: deployment("chat-blue", "0x60", 0, "0x49 1x11"),
      fires: 0,
    },
    {
      when: "a slot that slept doesn't come up",
      series: deployment("chat-blue", "0x60", 0, "0x20 1x40"),
      fires: 1,
      labels: chat,
    },
    {
      when: "a replica was gone for three minutes",
      series: deployment("chat-blue", "1x50 0x3 1x10"),
      fires: 0,
    },
  ],
  TimeToFirstTokenHigh: [
    {
      when: "answers begin after 2.5 to 5 seconds",
      series: quantile("vllm:time_to_first_token_seconds_bucket", true),
      fires: 1,
      labels: chat,
    },
    {
      when: "answers begin within a second",
      series: quantile("vllm:time_to_first_token_seconds_bucket", false),
      fires: 0,
    },
    {
      when: "there are no requests, so that the quantile isn't a number",
      series: { [bucket("vllm:time_to_first_token_seconds_bucket", "+Inf")]: "7x60" },
      fires: 0,
    },
    {
      when: "TGI's requests wait as long in its queue",
      series: quantile("tgi_request_queue_duration_bucket", true),
      fires: 1,
      labels: chat,
    },
    { when: "TGI's queue is short", series: quantile("tgi_request_queue_duration_bucket", false), fires: 0 },
  ],
  RequestsWaiting: [
    {
      when: "five wait for two replicas",
      series: {
        [engine("vllm:num_requests_waiting")]: "5x60",
        [engine("vllm:num_requests_waiting", "b")]: "0x60",
      },
      fires: 1,
      labels: chat,
    },
    {
      when: "four wait for two replicas",
      series: {
        [engine("vllm:num_requests_waiting")]: "4x60",
        [engine("vllm:num_requests_waiting", "b")]: "0x60",
      },
      fires: 0,
    },
    {
      when: "three wait for a replica of TGI",
      series: { [engine("tgi_queue_size")]: "3x60" },
      fires: 1,
      labels: chat,
    },
    {
      when: "a burst waits for five minutes",
      series: { [engine("vllm:num_requests_waiting")]: "0x55 9x5" },
      fires: 0,
    },
  ],
  KvCacheFull: [
    {
      when: "the cache is full",
      series: { [engine("vllm:kv_cache_usage_perc")]: "0.99x60" },
      fires: 1,
      labels: chat,
    },
    {
      when: "all caches of a slot are full",
      series: {
        [engine("vllm:kv_cache_usage_perc")]: "0.99x60",
        [engine("vllm:kv_cache_usage_perc", "b")]: "0.97x60",
      },
      fires: 1,
    },
    {
      when: "another replica has room",
      series: {
        [engine("vllm:kv_cache_usage_perc")]: "0.99x60",
        [engine("vllm:kv_cache_usage_perc", "b")]: "0.5x60",
      },
      fires: 0,
    },
    {
      when: "it was full for five minutes",
      series: { [engine("vllm:kv_cache_usage_perc")]: "0.2x54 0.99x6" },
      fires: 0,
    },
  ],
  RequestsPreempted: [
    {
      when: "twelve a minute are pushed out",
      series: { [engine("vllm:num_preemptions_total")]: "0+12x60" },
      fires: 1,
      labels: chat,
    },
    {
      when: "two replicas push out four each",
      series: {
        [engine("vllm:num_preemptions_total")]: "0+4x60",
        [engine("vllm:num_preemptions_total", "b")]: "0+4x60",
      },
      fires: 1,
    },
    {
      when: "three a minute are pushed out",
      series: { [engine("vllm:num_preemptions_total")]: "0+3x60" },
      fires: 0,
    },
    { when: "none is since an hour", series: { [engine("vllm:num_preemptions_total")]: "900x60" }, fires: 0 },
  ],
  EngineStalled: [
    {
      when: "requests run and no token comes",
      series: computing("3x60", "100x60"),
      fires: 1,
      labels: 'pod="a", model="chat"',
    },
    { when: "tokens come", series: computing("3x60", "0+500x60"), fires: 0 },
    { when: "a long prompt is read", series: computing("1x60", "100x60", "0+8000x60"), fires: 0 },
    { when: "nothing runs", series: computing("0x60", "100x60"), fires: 0 },
    {
      when: "TGI holds a batch and computes none",
      series: {
        [engine("tgi_batch_current_size")]: "2x60",
        [engine("tgi_batch_inference_success", "a", ', method="decode"')]: "900x60",
      },
      fires: 1,
    },
    {
      when: "TGI decodes",
      series: {
        [engine("tgi_batch_current_size")]: "2x60",
        [engine("tgi_batch_inference_success", "a", ', method="decode"')]: "0+900x60",
        [engine("tgi_batch_inference_success", "a", ', method="prefill"')]: "5x60",
      },
      fires: 0,
    },
  ],
  EngineRestarts: [
    {
      when: "a pod restarted twice",
      series: { ...labelled(), ...restarts("3x40 4 5x18") },
      fires: 1,
      labels: chat,
    },
    { when: "a pod restarted once", series: { ...labelled(), ...restarts("3x42 4x18") }, fires: 0 },
    {
      when: "two pods restarted once each",
      series: { ...labelled(), ...labelled("b"), ...restarts("3x42 4x18"), ...restarts("0x42 1x18", "b") },
      fires: 0,
    },
    {
      when: "a new pod has restarted before",
      series: { ...labelled(), ...restarts("_x32 3x10 4x18") },
      fires: 0,
    },
  ],
  EngineStartsSlowly: [
    {
      when: "a container runs for an hour and isn't ready",
      series: { ...labelled(), ...started("0x60"), ...notReady() },
      fires: 1,
      labels: `pod="a", ${chat}`,
    },
    {
      when: "a pod has a node for an hour and copies weights",
      series: { ...labelled(), ...taken(), ...notReady() },
      fires: 1,
      labels: chat,
    },
    {
      when: "an old pod restarted ten minutes ago",
      series: { ...labelled(), ...taken("a", "Running"), ...started("0x48 2940x12"), ...notReady() },
      fires: 0,
    },
    {
      when: "it leaves and finishes its streams",
      series: { ...labelled(), ...started("0x60"), ...notReady(), ...leaves() },
      fires: 0,
    },
    {
      when: "it is ready",
      series: { ...labelled(), ...taken("a", "Running"), ...started("0x60") },
      fires: 0,
    },
  ],
  TargetUnhealthy: [
    {
      when: "the load balancer doesn't find a ready engine healthy",
      series: { ...labelled(), ...gated("a", 0) },
      fires: 1,
      labels: chat,
    },
    {
      when: "two of three are so",
      series: {
        ...labelled(),
        ...labelled("b"),
        ...labelled("c"),
        ...gated("a", 0),
        ...gated("b", 0),
        ...gated("c", 1),
      },
      fires: 2,
    },
    {
      when: "another pod leaves and finishes its streams",
      series: { ...labelled(), ...labelled("b"), ...gated("a", 1), ...gated("b", 0), ...leaves("b") },
      fires: 0,
    },
    { when: "the engine itself isn't ready", series: { ...labelled(), ...notReady() }, fires: 0 },
  ],
  EnginePending: [
    { when: "a pod has no node", series: { ...labelled(), ...unscheduled("1x60") }, fires: 1, labels: chat },
    {
      when: "a pod got its node after ten minutes",
      series: { ...labelled(), ...unscheduled("1x10 0x50") },
      fires: 0,
    },
    {
      when: "a pod has a node and copies weights",
      series: { ...labelled(), ...unscheduled("0x60"), ...taken() },
      fires: 0,
    },
    {
      when: "kube-state-metrics is replaced meanwhile, and both are read",
      series: twice({ ...labelled(), ...unscheduled("1x60") }),
      fires: 1,
      labels: chat,
    },
    {
      when: "pods of both slots have no node",
      series: {
        ...labelled(),
        ...labelled("b", "chat", "green"),
        ...unscheduled("1x60"),
        ...unscheduled("1x60", "b"),
      },
      fires: 1,
      labels: 'colour="green"',
    },
  ],
  SlotSaturated: [
    {
      when: "Ollama's GPU never rests",
      series: {
        ...labelled("a", "chat", "blue", "ollama"),
        ...gpu("DCGM_FI_DEV_GPU_UTIL", "100x60", "0", onGpu("a")),
      },
      fires: 1,
      labels: chat,
    },
    {
      when: "another replica's GPU does",
      series: {
        ...labelled("a", "chat", "blue", "ollama"),
        ...labelled("b", "chat", "blue", "ollama"),
        ...gpu("DCGM_FI_DEV_GPU_UTIL", "100x60", "0", onGpu("a")),
        ...gpu("DCGM_FI_DEV_GPU_UTIL", "60x60", "1", onGpu("b")),
      },
      fires: 0,
    },
    {
      when: "vLLM's GPU never rests, which says of its queue",
      series: { ...labelled(), ...gpu("DCGM_FI_DEV_GPU_UTIL", "100x60", "0", onGpu("a")) },
      fires: 0,
    },
    {
      when: "nothing runs on the GPU",
      series: { ...labelled("a", "chat", "blue", "ollama"), ...gpu("DCGM_FI_DEV_GPU_UTIL", "100x60") },
      fires: 0,
    },
  ],
  LimitsWithoutRedis: [
    { when: "a pod lost the cache", series: redisLost("a", "0x10 1x50"), fires: 1 },
    {
      when: "both workers of one pod say so",
      series: { ...redisLost("a", "1x60"), ...redisLost("a", "1x60", "2") },
      fires: 1,
    },
    { when: "a failover takes a minute", series: redisLost("a", "0x50 1 0x9"), fires: 0 },
    { when: "all pods reach it", series: { ...redisLost("a", "0x60"), ...redisLost("b", "0x60") }, fires: 0 },
  ],
  StagingFailed: [
    {
      when: "a Job failed four times",
      series: job("BackoffLimitExceeded", "0x30 1x30"),
      fires: 1,
      labels: 'job_name="stage-x"',
    },
    { when: "a Job was too slow", series: job("DeadlineExceeded", "1x60"), fires: 1 },
    { when: "a Job runs", series: job("BackoffLimitExceeded", "0x60"), fires: 0 },
    {
      when: "a Job of another kind failed",
      series: job("BackoffLimitExceeded", "1x60", "true", "kube-system"),
      fires: 0,
    },
    { when: "it isn't known whether it failed", series: job("", "1x60", "unknown"), fires: 0 },
  ],
  NodeLaunchFailing: [
    {
      when: "AWS refuses every three minutes",
      series: refused("0x30 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5 6 6 6 7 7 7 8 8 8 9 9 9 10 10 10 11"),
      fires: 1,
      labels: 'error="InsufficientCapacityError"',
    },
    { when: "it refused once, twelve minutes ago", series: refused("0x46 1x13"), fires: 0 },
    { when: "it refused once, five minutes ago", series: refused("0x55 1x5"), fires: 0 },
    {
      when: "two Karpenters are refused for two reasons",
      series: {
        ...refused("0+1x60"),
        ...refused("0+1x60", "InsufficientCapacityError", "karpenter-2"),
        ...refused("0+1x60", "NodeClassNotReadyError"),
      },
      fires: 2,
    },
  ],
  GpuXidError: [
    {
      when: "a GPU reports that it fell off the bus",
      series: gpu("DCGM_FI_DEV_XID_ERRORS", "0x50 79x10"),
      fires: 1,
      labels: 'gpu="0", Hostname="n"',
    },
    {
      when: "another error follows the first",
      series: gpu("DCGM_FI_DEV_XID_ERRORS", "31x50 94x10"),
      fires: 1,
    },
    { when: "the last error was long ago", series: gpu("DCGM_FI_DEV_XID_ERRORS", "79x60"), fires: 0 },
    { when: "there was none", series: gpu("DCGM_FI_DEV_XID_ERRORS", "0x60"), fires: 0 },
  ],
  GpuMemoryDefective: [
    {
      when: "a row couldn't be replaced",
      series: gpu("DCGM_FI_DEV_ROW_REMAP_FAILURE", "1x60"),
      fires: 1,
      labels: 'Hostname="n"',
    },
    {
      when: "rows were replaced by spare ones",
      series: {
        ...gpu("DCGM_FI_DEV_ROW_REMAP_FAILURE", "0x60"),
        ...gpu("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "2x60"),
      },
      fires: 0,
    },
    {
      when: "two GPUs have such rows",
      series: {
        ...gpu("DCGM_FI_DEV_ROW_REMAP_FAILURE", "1x60"),
        ...gpu("DCGM_FI_DEV_ROW_REMAP_FAILURE", "1x60", "1"),
      },
      fires: 2,
    },
    { when: "all rows are well", series: gpu("DCGM_FI_DEV_ROW_REMAP_FAILURE", "0x60"), fires: 0 },
  ],
  GpuTemperatureHigh: [
    { when: "a GPU has 91 °C", series: gpu("DCGM_FI_DEV_GPU_TEMP", "91x60"), fires: 1, labels: 'gpu="0"' },
    {
      when: "one of two has",
      series: { ...gpu("DCGM_FI_DEV_GPU_TEMP", "91x60"), ...gpu("DCGM_FI_DEV_GPU_TEMP", "70x60", "1") },
      fires: 1,
    },
    { when: "it has 80 °C", series: gpu("DCGM_FI_DEV_GPU_TEMP", "80x60"), fires: 0 },
    { when: "it had 91 °C for five minutes", series: gpu("DCGM_FI_DEV_GPU_TEMP", "80x55 91x5"), fires: 0 },
  ],
  // The rule holds the days itself: those of the test that plays these cases, around the tool's first hour, 1970-01-01.
  ReservationEnding: [
    {
      when: "a reservation ends in four days",
      series: {},
      fires: 1,
      labels: 'pool="h100", reservation="cr-0a1b"',
    },
    { when: "another of the pool ends in two months", series: {}, fires: 0, labels: 'reservation="cr-2c3d"' },
    { when: "one ended two days ago", series: {}, fires: 1, labels: 'pool="l40s", reservation="cr-4e5f"' },
    {
      when: "one ends a minute less than a week ahead",
      series: {},
      fires: 1,
      labels: 'reservation="cr-6a7b"',
    },
  ],
  BudgetBurn: [
    {
      when: "two nodes for 1.5 and one for 3 dollars an hour run: 4,380 a month",
      series: { ...node("a", "g5.xlarge"), ...node("b", "g5.xlarge"), ...node("c", "g6e.xlarge"), ...prices },
      fires: 1,
    },
    {
      when: "one of each runs, which two Karpenters publish",
      series: {
        ...node("a", "g5.xlarge"),
        ...node("a", "g5.xlarge", "karpenter-2"),
        ...node("c", "g6e.xlarge"),
        ...prices,
      },
      fires: 0,
    },
    {
      when: "system nodes run, which have no price",
      series: { ...node("system", "m7i.large"), ...prices },
      fires: 0,
    },
    { when: "no node of Karpenter's runs", series: prices, fires: 0 },
  ],
  ExporterMissing: [
    { when: "all are read", series: { ...everyUp, ...idleGpu }, fires: 0 },
    { when: "no engine runs, and so no GPU exporter", series: everyUp, fires: 0 },
    {
      when: "engines run and the GPU exporter isn't read",
      series: { ...everyUp, ...gated("a", 1) },
      fires: 1,
      labels: 'exporter="dcgm-exporter"',
    },
    {
      when: "kube-state-metrics is gone with its target",
      series: { ...everyUp, [up("kube-state-metrics")]: "1x30" },
      fires: 1,
      labels: 'exporter="kube-state-metrics"',
    },
    {
      when: "neither of two Karpenters can be read",
      series: {
        ...everyUp,
        [up("monitoring/karpenter")]: "1x30 0x30",
        [up("monitoring/karpenter", "b")]: "0x60",
      },
      fires: 1,
      labels: 'exporter="karpenter"',
    },
    {
      when: "one of two can't",
      series: { ...everyUp, [up("monitoring/karpenter", "b")]: "0x60" },
      fires: 0,
    },
    {
      when: "the gateway was rolled for five minutes",
      series: { ...everyUp, [up("gateway/gateway")]: "1x50 0x5 1x10" },
      fires: 0,
    },
    { when: "Prometheus isn't in a cluster", series: {}, fires: 0 },
  ],
  SecretNotSynced: [
    {
      when: "a secret can't be read",
      series: secret("1x60"),
      fires: 1,
      labels: 'namespace="models", name="engine-api-key"',
    },
    { when: "it can", series: { ...secret("0x60"), ...secret("1x60", "engine-api-key", "True") }, fires: 0 },
    {
      when: "one of two can't",
      series: { ...secret("0x60"), ...secret("1x60", "other") },
      fires: 1,
      labels: 'name="other"',
    },
    { when: "it couldn't for ten minutes", series: secret("1x40 0x20"), fires: 0 },
  ],
  AutoscalerMetricsUnavailable: [
    { when: "every question fails", series: scaler("0+4x60"), fires: 1, labels: 'scaledObject="chat-blue"' },
    { when: "one question failed twelve minutes ago", series: scaler("0x46 1x13"), fires: 0 },
    { when: "some failed an hour ago", series: scaler("4x60"), fires: 0 },
    { when: "Prometheus restarted for three minutes", series: scaler("0x45 4 8 12x13"), fires: 0 },
    {
      when: "two slots are blind",
      series: { ...scaler("0+4x60"), ...scaler("0+4x60", "chat-green") },
      fires: 2,
    },
  ],
  ...engineCases,
  ...gatewayCases,
  ...gpuCases,
};

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { alerts as alertsOf } from "../../components/monitoring/alerts.ts";
import { ruleGroups } from "../../components/monitoring/rule-groups.ts";

const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool) console.warn("skipped: promtool isn't on PATH (apt-get install prometheus)");

const alerts = alertsOf(4000);

const engine = (metric: string, pod = "a", more = "") =>
  `${metric}{model="chat", colour="blue", pod="${pod}", job="monitoring/engines"${more}}`;

const refused =
  'karpenter_cloudprovider_errors_total{method="Create", error="InsufficientCapacityError", controller="nodeclaim.lifecycle", provider="aws"}';

/** Dollars an hour, as each Karpenter publishes them. */
const prices = Object.fromEntries(
  ["karpenter-1", "karpenter-2"].flatMap((pod) =>
    Object.entries({ "g5.xlarge": 1.5, "g6e.xlarge": 3 }).map(([type, dollars]) => [
      `karpenter_cloudprovider_instance_type_offering_price_estimate{instance_type="${type}", capacity_type="on-demand", zone="z", pod="${pod}"}`,
      `${dollars}x60`,
    ]),
  ),
);

/** For each alert: series that make it fire after its time, and series with which it stays silent. */
const cases: Record<string, { fires: Record<string, string>; silent: Record<string, string>; at?: string }> =
  {
    SlotWithoutReplicas: {
      fires: slot("chat-blue", "1x20 0x40", 0),
      // One is well; the other was added a quarter of an hour ago and is still starting.
      silent: { ...slot("chat-blue", "1x60", 0), ...slot("chat-green", "0x60", 45 * 60) },
    },
    FirstTokenSlow: {
      fires: {
        [engine("vllm:time_to_first_token_seconds_bucket", "a", ', le="2.5"')]: "0x60",
        [engine("vllm:time_to_first_token_seconds_bucket", "a", ', le="5"')]: "0+60x60",
        [engine("vllm:time_to_first_token_seconds_bucket", "a", ', le="+Inf"')]: "0+60x60",
      },
      // Nobody asks: the quantile of nothing is no number, and no alert.
      silent: { [engine("vllm:time_to_first_token_seconds_bucket", "a", ', le="+Inf"')]: "7x60" },
    },
    RequestsWaiting: {
      fires: {
        [engine("vllm:num_requests_waiting")]: "5x60",
        [engine("vllm:num_requests_waiting", "b")]: "0x60",
      },
      silent: {
        [engine("vllm:num_requests_waiting")]: "4x60",
        [engine("vllm:num_requests_waiting", "b")]: "0x60",
      },
    },
    KvCacheFull: {
      fires: { [engine("vllm:kv_cache_usage_perc")]: "0.99x60" },
      silent: {
        [engine("vllm:kv_cache_usage_perc")]: "0.99x60",
        [engine("vllm:kv_cache_usage_perc", "b")]: "0.5x60",
      },
    },
    RequestsPreempted: {
      fires: { [engine("vllm:num_preemptions_total")]: "0+12x60" },
      silent: { [engine("vllm:num_preemptions_total")]: "0+3x60" },
    },
    EngineStalled: {
      fires: {
        [engine("vllm:num_requests_running")]: "3x60",
        [engine("vllm:generation_tokens_total")]: "100x60",
        [engine("vllm:prompt_tokens_total")]: "100x60",
      },
      silent: {
        [engine("vllm:num_requests_running")]: "3x60",
        [engine("vllm:generation_tokens_total")]: "0+500x60",
        [engine("vllm:prompt_tokens_total")]: "100x60",
      },
    },
    EngineRestarts: {
      fires: {
        'kube_pod_container_status_restarts_total{namespace="models", container="engine", pod="a"}':
          "3x40 4 5x18",
      },
      silent: {
        'kube_pod_container_status_restarts_total{namespace="models", container="engine", pod="a"}':
          "_x32 3x10 4x18",
      },
    },
    EngineStartsSlowly: {
      fires: slowStart("Running", 1),
      // It leaves, and finishes its streams.
      silent: {
        ...slowStart("Running", 1),
        'kube_pod_deletion_timestamp{namespace="models", pod="a"}': "3600x60",
      },
    },
    TargetUnhealthy: {
      fires: gated("a", 0),
      // Another pod leaves, and finishes its streams.
      silent: {
        ...gated("a", 1),
        ...gated("b", 0),
        'kube_pod_deletion_timestamp{namespace="models", pod="b"}': "3600x60",
      },
    },
    EnginePending: {
      fires: { 'kube_pod_status_phase{namespace="models", phase="Pending", pod="a"}': "1x60" },
      silent: { 'kube_pod_status_phase{namespace="models", phase="Pending", pod="a"}': "1x10 0x50" },
    },
    NodesRefused: {
      fires: { [refused]: "0x30 0+1x30" },
      silent: { [refused]: "7x60" },
    },
    BudgetBurn: {
      // Two for 1.5 and one for 3 dollars an hour are 4,380 a month.
      fires: { ...node("a", "g5.xlarge"), ...node("b", "g5.xlarge"), ...node("c", "g6e.xlarge"), ...prices },
      // The system nodes have no price, and one of two Karpenters says the same again.
      silent: {
        ...node("a", "g5.xlarge"),
        ...node("a", "g5.xlarge", "karpenter-2"),
        ...node("c", "g6e.xlarge"),
        ...node("system", "m7i.large"),
        ...prices,
      },
    },
    GpuError: {
      fires: { 'DCGM_FI_DEV_XID_ERRORS{gpu="0", Hostname="n"}': "0x50 79x9" },
      silent: { 'DCGM_FI_DEV_XID_ERRORS{gpu="0", Hostname="n"}': "79x60" },
    },
    GpuMemoryDefective: {
      fires: { 'DCGM_FI_DEV_ROW_REMAP_FAILURE{gpu="0", Hostname="n"}': "1x60" },
      silent: { 'DCGM_FI_DEV_ROW_REMAP_FAILURE{gpu="0", Hostname="n"}': "0x60" },
    },
    GpuHot: {
      fires: { 'DCGM_FI_DEV_GPU_TEMP{gpu="0", Hostname="n"}': "91x60" },
      silent: { 'DCGM_FI_DEV_GPU_TEMP{gpu="0", Hostname="n"}': "80x60" },
    },
    SecretNotSynced: {
      fires: {
        'externalsecret_status_condition{namespace="models", name="k", condition="Ready", status="False"}':
          "1x60",
      },
      silent: {
        'externalsecret_status_condition{namespace="models", name="k", condition="Ready", status="False"}':
          "0x60",
      },
    },
    ScalingBlind: {
      fires: { 'keda_scaler_detail_errors_total{namespace="models", scaledObject="chat-blue"}': "0+4x60" },
      silent: { 'keda_scaler_detail_errors_total{namespace="models", scaledObject="chat-blue"}': "4x60" },
    },
  };

/** A pod whose engine is ready, and which is ready itself or waits for the load balancer. */
function gated(name: string, ready: number): Record<string, string> {
  const pod = `namespace="models", pod="${name}"`;
  return {
    [`kube_pod_container_status_ready{${pod}, container="engine"}`]: "1x60",
    [`kube_pod_status_ready{${pod}, condition="true"}`]: `${ready}x60`,
  };
}

/** A node as Karpenter knows it. */
function node(name: string, instanceType: string, karpenter = "karpenter-1"): Record<string, string> {
  const labels = `node_name="${name}", instance_type="${instanceType}", capacity_type="on-demand", zone="z", pod="${karpenter}"`;
  return {
    [`karpenter_nodes_allocatable{${labels}, resource_type="cpu"}`]: "4x60",
    [`karpenter_nodes_allocatable{${labels}, resource_type="memory"}`]: "16e9x60",
  };
}

/** A slot's Deployment, with the replicas that it has minute by minute, made at this second. */
function slot(name: string, available: string, createdSeconds: number): Record<string, string> {
  const deployment = `namespace="models", deployment="${name}"`;
  return {
    [`kube_deployment_status_replicas_available{${deployment}}`]: available,
    [`kube_deployment_created{${deployment}}`]: `${createdSeconds}x60`,
  };
}

/** A pod that began at time 0 and, after an hour, is in this phase and ready or not. */
function slowStart(phase: string, notReady: number): Record<string, string> {
  const pod = 'namespace="models", pod="a"';
  return {
    [`kube_pod_start_time{${pod}}`]: "0x60",
    [`kube_pod_status_ready{${pod}, condition="false"}`]: `${notReady}x60`,
    [`kube_pod_status_phase{${pod}, phase="${phase}"}`]: "1x60",
  };
}

describe.runIf(promtool)("the alert rules in Prometheus's own tool", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-alerts-"));
    writeFileSync(join(folder, "rules.yaml"), stringify({ groups: ruleGroups(alerts) }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are valid", () => {
    expect(
      execFileSync("promtool", ["check", "rules", join(folder, "rules.yaml")], { encoding: "utf8" }),
    ).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  it("are all tried", () => {
    expect(Object.keys(cases).sort()).toEqual(alerts.map(({ name }) => name).sort());
  });

  it.each(Object.entries(cases))(
    "%s fires when it should, and is silent when it shouldn't",
    (name, { fires, silent }) => {
      expect(firing(name, fires)).toBe(true);
      expect(firing(name, silent)).toBe(false);
    },
  );

  /** Whether the alert fires an hour after the series began: a unit test that expects none tells what it got. */
  function firing(alertname: string, series: Record<string, string>): boolean {
    const file = join(folder, `${alertname}.yaml`);
    const test = {
      rule_files: ["rules.yaml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: Object.entries(series).map(([key, values]) => ({ series: key, values })),
          alert_rule_test: [{ eval_time: "59m", alertname, exp_alerts: [] }],
        },
      ],
    };
    writeFileSync(file, stringify(test));
    const run = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    if (run.status === 0) return false;
    expect(run.stdout + run.stderr).toContain(`alertname: ${alertname}`);
    return true;
  }
});

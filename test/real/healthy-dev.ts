import { diskShare } from "../../components/monitoring/prometheus-values.ts";
import type { Series } from "../support/promtool.ts";

export const minutes = 300;
const constant = (value: number | string) => `${value}x${minutes}`;
const counter = (start: number, each: number) => `${start}+${each}x${minutes}`;
const labels = (of: Readonly<Record<string, string>>) =>
  `{${Object.entries(of)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ")}}`;
const series = (metric: string, of: Readonly<Record<string, string>>, values: string): Series => ({
  [`${metric}${labels(of)}`]: values,
});
const merge = (all: readonly Series[]): Series => Object.assign({}, ...all);

interface Node {
  readonly name: string;
  readonly address: string;
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly pods: number;
  readonly running: number;
}
const nodes: readonly Node[] = [
  { name: "system-1", address: "10.40.1.10", cpus: 2, memoryGiB: 8, pods: 29, running: 22 },
  { name: "system-2", address: "10.40.2.10", cpus: 2, memoryGiB: 8, pods: 29, running: 23 },
  { name: "gpu-1", address: "10.40.1.20", cpus: 4, memoryGiB: 16, pods: 58, running: 12 },
  { name: "gpu-2", address: "10.40.2.20", cpus: 4, memoryGiB: 16, pods: 58, running: 12 },
];
const gpuNodes = nodes.filter(({ name }) => name.startsWith("gpu"));

const monitoring = "monitoring";
const deployments: Readonly<Record<string, readonly [namespace: string, replicas: number]>> = {
  coredns: ["kube-system", 2],
  "ebs-csi-controller": ["kube-system", 2],
  "aws-load-balancer-controller": ["kube-system", 2],
  karpenter: ["kube-system", 2],
  "metrics-server": ["kube-system", 2],
  "external-secrets": ["external-secrets", 2],
  "external-secrets-webhook": ["external-secrets", 2],
  "external-secrets-cert-controller": ["external-secrets", 1],
  "keda-operator": ["keda", 2],
  "keda-operator-metrics-apiserver": ["keda", 2],
  "keda-admission-webhooks": ["keda", 2],
  "monitoring-operator": [monitoring, 1],
  "monitoring-kube-state-metrics": [monitoring, 1],
  grafana: [monitoring, 1],
  "chat-blue": ["models", 1],
  "chat-green": ["models", 1],
};
const statefulSets: Readonly<Record<string, number>> = {
  "prometheus-monitoring-prometheus": 1,
  "alertmanager-monitoring-alertmanager": 2,
};
/** With the nodes that each is wanted on; those for GPUs have none while the pools are empty. */
const daemonSets: Readonly<Record<string, readonly [namespace: string, nodes: number]>> = {
  "aws-node": ["kube-system", 4],
  "kube-proxy": ["kube-system", 4],
  "ebs-csi-node": ["kube-system", 4],
  "eks-pod-identity-agent": ["kube-system", 4],
  "eks-node-monitoring-agent": ["kube-system", 4],
  "nvidia-device-plugin": ["kube-system", 2],
  "dcgm-exporter": [monitoring, 2],
  "monitoring-prometheus-node-exporter": [monitoring, 4],
  "dcgm-server": ["kube-system", 0],
};

const stateMetrics = { job: "kube-state-metrics", instance: "10.40.1.31:8080" };
const state = (metric: string, of: Readonly<Record<string, string>>, value: number, job = true): Series =>
  series(metric, { ...of, ...(job && stateMetrics) }, constant(value));

/** What kube-state-metrics says of things of a kind: one series for each figure. */
const states = (prefix: string, of: Readonly<Record<string, string>>, figures: Record<string, number>) =>
  merge(Object.entries(figures).map(([figure, value]) => state(`${prefix}_${figure}`, of, value)));

function workloads(): Series[] {
  return [
    ...Object.entries(deployments).flatMap(([deployment, [namespace, replicas]]) => [
      states(
        "kube_deployment",
        { namespace, deployment },
        {
          spec_replicas: replicas,
          status_replicas_available: replicas,
          status_replicas_updated: replicas,
          status_observed_generation: 3,
          metadata_generation: 3,
        },
      ),
      state(
        "kube_deployment_status_condition",
        { namespace, deployment, condition: "Progressing", status: "false" },
        0,
      ),
      ...Array.from({ length: replicas }, (_, index) =>
        pod(namespace, `${deployment}-${index}`, "ReplicaSet"),
      ),
    ]),
    ...Object.entries(statefulSets).flatMap(([statefulset, replicas]) => [
      states(
        "kube_statefulset",
        { namespace: monitoring, statefulset },
        {
          replicas,
          status_replicas_ready: replicas,
          status_replicas_updated: replicas,
          status_observed_generation: 1,
          metadata_generation: 1,
        },
      ),
      ...["current", "update"].map((which) =>
        state(
          `kube_statefulset_status_${which}_revision`,
          { namespace: monitoring, statefulset, revision: "a" },
          1,
        ),
      ),
      ...Array.from({ length: replicas }, (_, index) =>
        pod(monitoring, `${statefulset}-${index}`, "StatefulSet"),
      ),
    ]),
    ...Object.entries(daemonSets).map(([daemonset, [namespace, wanted]]) =>
      states(
        "kube_daemonset_status",
        { namespace, daemonset },
        {
          desired_number_scheduled: wanted,
          current_number_scheduled: wanted,
          updated_number_scheduled: wanted,
          number_available: wanted,
          number_misscheduled: 0,
        },
      ),
    ),
  ];
}

function pod(namespace: string, name: string, owner: string): Series {
  const of = { namespace, pod: name };
  return merge([
    ...["Pending", "Running", "Unknown"].map((phase) =>
      state("kube_pod_status_phase", { ...of, phase }, phase === "Running" ? 1 : 0),
    ),
    state("kube_pod_status_ready", { ...of, condition: "true" }, 1),
    state("kube_pod_owner", { ...of, owner_kind: owner, owner_name: name }, 1),
    state("kube_pod_status_reason", { ...of, reason: "SchedulingGated" }, 0),
    state(
      "kube_pod_container_resource_requests",
      { ...of, container: "main", node: "system-1", resource: "cpu" },
      0.15,
    ),
    state(
      "kube_pod_container_resource_requests",
      { ...of, container: "main", node: "system-1", resource: "memory" },
      2e8,
    ),
  ]);
}

function slots(): Series[] {
  return ["blue", "green"].flatMap((colour, index) => {
    const node = gpuNodes[index]?.name ?? "";
    const of = { namespace: "models", pod: `chat-${colour}-0`, container: "engine", node };
    return [
      // An engine takes nearly all of its node.
      state("kube_pod_container_resource_requests", { ...of, resource: "cpu" }, 3),
      state("kube_pod_container_resource_requests", { ...of, resource: "memory" }, 12 * 2 ** 30),
      // KEDA's autoscaler of a slot with one replica at least and at most.
      states(
        "kube_horizontalpodautoscaler",
        { namespace: "models", horizontalpodautoscaler: `keda-hpa-chat-${colour}` },
        {
          spec_min_replicas: 1,
          spec_max_replicas: 1,
          status_current_replicas: 1,
          status_desired_replicas: 1,
        },
      ),
      states(
        "kube_poddisruptionbudget_status",
        { namespace: "models", poddisruptionbudget: `chat-${colour}` },
        {
          desired_healthy: 0,
          current_healthy: 1,
        },
      ),
    ];
  });
}

/** The Job that brought the weights is done. Its pod waited for a node, and an earlier try of it failed. */
function staging(): Series[] {
  const of = { namespace: "model-staging", job_name: "stage-qwen3-8b-awq" };
  return [
    state("kube_job_status_start_time", of, 1),
    state("kube_job_status_active", of, 0),
    ...["true", "false", "unknown"].map((condition) => state("kube_job_failed", { ...of, condition }, 0)),
  ];
}

function ofNode({ name: node, address, cpus, memoryGiB, pods, running }: Node): Series[] {
  const kubelet = {
    job: "kubelet",
    metrics_path: "/metrics",
    instance: `${address}:10250`,
    node,
    namespace: "kube-system",
    service: "monitoring-kubelet",
  };
  const exporter = {
    job: "node-exporter",
    instance: `${address}:9100`,
    namespace: monitoring,
    pod: `node-exporter-${node}`,
  };
  const disk = { ...exporter, fstype: "xfs", mountpoint: "/", device: "/dev/nvme0n1p1" };
  const gauge = (metric: string, of: Readonly<Record<string, string>>, value: number | string) =>
    series(metric, of, constant(value));
  return [
    state("kube_node_info", { node }, 1),
    state("kube_node_spec_unschedulable", { node }, 0),
    ...[
      ["Ready", 1],
      ["MemoryPressure", 0],
      ["DiskPressure", 0],
      ["PIDPressure", 0],
    ].map(([condition, value]) =>
      state(
        "kube_node_status_condition",
        { node, condition: String(condition), status: "true" },
        Number(value),
      ),
    ),
    state("kube_node_status_allocatable", { node, resource: "cpu" }, cpus - 0.08),
    state("kube_node_status_allocatable", { node, resource: "memory" }, memoryGiB * 0.88 * 2 ** 30),
    state("kube_node_status_capacity", { node, resource: "pods" }, pods),
    ...["/metrics", "/metrics/cadvisor", "/metrics/probes"].map((metrics_path) =>
      gauge("up", { ...kubelet, metrics_path }, 1),
    ),
    gauge("kubelet_running_pods", kubelet, running),
    gauge("kubelet_node_name", kubelet, 1),
    gauge("kubelet_evictions", { ...kubelet, eviction_signal: "memory.available" }, 0),
    // EKS's nodes have no certificate as a client, which reads as infinity; promtool takes numbers. [kubernetes pkg/kubelet/certificate/kubelet.go]
    gauge("kubelet_certificate_manager_client_ttl_seconds", kubelet, "1e300"),
    gauge("kubelet_certificate_manager_server_ttl_seconds", kubelet, 30 * 86_400),
    gauge("kubelet_certificate_manager_client_expiration_renew_errors", kubelet, 0),
    gauge("kubelet_server_expiration_renew_errors", kubelet, 0),
    ...[
      ["0.25", 60],
      ["10", 60],
      ["+Inf", 60],
    ].map(([le, each]) =>
      series(
        "kubelet_pleg_relist_duration_seconds_bucket",
        { ...kubelet, le: String(le) },
        counter(0, Number(each)),
      ),
    ),
    ...["1", "60", "+Inf"].map((le) =>
      series(
        "kubelet_pod_worker_duration_seconds_bucket",
        { ...kubelet, operation_type: "sync", le },
        counter(0, 20),
      ),
    ),
    // All components of a version differ in what follows it.
    gauge("kubernetes_build_info", { ...kubelet, git_version: "v1.36.2-eks-3abbec1" }, 1),
    gauge("up", exporter, 1),
    gauge("node_filesystem_avail_bytes", disk, 80e9),
    gauge("node_filesystem_size_bytes", disk, 100e9),
    gauge("node_filesystem_readonly", disk, 0),
    gauge("node_filesystem_files_free", disk, 5e7),
    gauge("node_filesystem_files", disk, 5.2e7),
    ...["receive", "transmit"].flatMap((way) => [
      series(`node_network_${way}_errs_total`, { ...exporter, device: "ens5" }, constant(0)),
      series(`node_network_${way}_packets_total`, { ...exporter, device: "ens5" }, counter(0, 90_000)),
    ]),
    gauge("node_network_up", { ...exporter, device: "ens5" }, 1),
    gauge("node_nf_conntrack_entries", exporter, 900),
    gauge("node_nf_conntrack_entries_limit", exporter, 131_072),
    gauge("node_textfile_scrape_error", exporter, 0),
    gauge("node_timex_offset_seconds", exporter, 0.00002),
    gauge("node_timex_sync_status", exporter, 1),
    gauge("node_timex_maxerror_seconds", exporter, 0.01),
    gauge("node_filefd_allocated", exporter, 3000),
    gauge("node_filefd_maximum", exporter, "9e18"),
    ...Array.from({ length: cpus }, (_, cpu) => String(cpu)).flatMap((cpu) => [
      series("node_cpu_seconds_total", { ...exporter, cpu, mode: "idle" }, counter(0, 48)),
      series("node_cpu_seconds_total", { ...exporter, cpu, mode: "user" }, counter(0, 12)),
    ]),
    gauge("node_load1", exporter, 0.6),
    series("node_vmstat_pgmajfault", exporter, counter(0, 60)),
    gauge("node_memory_MemAvailable_bytes", exporter, memoryGiB * 0.35 * 2 ** 30),
    gauge("node_memory_MemTotal_bytes", exporter, memoryGiB * 2 ** 30),
    series("node_disk_io_time_weighted_seconds_total", { ...exporter, device: "nvme0n1" }, counter(0, 6)),
  ];
}

/** The array that Karpenter makes of a GPU node's local disks. */
const arrays = gpuNodes.flatMap(({ address }) => {
  const array = { job: "node-exporter", instance: `${address}:9100`, device: "md127" };
  return [
    series("node_md_disks_required", array, constant(2)),
    series("node_md_disks", { ...array, state: "active" }, constant(2)),
    series("node_md_disks", { ...array, state: "failed" }, constant(0)),
  ];
});

function volumes(): Series[] {
  const claims = {
    // Prometheus keeps what it may: its disk is as full as it ever gets, and grows until it deletes a block.
    "prometheus-monitoring-prometheus-db-prometheus-monitoring-prometheus-0": {
      gib: 49,
      share: fullDisk,
      growing: true,
    },
    "alertmanager-monitoring-alertmanager-db-alertmanager-monitoring-alertmanager-0": {
      gib: 2,
      share: 0.01,
      growing: false,
    },
  };
  return Object.entries(claims).flatMap(([persistentvolumeclaim, { gib, share, growing }]) => {
    const of = {
      job: "kubelet",
      metrics_path: "/metrics",
      namespace: monitoring,
      persistentvolumeclaim,
      instance: "10.40.1.10:10250",
    };
    const free = (1 - share) * gib * 2 ** 30;
    const each = growing ? 1.5e6 : 0;
    return [
      series("kubelet_volume_stats_available_bytes", of, `${free + each * minutes}-${each}x${minutes}`),
      series("kubelet_volume_stats_capacity_bytes", of, constant(gib * 2 ** 30)),
      series("kubelet_volume_stats_used_bytes", of, constant(share * gib * 2 ** 30)),
      series("kubelet_volume_stats_inodes_free", of, constant(3e6)),
      series("kubelet_volume_stats_inodes", of, constant(3.2e6)),
      series("kubelet_volume_stats_inodes_used", of, constant(2e5)),
      state(
        "kube_persistentvolumeclaim_access_mode",
        { namespace: monitoring, persistentvolumeclaim, access_mode: "ReadWriteOnce" },
        1,
      ),
      ...["Failed", "Pending"].map((phase) =>
        state("kube_persistentvolume_status_phase", { persistentvolume: persistentvolumeclaim, phase }, 0),
      ),
    ];
  });
}

/** Both of EKS's API servers. */
const apiServers = ["10.40.1.5:443", "10.40.2.5:443"].flatMap((instance) => {
  const of = { job: "apiserver", instance, namespace: "default", service: "kubernetes" };
  const requests = (verb: string, code: string) =>
    series(
      "apiserver_request_total",
      { ...of, verb, code, resource: "pods", scope: "namespace" },
      counter(0, code === "200" ? 600 : 1),
    );
  return [
    series("up", of, constant(1)),
    ...["GET", "LIST", "POST", "PUT", "PATCH", "DELETE"].flatMap((verb) => [
      requests(verb, "200"),
      requests(verb, "404"),
      ...["namespace", "cluster", "resource"].flatMap((scope) => {
        const sli = { ...of, verb, scope, resource: "pods" };
        return [
          ...["1", "5", "30", "+Inf"].map((le) =>
            series("apiserver_request_sli_duration_seconds_bucket", { ...sli, le }, counter(0, 200)),
          ),
          series("apiserver_request_sli_duration_seconds_count", sli, counter(0, 200)),
        ];
      }),
    ]),
    series("apiserver_request_terminations_total", { ...of, verb: "LIST", code: "429" }, constant(0)),
    // Clients of EKS's control plane come with certificates of a year.
    ...["604800", "7.776e+06", "+Inf"].map((le) =>
      series(
        "apiserver_client_certificate_expiration_seconds_bucket",
        { ...of, le },
        le === "604800" ? constant(0) : counter(0, 30),
      ),
    ),
    series("apiserver_client_certificate_expiration_seconds_count", of, counter(0, 30)),
    ...["v1beta1.metrics.k8s.io", "v1beta1.external.metrics.k8s.io"].flatMap((name) => [
      series("aggregator_unavailable_apiservice", { ...of, name }, constant(0)),
      series(
        "aggregator_unavailable_apiservice_total",
        { ...of, name, reason: "FailedDiscoveryCheck" },
        constant(2),
      ),
    ]),
    series("rest_client_requests_total", { ...of, code: "200" }, counter(0, 300)),
    series("rest_client_requests_total", { ...of, code: "500" }, constant(1)),
    series("kubernetes_build_info", { ...of, git_version: "v1.36.4-eks-f69f56f" }, constant(1)),
  ];
});

function watchers(): Series[] {
  const alertmanager = {
    job: "monitoring-alertmanager",
    container: "alertmanager",
    namespace: monitoring,
    service: "monitoring-alertmanager",
  };
  const prometheus = {
    job: "monitoring-prometheus",
    container: "prometheus",
    namespace: monitoring,
    service: "monitoring-prometheus",
    pod: "prometheus-monitoring-prometheus-0",
  };
  const operator = { job: "monitoring-operator", namespace: monitoring, controller: "prometheus" };
  const still = (names: readonly string[], of: Readonly<Record<string, string>>) =>
    names.map((name) => series(name, of, constant(0)));
  const fixed = (figures: Readonly<Record<string, number>>, of: Readonly<Record<string, string>>) =>
    Object.entries(figures).map(([name, value]) => series(name, of, constant(value)));
  const rising = (figures: Readonly<Record<string, number>>, of: Readonly<Record<string, string>>) =>
    Object.entries(figures).map(([name, each]) => series(name, of, counter(0, each)));
  return [
    ...[0, 1].flatMap((index) => {
      const of = { ...alertmanager, pod: `alertmanager-${index}`, instance: `10.40.${index}.41:9093` };
      return [
        ...fixed(
          {
            up: 1,
            alertmanager_config_last_reload_successful: 1,
            alertmanager_cluster_members: 2,
            alertmanager_cluster_failed_peers: 0,
            alertmanager_config_hash: 77,
            process_start_time_seconds: 0,
          },
          of,
        ),
        ...rising({ alertmanager_notifications_total: 1 }, { ...of, integration: "sns" }),
        ...["clientError", "serverError", "other"].map((reason) =>
          series(
            "alertmanager_notifications_failed_total",
            { ...of, integration: "sns", reason },
            constant(0),
          ),
        ),
        ...fixed({ reloader_last_reload_successful: 1 }, { ...of, container: "config-reloader" }),
      ];
    }),
    ...fixed(
      {
        up: 1,
        prometheus_config_last_reload_successful: 1,
        prometheus_notifications_queue_length: 0,
        prometheus_notifications_queue_capacity: 10_000,
        prometheus_notifications_alertmanagers_discovered: 2,
        prometheus_target_metadata_cache_entries: 9000,
        prometheus_rule_group_rules: 200,
        prometheus_engine_queries: 1,
        prometheus_engine_queries_concurrent_max: 20,
      },
      prometheus,
    ),
    ...fixed({ reloader_last_reload_successful: 1 }, { ...prometheus, container: "config-reloader" }),
    ...still(
      [
        "prometheus_sd_refresh_failures_total",
        "prometheus_sd_kubernetes_failures_total",
        "prometheus_tsdb_reloads_failures_total",
        "prometheus_tsdb_compactions_failed_total",
        "prometheus_target_scrapes_sample_duplicate_timestamp_total",
        "prometheus_target_scrapes_sample_out_of_order_total",
        "prometheus_rule_evaluation_failures_total",
        "prometheus_rule_group_iterations_missed_total",
        "prometheus_target_scrape_pool_exceeded_target_limit_total",
        "prometheus_target_scrape_pool_exceeded_label_limits_total",
        "prometheus_target_scrapes_exceeded_body_size_limit_total",
        "prometheus_target_scrapes_exceeded_sample_limit_total",
        "prometheus_target_sync_failed_total",
      ],
      prometheus,
    ),
    ...rising({ prometheus_tsdb_head_samples_appended_total: 150_000 }, { ...prometheus, type: "float" }),
    ...[0, 1].flatMap((index) => {
      const of = { ...prometheus, alertmanager: `http://10.40.${index}.41:9093/api/v2/alerts` };
      return [
        ...rising({ prometheus_notifications_sent_total: 4 }, of),
        ...still(["prometheus_notifications_errors_total"], of),
      ];
    }),
    ...fixed({ up: 1, prometheus_operator_ready: 1 }, operator),
    ...["failed", "ok"].map((status) =>
      series("prometheus_operator_syncs", { ...operator, status }, constant(status === "ok" ? 1 : 0)),
    ),
    ...["rejected", "selected"].map((state) =>
      series(
        "prometheus_operator_managed_resources",
        { ...operator, state },
        constant(state === "selected" ? 30 : 0),
      ),
    ),
    ...rising(
      {
        prometheus_operator_list_operations_total: 2,
        prometheus_operator_watch_operations_total: 2,
        prometheus_operator_reconcile_operations_total: 5,
        prometheus_operator_status_update_operations_total: 5,
      },
      operator,
    ),
    ...still(
      [
        "prometheus_operator_list_operations_failed_total",
        "prometheus_operator_watch_operations_failed_total",
        "prometheus_operator_reconcile_errors_total",
        "prometheus_operator_status_update_errors_total",
        "prometheus_operator_node_address_lookup_errors_total",
      ],
      operator,
    ),
    ...["success", "error"].flatMap((result) =>
      ["list", "watch"].map((verb) =>
        series(
          `kube_state_metrics_${verb}_total`,
          { ...stateMetrics, result },
          result === "success" ? counter(0, 9) : constant(0),
        ),
      ),
    ),
    ...fixed({ kube_state_metrics_total_shards: 1 }, stateMetrics),
    ...fixed({ kube_state_metrics_shard_ordinal: 0 }, { ...stateMetrics, shard_ordinal: "0" }),
    ...[
      "coredns",
      "grafana",
      "kube-state-metrics",
      "dcgm-exporter",
      "monitoring/engines",
      "monitoring/keda",
      "monitoring/karpenter",
      "monitoring/external-secrets",
    ].map((job) => series("up", { job, namespace: monitoring, service: job, instance: "a" }, constant(1))),
  ];
}

/** Share of Prometheus's disk that its blocks and its log may take, of what its file system offers. */
const fullDisk = (diskShare * 50) / 49;

/** Series of a healthy dev over five hours, as its exporters write them: two system nodes, a slot on each of two GPU nodes. */
export const healthyDev: Series = merge([
  ...workloads(),
  ...slots(),
  ...staging(),
  ...nodes.flatMap(ofNode),
  ...arrays,
  ...volumes(),
  ...apiServers,
  ...watchers(),
  // A container of a controller that is held back a little.
  series(
    "container_cpu_cfs_throttled_periods_total",
    {
      job: "kubelet",
      metrics_path: "/metrics/cadvisor",
      namespace: monitoring,
      pod: "grafana-0",
      container: "grafana",
      instance: "10.40.1.10:10250",
    },
    counter(0, 3),
  ),
  series(
    "container_cpu_cfs_periods_total",
    {
      job: "kubelet",
      metrics_path: "/metrics/cadvisor",
      namespace: monitoring,
      pod: "grafana-0",
      container: "grafana",
      instance: "10.40.1.10:10250",
    },
    counter(0, 600),
  ),
]);

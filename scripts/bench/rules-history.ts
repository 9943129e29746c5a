import { appendFileSync, writeFileSync } from "node:fs";
import {
  gatewayMetrics,
  gpuMetrics,
  podMetrics,
  scrapeSeconds,
  vllmMetrics,
} from "../../components/monitoring/metrics.ts";
import { servingNamespace } from "../../components/serving/namespace.ts";

type Labels = Readonly<Record<string, string>>;

const day = 86_400;
const hour = 3600;
/** What rules with short windows need. */
const recent = 1200;
/** Prometheus's interval where a monitor names none, and that of its rules. [kube-prometheus-stack] */
const usualSeconds = 30;
const tenants = 3;
const codes = ["ok", "provider_error"];
const limits = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "20", "40", "80", "160", "+Inf"];

/** Series that grow by this many a second. */
const counted = (perSecond: number) => (at: number) => perSecond * at;
const constant = (value: number) => () => value;

interface HistorySeries {
  readonly name: string;
  readonly labels: Labels;
  readonly value: (seconds: number) => number;
  /** @default recent */
  readonly span?: number;
  /** @default usualSeconds */
  readonly step?: number;
}

/**
 * Writes what Prometheus has read of an environment with one slot and one route for each model, as OpenMetrics: a day of
 * what rules read over a day, and twenty minutes of the rest.
 * @param until seconds since 1970
 */
export function writeHistory(file: string, models: number, until: number) {
  writeFileSync(file, "");
  const all = Array.from({ length: models }, (_, model) => [
    ...engine(`model-${model}`),
    ...route(`route-${model}`, `model-${model}`),
  ]).flat();
  // All series of a metric have to follow one another.
  const byName = Map.groupBy(all, ({ name }) => name);
  for (const series of byName.values()) for (const one of series) appendFileSync(file, lines(one, until));
  appendFileSync(file, "# EOF\n");
}

function lines(
  { name, labels, value, span = recent, step = usualSeconds }: HistorySeries,
  until: number,
): string {
  const written = Object.entries({ environment: "dev", ...labels }).map(
    ([label, text]) => `${label}="${text}"`,
  );
  const series = `${name}{${written.join(",")}}`;
  const found: string[] = [];
  for (let at = 0; at <= span; at += step) found.push(`${series} ${value(at)} ${until - span + at}\n`);
  return found.join("");
}

function histogram(name: string, labels: Labels, step: number): HistorySeries[] {
  const buckets = limits.map((le, index) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le },
    value: counted((index + 1) / limits.length),
    step,
  }));
  return [
    ...buckets,
    { name: `${name}_count`, labels, value: counted(1), step },
    { name: `${name}_sum`, labels, value: counted(0.4), step },
  ];
}

/** One engine with its pod and its GPU. */
function engine(model: string): HistorySeries[] {
  const slot = { model, colour: "blue", release: "0123456789ab" };
  const pod = { namespace: servingNamespace, pod: `${model}-blue-0` };
  const labels = { ...slot, ...pod, engine: "0", model_name: model };
  const every = { step: scrapeSeconds };
  const { running, waiting, kvCacheUsage, httpRequests, finished, ...others } = vllmMetrics;
  const { queueTime, timeToFirstToken, timePerOutputToken, latency, ...counters } = others;
  const deployment = { namespace: servingNamespace, deployment: `${model}-blue` };
  const gpu = {
    gpu: "0",
    Hostname: `node-${model}`,
    exported_namespace: pod.namespace,
    exported_pod: pod.pod,
  };
  return [
    ...[running, waiting, kvCacheUsage].map((name) => ({ name, labels, value: constant(0.5), ...every })),
    ...Object.values(counters).map((name) => ({ name, labels, value: counted(50), ...every })),
    ...["stop", "length", "abort", "error", "repetition"].map((finished_reason) => ({
      ...{ name: finished, labels: { ...labels, finished_reason }, value: counted(1), ...every },
    })),
    ...["2xx", "5xx"].map((status) => ({
      name: httpRequests,
      labels: { ...slot, ...pod, handler: "/v1/chat/completions", method: "POST", status },
      ...{ value: counted(1), ...every },
    })),
    ...[queueTime, timeToFirstToken, timePerOutputToken, latency].flatMap((name) =>
      histogram(name, labels, scrapeSeconds),
    ),
    ...Object.values(gpuMetrics).map((name) => ({ name, labels: gpu, value: constant(0), ...every })),
    ...["created", "spec_replicas", "status_replicas_available"].map((name) => ({
      ...{ name: `kube_deployment_${name}`, labels: deployment, value: constant(1) },
    })),
    {
      name: podMetrics.labels,
      labels: { ...pod, label_gantry_dev_model: model, label_gantry_dev_colour: "blue" },
      value: constant(1),
    },
    { name: "kube_pod_container_status_ready", labels: { ...pod, container: "engine" }, value: constant(1) },
    { name: "kube_pod_status_ready", labels: { ...pod, condition: "true" }, value: constant(1) },
    { name: podMetrics.scheduled, labels: { ...pod, condition: "true" }, value: constant(1) },
    // What rules keep, and others read over a day.
    ...[
      "slot:generated_tokens_per_replica:rate5m",
      "slot:traffic_share:ratio5m",
      "slot:requests_waiting:sum",
    ].map((name) => ({ name, labels: slot, value: constant(0.5), span: day })),
  ];
}

/** What the gateway counts of one route, of each tenant. */
function route(route: string, model: string): HistorySeries[] {
  const pod = { namespace: "gateway", pod: "gateway-0", pid: "1", route, model };
  const ofTenants = Array.from({ length: tenants }, (_, tenant) => ({ ...pod, tenant: `tenant-${tenant}` }));
  return [
    ...ofTenants.flatMap((labels) => [
      ...codes.map((code, index) => ({
        name: gatewayMetrics.requests,
        labels: { ...labels, code, cache: "none" },
        value: counted(1 - index * 0.999),
        span: day,
      })),
      { name: gatewayMetrics.cost, labels, value: counted(1e-4), span: hour },
      ...["input", "output"].map((kind) => ({
        ...{ name: gatewayMetrics.tokens, labels: { ...labels, kind }, value: counted(100) },
      })),
    ]),
    { name: gatewayMetrics.fallbacks, labels: pod, value: counted(0.001) },
    ...histogram(gatewayMetrics.firstToken, pod, usualSeconds),
    { name: "route:cache_hits:ratio1h", labels: { route }, value: constant(0.2), span: day },
  ];
}

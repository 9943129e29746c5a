import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { containersOf, workloads } from "../../read/kubernetes/containers.ts";
import { type Pods, selects, services } from "../../read/kubernetes/kubernetes.ts";
import { looksIn, podMonitors, serviceMonitors } from "../../read/kubernetes/monitor-references.ts";
import { Objects } from "../../read/kubernetes/objects.ts";
import { hidesMetrics, otherSource } from "../../read/kubernetes/relabeling.ts";
import { duration } from "../../read/text/duration.ts";

/** Alerts and autoscalers read rates over a minute and more, which take two values. */
const longestIntervalSeconds = 30;
/** vLLM publishes about a thousand for a model; histograms of adapters and priorities add to them. */
const fewestSamples = 10_000;
/** Engines that publish metrics, and containers that may be one; others have none to scrape. */
const measured: readonly Value[] = ["vllm", "tgi", unknown];
const monitors = [...podMonitors, ...serviceMonitors];

export const engineMonitored: StackRule<typeof engineSettings> = {
  name: "engine-monitored",
  title: "Prometheus scrapes every engine at /metrics, and its series keep the pods' own model and slot.",
  why: "An engine that isn't scraped looks idle: it isn't scaled up, no alert fires, and a rollout's gates have nothing to compare.",
  fix: "Select the engines' pods by a PodMonitor of their namespace: path /metrics, an interval of 30 s or less, model and colour from the pods' labels, no metric dropped.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't compare monitors with pods" },
  resourceTypes: [...monitors, ...services, ...workloads],
  example: {
    good: "podMetricsEndpoints: [{ port: http, path: /metrics, interval: 15s }] for every engine",
    bad: "podMetricsEndpoints: [{ port: http, path: /metrics, interval: 1h }]",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const own = resources.filter(isOf(monitors));
    // Without any monitor the stack is watched in another way, or isn't watched, which other rules say.
    if (own.length === 0) return;
    const engines = objects.allPods.filter((pods) =>
      containersOf(pods, ["containers"]).some((one) => measured.includes(engineKind(one, config))),
    );
    const scraped = new Map(own.map((monitor) => [monitor, scrapedBy(monitor, engines, resources, objects)]));
    for (const pods of engines)
      if (![...scraped.values()].some((found) => found.includes(pods)))
        yield {
          resource: pods.workload,
          path: `${pods.prefix}metadata.labels`,
          problem: "no monitor of the stack selects its engines",
          allowed: "a PodMonitor that selects the pods' labels in their namespace, known at preview",
        };
    for (const [monitor, found] of scraped) if (found.length > 0) yield* monitorProblems(monitor, found);
  },
};

/** The engines that a monitor selects, directly or by their Services. */
function scrapedBy(
  monitor: StackResource,
  engines: readonly Pods[],
  resources: readonly StackResource[],
  objects: Objects,
): readonly Pods[] {
  const selector = at(monitor.props, "spec", "selector");
  if (podMonitors.includes(monitor.type))
    return engines.filter(
      ({ namespace, labels }) => looksIn(monitor, namespace) && selects(selector, labels ?? {}) === true,
    );
  const found = resources
    .filter(isOf(services))
    .filter(({ props }) => selects(selector, at(props, "metadata", "labels") ?? {}) === true)
    .flatMap((service) => objects.podsOf(service));
  return engines.filter((pods) => looksIn(monitor, pods.namespace) && found.includes(pods));
}

function* monitorProblems(resource: StackResource, engines: readonly Pods[]): Generator<StackFinding> {
  const list = podMonitors.includes(resource.type) ? "podMetricsEndpoints" : "endpoints";
  const endpoints = elements(at(resource.props, "spec", list));
  if (endpoints === unknown || endpoints.length === 0)
    yield {
      resource,
      path: `spec.${list}`,
      problem: "the monitor of engines scrapes nothing that is known at preview",
      allowed: "an endpoint with the engines' port and /metrics",
    };
  // Unset and 0 are no limit. [Prometheus operator API, PodMonitorSpec]
  const limit = at(resource.props, "spec", "sampleLimit") ?? 0;
  if (typeof limit !== "number" || (limit > 0 && limit < fewestSamples))
    yield {
      resource,
      path: "spec.sampleLimit",
      problem: "a scrape with more samples is dropped as a whole",
      allowed: `unset, or ${fewestSamples} and more, known at preview`,
    };
  for (const [index, endpoint] of orUnknown(endpoints).entries())
    for (const [name, problem, allowed] of endpointProblems(endpoint, engines))
      yield { resource, path: `spec.${list}.${index}.${name}`, problem, allowed };
}

function* endpointProblems(
  endpoint: Value,
  engines: readonly Pods[],
): Generator<readonly [name: string, problem: string, allowed: string]> {
  if ((at(endpoint, "path") ?? "/metrics") !== "/metrics")
    yield ["path", "engines publish no metrics there", "/metrics, or unset"];
  if (!/^http$/i.test(String(at(endpoint, "scheme") ?? "http")))
    yield ["scheme", "engines publish their metrics without TLS", "http, or unset"];
  const interval = at(endpoint, "interval");
  const seconds = interval === undefined || interval === "" ? 0 : duration(interval);
  if (seconds === unknown || seconds > longestIntervalSeconds)
    yield [
      "interval",
      "the engines are scraped too seldom for alerts and autoscalers, or how often isn't known",
      `${longestIntervalSeconds}s or less, or unset, known at preview`,
    ];
  if (engines.some(({ labels }) => hidesMetrics(endpoint, labels)))
    yield ["metricRelabelings", "it drops engines or their metrics", "relabelings that keep both"];
  const wrong = engines
    .map(({ labels }) => otherSource(endpoint, labels))
    .find((label) => label !== undefined);
  if (wrong !== undefined)
    yield [
      "relabelings",
      `${wrong} is set from something else than the pods' own label`,
      `gantry.dev/${wrong} of the pods as the source of ${wrong}`,
    ];
}

import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { nameOf, namespaceOf, type Pods, readsToPods, scalers } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

/** Metric labels, each with the pod label that Prometheus sets it from. */
const own: Readonly<Record<string, string>> = {
  model: "gantry.dev/model",
  colour: "gantry.dev/colour",
};

/** Prometheus in the cluster, by a Service's name, or Amazon's. */
const ownServer =
  /^https?:\/\/(?:[\w-]+\.[\w-]+\.svc(?:\.cluster\.local)?(?::\d+)?|aps-workspaces\.[\w-]+\.amazonaws\.com)(?:\/|$)/;
/** Triggers that an engine on a GPU hardly moves. */
const hostLoad: readonly Value[] = ["cpu", "memory"];

export const scalerCountsOwnModel: StackRule<typeof engineSettings> = {
  name: "scaler-counts-own-model",
  title: "An autoscaler measures the load of the engines that it scales.",
  why: "A query for another model, another slot or all of them adds replicas where no request waits and none where requests queue, while every object looks healthy.",
  fix: 'Match the pods\' own labels in each query: {model="…",colour="…"} of gantry.dev/model and gantry.dev/colour.',
  severity: "high",
  relatedChecks: { none: "the studied tools don't read an autoscaler's queries" },
  resourceTypes: [...scalers, ...readsToPods],
  example: {
    good: 'sum(vllm:num_requests_waiting{model="chat",colour="blue"}) for the pods of chat, blue',
    bad: 'sum(vllm:num_requests_waiting{model="code",colour="blue"}) for the pods of chat, blue',
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    for (const pods of objects.allPods.filter((one) => mayRunEngine(one, config)))
      for (const scaler of scalersOf(pods, objects, resources)) yield* otherQueries(scaler, pods);
  },
};

/** The scalers of a workload; any of them where its name or namespace isn't known. */
function scalersOf({ workload }: Pods, objects: Objects, resources: readonly StackResource[]) {
  const isKnown = nameOf(workload) !== unknown && namespaceOf(workload) !== unknown;
  return isKnown ? objects.scalersOf(workload) : resources.filter(({ type }) => scalers.includes(type));
}

function* otherQueries(resource: StackResource, pods: Pods): Generator<StackFinding> {
  const triggers = orUnknown(elements(at(resource.props, "spec", "triggers")));
  if (triggers.length > 0 && triggers.every((trigger) => hostLoad.includes(at(trigger, "type"))))
    yield {
      resource,
      path: "spec.triggers",
      problem: "processor and memory don't show how many requests an engine has waiting",
      allowed: "a trigger of type prometheus",
    };
  for (const [index, trigger] of triggers.entries()) {
    const type = at(trigger, "type");
    if (type !== unknown && type !== "prometheus") continue;
    const server = at(trigger, "metadata", "serverAddress");
    if (typeof server === "string" && !ownServer.test(server))
      yield {
        resource,
        path: `spec.triggers.${index}.metadata.serverAddress`,
        problem: `trigger ${index} reads the load outside the cluster`,
        allowed:
          "the address of a Service, such as http://prometheus.monitoring.svc:9090, or a workspace of Amazon Managed Prometheus",
      };
    const problem = wrong(at(trigger, "metadata", "query"), pods);
    if (problem !== undefined)
      yield {
        resource,
        path: `spec.triggers.${index}.metadata.query`,
        problem: `the query of trigger ${index} ${problem}`,
        allowed: "equality matchers for each of the labels that identify the scaled pods, known at preview",
      };
  }
}

function wrong(query: Value, { labels }: Pods): string | undefined {
  if (typeof query !== "string") return "isn't known at preview";
  for (const [name, label] of Object.entries(own)) {
    const wanted = at(labels, label);
    if (wanted === undefined) continue;
    const matchers = [...query.matchAll(new RegExp(`\\b${name}\\s*(=~|!=|!~|=)\\s*"([^"]*)"`, "g"))];
    if (matchers.some(([, operator, value]) => operator !== "=" || value !== wanted))
      return `measures another ${name} than the pods' own`;
    // Metrics that don't come from an engine identify pods by name.
    if (matchers.length === 0 && /\b(?:vllm|tgi_\w+):?\w*/.test(query)) return `measures every ${name}`;
  }
  return undefined;
}

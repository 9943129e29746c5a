import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";

/** Their pods end by themselves. */
const ending = ["kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob"];
const probes = ["startupProbe", "readinessProbe", "livenessProbe"];
const handlers = ["httpGet", "tcpSocket", "grpc", "exec"];
/** What Kubernetes takes for what isn't written. [Kubernetes API, Probe] */
const defaults = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

export const containerProbesSet: ResourceRule = {
  name: "container-probes-set",
  title: "Long-running containers say when they can take requests and when they have to be restarted.",
  why: "Without readiness requests go to a container that loads its weights; without liveness one that hangs stays; with one check for both, a busy one is restarted instead of spared.",
  fix: "Set readinessProbe and livenessProbe on a port of the container, the second with another check or more patience.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: ["CKV_K8S_8", "CKV_K8S_9", "kyverno:ensure-probes-different"],
  resourceTypes: workloads.filter((type) => !ending.includes(type)),
  example: {
    good: "readinessProbe: { httpGet: { path: /health, port: http }, failureThreshold: 3 }, livenessProbe: { httpGet: { path: /health, port: http }, failureThreshold: 8 }",
    bad: "livenessProbe: { httpGet: { path: /health, port: web } }",
  },
  config: {},

  *check(resource) {
    for (const pod of podSpecs(resource)) {
      if (restartsWithLeader(resource, pod)) continue;
      for (const container of longRunning(pod)) yield* unwatched(container);
    }
  },
};

/** The worker of a group has no server: whether it is well shows in its leader, and both restart together. */
function restartsWithLeader({ props }: Resource, { prefix }: PodSpec): boolean {
  const template = at(props, "spec", "leaderWorkerTemplate");
  return (
    prefix === "workerTemplate." &&
    // Without it the worker's template is the leader's, too.
    isFields(at(template, "leaderTemplate")) &&
    at(template, "restartPolicy") === "RecreateGroupOnPodRestart"
  );
}

/** Init containers with a restart policy run beside the others. [Kubernetes, Sidecar Containers] */
function longRunning(pod: PodSpec): readonly Container[] {
  const main = containersOf(pod, ["containers"]);
  if (pod.spec === unknown) return main;
  const before = containersOf(pod, ["initContainers"]);
  return [...main, ...before.filter(({ fields }) => at(fields, "restartPolicy") !== undefined)];
}

function* unwatched({ path, where, fields }: Container): Iterable<Finding> {
  for (const name of probes) {
    const probe = at(fields, name);
    // A container that starts at once needs no time for it.
    if (name === "startupProbe" && probe === undefined) continue;
    const handler = handlerOf(probe);
    if (handler === undefined)
      yield {
        path: `${path}.${name}`,
        where,
        problem: `there is no ${name} that is known at preview`,
        allowed: `a check by ${handlers.join(", ")}`,
      };
    // A command asks no port.
    else if (handler !== "exec" && !isDeclared(at(probe, handler, "port"), at(fields, "ports")))
      yield {
        path: `${path}.${name}.port`,
        where,
        problem: `${name} asks a port that the container doesn't declare`,
        allowed: "the name or number of one of its ports",
      };
  }
  if (areOne(at(fields, "readinessProbe"), at(fields, "livenessProbe")))
    yield {
      path: `${path}.livenessProbe`,
      where,
      problem: "liveness and readiness are the same check with the same numbers, as far as is known",
      allowed: "another check, or more patience than readiness has",
    };
}

function handlerOf(probe: Value): string | undefined {
  return handlers.find((handler) => isFields(at(probe, handler)));
}

/** Whether two probes are there and may be the same check with the same numbers. */
function areOne(one: Value, other: Value): boolean {
  if (handlerOf(one) === undefined || handlerOf(other) === undefined) return false;
  return !differ(withDefaults(one), withDefaults(other));
}

function withDefaults(probe: Value): Value {
  if (!isFields(probe)) return probe;
  const numbers = Object.entries(defaults).map(([name, number]) => [name, at(probe, name) ?? number]);
  return { ...probe, ...Object.fromEntries(numbers) };
}

/** Whether two values are certain to differ. */
function differ(one: Value, other: Value): boolean {
  if (one === unknown || other === unknown) return false;
  if (isFields(one) && isFields(other))
    return Object.keys({ ...one, ...other }).some((key) => differ(at(one, key), at(other, key)));
  if (isList(one) && isList(other))
    return one.length !== other.length || one.some((value, index) => differ(value, other[index]));
  return one !== other;
}

function isDeclared(port: Value, ports: Value): boolean {
  const declared = elements(ports);
  if (declared === unknown) return false;
  if (typeof port === "string") return declared.some((one) => at(one, "name") === port);
  return typeof port === "number" && declared.some((one) => at(one, "containerPort") === port);
}

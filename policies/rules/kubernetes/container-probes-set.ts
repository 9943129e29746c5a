import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { purposeKey } from "../../read/aws/purpose.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";

/** Workloads whose pods run to completion. */
const ending = ["kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob"];
const probes = ["startupProbe", "readinessProbe", "livenessProbe"];
const handlers = ["httpGet", "tcpSocket", "grpc", "exec"];
/** Defaults of unset fields. [Kubernetes API, Probe] */
const defaults = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

export const containerProbesSet: ResourceRule = {
  name: "container-probes-set",
  title: "Long-running containers have readiness and liveness probes that differ.",
  why: "Without a readiness probe requests go to a container that is still loading weights; without a liveness probe a hung container isn't restarted; with one check for both, a busy container is restarted instead of taken out of rotation.",
  fix: `Set readinessProbe and livenessProbe on a port of the container, and give the liveness probe another check or a higher failureThreshold; a worker without ports carries the label ${purposeKey}: application.`,
  severity: "medium",
  relatedChecks: ["CKV_K8S_8", "CKV_K8S_9", "kyverno:ensure-probes-different"],
  resourceTypes: workloads.filter((type) => !ending.includes(type)),
  example: {
    good: "readinessProbe: { httpGet: { path: /health, port: http }, failureThreshold: 3 }, livenessProbe: { httpGet: { path: /health, port: http }, failureThreshold: 8 }",
    bad: "livenessProbe: { httpGet: { path: /health, port: web } }",
  },

  *check(resource) {
    for (const pod of podSpecs(resource)) {
      if (restartsWithLeader(resource, pod)) continue;
      for (const container of longRunning(pod)) if (!takesNoRequests(container)) yield* unwatched(container);
    }
  },
};

/** A worker of a group has no server: its health shows in its leader, and both restart together. */
function restartsWithLeader({ props }: Resource, { prefix }: PodSpec): boolean {
  const template = at(props, "spec", "leaderWorkerTemplate");
  return (
    prefix === "workerTemplate." &&
    // Without it the worker's template also serves the leader.
    isFields(at(template, "leaderTemplate")) &&
    at(template, "restartPolicy") === "RecreateGroupOnPodRestart"
  );
}

/** A worker of an application's queue: nothing sends it requests, and nothing on a port tells whether it hangs. */
function takesNoRequests({ fields, purpose }: Container): boolean {
  const ports = elements(at(fields, "ports"));
  return purpose === "application" && ports !== unknown && ports.length === 0;
}

/** Init containers with a restart policy are sidecars. [Kubernetes, Sidecar Containers] */
function longRunning(pod: PodSpec): readonly Container[] {
  const main = containersOf(pod, ["containers"]);
  if (pod.spec === unknown) return main;
  const before = containersOf(pod, ["initContainers"]);
  return [...main, ...before.filter(({ fields }) => at(fields, "restartPolicy") !== undefined)];
}

function* unwatched({ path, where, fields }: Container): Iterable<Finding> {
  for (const name of probes) {
    const probe = at(fields, name);
    // A container that starts at once doesn't need a startup probe.
    if (name === "startupProbe" && probe === undefined) continue;
    const handler = handlerOf(probe);
    if (handler === undefined)
      yield {
        path: `${path}.${name}`,
        where,
        problem: `there is no ${name} known at preview`,
        allowed: `a check by ${handlers.join(", ")}`,
      };
    // An exec probe has no port.
    else if (handler !== "exec" && !isDeclared(at(probe, handler, "port"), at(fields, "ports")))
      yield {
        path: `${path}.${name}.port`,
        where,
        problem: `${name} uses a port that the container doesn't declare`,
        allowed: "the name or number of one of its ports",
      };
  }
  if (areOne(at(fields, "readinessProbe"), at(fields, "livenessProbe")))
    yield {
      path: `${path}.livenessProbe`,
      where,
      problem: "livenessProbe and readinessProbe are, or may be, the same check with the same numbers",
      allowed: "another check, or a higher threshold than that of readiness",
    };
}

function handlerOf(probe: Value): string | undefined {
  return handlers.find((handler) => isFields(at(probe, handler)));
}

/** Whether two probes are set and may be the same check with the same numbers. */
function areOne(one: Value, other: Value): boolean {
  if (handlerOf(one) === undefined || handlerOf(other) === undefined) return false;
  return !differ(withDefaults(one), withDefaults(other));
}

function withDefaults(probe: Value): Value {
  if (!isFields(probe)) return probe;
  const numbers = Object.entries(defaults).map(([name, number]) => [name, at(probe, name) ?? number]);
  return { ...probe, ...Object.fromEntries(numbers) };
}

/** Whether two values are known to differ. */
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

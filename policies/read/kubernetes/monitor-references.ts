import type { StackFinding, StackResource } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { purposeOf, unlessLabelled } from "../aws/purpose.ts";
import { namespaceOf, type Pods, selects } from "./kubernetes.ts";
import { containerPorts, hasPort, servicePorts } from "./ports.ts";

/** Types of what Prometheus scrapes pods by, directly and through Services. */
export const podMonitors = ["kubernetes:monitoring.coreos.com/v1:PodMonitor"];
export const serviceMonitors = ["kubernetes:monitoring.coreos.com/v1:ServiceMonitor"];

/** What a ServiceMonitor selects that is not there. @param all the Services of the stack */
export function* monitorProblems(
  resource: StackResource,
  all: readonly StackResource[],
): Iterable<StackFinding> {
  const selector = at(resource.props, "spec", "selector");
  const found = all.filter(
    (service) =>
      looksIn(resource, namespaceOf(service)) &&
      selects(selector, at(service.props, "metadata", "labels") ?? {}) === true,
  );
  const own = purposeOf(at(resource.props, "metadata", "labels")) === "application";
  if (found.length === 0 && !own)
    yield {
      resource,
      path: "spec.selector",
      problem: "it selects no Service of the stack",
      allowed: `labels of a Service in one of its namespaces, known at preview, or ${unlessLabelled}`,
    };
  for (const [index, endpoint] of orUnknown(elements(at(resource.props, "spec", "endpoints"))).entries()) {
    const port = at(endpoint, "port");
    if (port !== undefined && !found.every((service) => hasPort(servicePorts(service), port)))
      yield {
        resource,
        path: `spec.endpoints.${index}.port`,
        problem: `endpoint ${index} names a port that a Service doesn't have`,
        allowed: "the name of a port of each Service that it selects, known at preview",
      };
  }
}

/**
 * Pods of charts are not in the stack, so a monitor of their namespace alone may select them. Where pods of the stack
 * are in one of its namespaces it has to select some of them.
 */
export function* podMonitorProblems(resource: StackResource, all: readonly Pods[]): Iterable<StackFinding> {
  const near = all.filter(({ namespace }) => looksIn(resource, namespace));
  if (near.length === 0) return;
  const selector = at(resource.props, "spec", "selector");
  const found = near.filter(({ labels }) => selects(selector, labels ?? {}) === true);
  if (found.length === 0)
    yield {
      resource,
      path: "spec.selector",
      problem: "it selects no pods of the stack in its namespaces",
      allowed: "labels of a pod template in one of its namespaces, known at preview",
    };
  const endpoints = orUnknown(elements(at(resource.props, "spec", "podMetricsEndpoints")));
  for (const [index, endpoint] of endpoints.entries()) {
    const port = at(endpoint, "port") ?? at(endpoint, "portNumber");
    const meets = found.some((pods) => hasPort(containerPorts(pods), port));
    if (found.length > 0 && port !== undefined && !meets)
      yield {
        resource,
        path: `spec.podMetricsEndpoints.${index}.port`,
        problem: `endpoint ${index} names a port that none of its pods declares`,
        allowed: "the name or number of a port of the pods that it selects, known at preview",
      };
  }
}

/** Whether a monitor selects in a namespace: in its own without a namespaceSelector. */
export function looksIn(monitor: StackResource, namespace: Value): boolean {
  const chosen = at(monitor.props, "spec", "namespaceSelector");
  if (at(chosen, "any") === true) return true;
  const names = orUnknown(elements(at(chosen, "matchNames")));
  return (
    typeof namespace === "string" && (names.length === 0 ? [namespaceOf(monitor)] : names).includes(namespace)
  );
}

import type { StackResource } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import type { Pods } from "./kubernetes.ts";
import { containerPorts } from "./ports.ts";

/** A port of TCP that pods listen on; unset where it isn't known. */
export interface PodPort {
  readonly number: Value;
  /** What the pods' containers call it. */
  readonly names: readonly Value[];
}

/** The port to which a TargetGroupBinding sends, by way of a Service. */
export function boundPort(binding: StackResource, service: StackResource, pods: Pods): PodPort {
  const wanted = at(binding.props, "spec", "serviceRef", "port");
  const served = orUnknown(elements(at(service.props, "spec", "ports"))).find(
    (port) => wanted !== undefined && (at(port, "name") === wanted || at(port, "port") === wanted),
  );
  const target = at(served, "targetPort") ?? at(served, "port");
  const ports = containerPorts(pods);
  const number = typeof target === "string" ? ports.find(({ name }) => name === target)?.number : target;
  return { number, names: ports.filter((port) => port.number === number).map(({ name }) => name) };
}

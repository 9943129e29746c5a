import { containersOf } from "./containers.ts";
import type { Pods } from "./kubernetes.ts";
import type { StackResource } from "./rule.ts";
import { at, type Value } from "./value.ts";
import { written } from "./written.ts";

/** A port of TCP that pods listen on; unset where it can't be told. */
export interface PodPort {
  readonly number: Value;
  /** What the pods' containers call it. */
  readonly names: readonly Value[];
}

/** The port to which a TargetGroupBinding sends, by way of a Service. */
export function boundPort(binding: StackResource, service: StackResource, pods: Pods): PodPort {
  const wanted = at(binding.props, "spec", "serviceRef", "port");
  const served = written("ports", at(service.props, "spec", "ports"))
    .map(({ value }) => value)
    .find((port) => wanted !== undefined && (at(port, "name") === wanted || at(port, "port") === wanted));
  const target = at(served, "targetPort") ?? at(served, "port");
  const listed = containersOf(pods).flatMap(({ path, fields }) => written(path, at(fields, "ports")));
  const ports = listed.map(({ value }) => value);
  const number =
    typeof target === "string"
      ? at(
          ports.find((port) => at(port, "name") === target),
          "containerPort",
        )
      : target;
  const named = ports.filter((port) => at(port, "containerPort") === number);
  return { number, names: named.map((port) => at(port, "name")) };
}

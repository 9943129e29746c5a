import type { StackResource } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { containersOf } from "./containers.ts";
import type { Pods } from "./kubernetes.ts";

/** A port as others refer to it: by its name or by its number. */
export interface Port {
  readonly name: Value;
  readonly number: Value;
}

/** The ports that the containers of pods declare. */
export function containerPorts(pods: Pods): readonly Port[] {
  return containersOf(pods)
    .flatMap(({ fields }) => orUnknown(elements(at(fields, "ports"))))
    .map((port) => ({ name: at(port, "name"), number: at(port, "containerPort") }));
}

/** The ports that a Service offers. */
export function servicePorts({ props }: StackResource): readonly Port[] {
  return orUnknown(elements(at(props, "spec", "ports"))).map((port) => ({
    name: at(port, "name"),
    number: at(port, "port"),
  }));
}

/** Whether one of the ports is meant, by its name or by its number. */
export function hasPort(ports: readonly Port[], wanted: Value): boolean {
  if (typeof wanted === "string") return ports.some(({ name }) => name === wanted);
  return typeof wanted === "number" && ports.some(({ number }) => number === wanted);
}

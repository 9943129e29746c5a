import type { Finding, Resource } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { type Container, containersOf, podSpecs } from "./containers.ts";

/** A rule's requirement on one field of a security context. */
export interface SecurityRequirement {
  /** Below `securityContext`. */
  readonly path: readonly string[];
  /** Whether the pod's own security context counts where the container's doesn't set it. */
  readonly orPod: boolean;
  holds(value: Value): boolean;
  readonly problem: string;
  readonly allowed: string;
}

/** The requirements that a workload's containers don't meet, one finding for each requirement and container. */
export function unmet(
  resource: Resource,
  demands: readonly SecurityRequirement[],
  applies: (container: Container) => boolean = () => true,
): readonly Finding[] {
  return podSpecs(resource).flatMap((pod) =>
    containersOf(pod)
      .filter(applies)
      .flatMap(({ path, where, fields }) =>
        demands
          .filter((demand) => !demand.holds(effective(demand, fields, pod.spec)))
          .map((demand) => ({
            path: `${path}.securityContext.${demand.path.join(".")}`,
            where,
            problem: demand.problem,
            allowed: demand.allowed,
          })),
      ),
  );
}

function effective({ path, orPod }: SecurityRequirement, container: Value, pod: Value): Value {
  const own = at(container, "securityContext", ...path);
  return own === undefined && orPod ? at(pod, "securityContext", ...path) : own;
}

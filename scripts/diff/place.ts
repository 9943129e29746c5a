import type { PlannedResource } from "../plan/resource.ts";
import type { PlanStep } from "./steps.ts";

/** The position of a step's resource among the components of an environment. */
export interface ComponentPlace {
  /** The component directly under the environment: `network`, or a model's name. */
  readonly component: string;
  /** The components around it by type, such as `gantry:serving:Slot`, with their names. */
  readonly around: ReadonlyMap<string, string>;
}

/** @param resources of both plans, parents among them */
export function placesOf(
  steps: readonly PlanStep[],
  resources: readonly PlannedResource[],
): ReadonlyMap<PlanStep, ComponentPlace> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return new Map(
    steps.map((step) => {
      const path: PlannedResource[] = [];
      for (let at = byUrn.get(step.urn); at !== undefined; at = byUrn.get(at.parent ?? "")) path.unshift(at);
      const [, environment, component] = path;
      const outer = component?.custom === false ? component : environment;
      const around = new Map(path.filter(({ custom }) => !custom).map(({ type, name }) => [type, name]));
      return [step, { component: outer?.name ?? "", around }];
    }),
  );
}

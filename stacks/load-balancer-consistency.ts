import {
  defaultLoadBalancer,
  lastRulePriority,
  loadBalancersPerRegion,
  modelsPerLoadBalancer,
  rulePriority,
  rulesPerModel,
} from "../components/serving/traffic.ts";
import type { Problem } from "../components/shared/problems.ts";
import type { ModelSettings, Settings } from "./schema.ts";

interface Placed {
  readonly model: string;
  /** Of its first rule. */
  readonly priority: number;
}

/** Models on their load balancers: no more than each has rules for, and no two with the same listener priorities. */
export function loadBalancerProblems(models: Settings["models"]): Problem[] {
  const placed = Map.groupBy(
    Object.entries(models),
    ([, { loadBalancer = defaultLoadBalancer }]: readonly [string, ModelSettings]) => loadBalancer,
  );
  const problems = [...placed].flatMap(([name, entries]) => [
    ...capacityProblems(name, entries.length),
    ...priorityProblems(
      entries.map(([model, settings]) => ({ model, priority: settings.rulePriority ?? rulePriority(model) })),
    ),
  ]);
  if (placed.size <= loadBalancersPerRegion) return problems;
  const message = `on more load balancers than the ${loadBalancersPerRegion} that a Region has; put more of them on one (${modelsPerLoadBalancer} fit), or make a further environment in another Region`;
  return [...problems, { path: "models", value: placed.size, message }];
}

function capacityProblems(name: string, count: number): Problem[] {
  if (count <= modelsPerLoadBalancer) return [];
  const message = `more models than the ${modelsPerLoadBalancer} that load balancer "${name}" has rules for; give each new one loadBalancer: <another name>`;
  return [{ path: "models", value: count, message }];
}

function priorityProblems(models: readonly Placed[]): Problem[] {
  const inOrder = models.toSorted((a, b) => a.priority - b.priority || (a.model < b.model ? -1 : 1));
  return inOrder.flatMap((second, index) => {
    const first = inOrder[index - 1];
    if (first === undefined || second.priority - first.priority >= rulesPerModel) return [];
    const last = first.priority + rulesPerModel - 1;
    const message = `the listener rules of ${first.model} have the priorities ${first.priority} to ${last} on the same load balancer; on the newer of the two models set rulePriority to a free one, such as ${freePriority(inOrder)}`;
    return [{ path: `models.${second.model}.rulePriority`, value: second.priority, message }];
  });
}

/** The lowest priority at which a further model's rules meet no other's. */
function freePriority(models: readonly Placed[]): number {
  for (let priority = 1; priority <= lastRulePriority; priority += rulesPerModel) {
    if (models.every((model) => Math.abs(model.priority - priority) >= rulesPerModel)) return priority;
  }
  throw new RangeError("no priority is free");
}

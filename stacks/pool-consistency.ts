import { instanceType } from "../components/capacity/instances.ts";
import type { GpuPoolSettings } from "../components/cluster/gpu-pool-settings.ts";
import { reservationIds } from "../components/cluster/reservation.ts";
import type { Problem } from "../components/shared/problems.ts";
import { unknownInstanceType } from "./instance-types.ts";
import { repeated } from "./network-consistency.ts";

/** Instance types with one kind of GPU, and nothing twice. */
export function poolProblems(path: string, pool: GpuPoolSettings): Problem[] {
  const types = pool.instanceTypes.map((name, index) => ({
    at: `${path}.instanceTypes.${index}`,
    name,
    type: instanceType(name),
  }));
  const problems = [
    ...repeated(`${path}.instanceTypes`, pool.instanceTypes),
    ...repeated(`${path}.capacity`, pool.capacity),
    ...repeated(`${path}.reservations`, reservationIds(pool.reservations ?? [])),
  ];
  for (const { at, name, type } of types) {
    if (type === undefined) problems.push(unknownInstanceType(at, name));
    else if (type.gpu === undefined)
      problems.push({ path: at, value: name, message: "has no GPU; a pool is of GPU nodes" });
  }
  const kinds = [...new Set(types.flatMap(({ type }) => (type?.gpu === undefined ? [] : [type.gpu.name])))];
  if (kinds.length > 1) {
    problems.push({
      path: `${path}.instanceTypes`,
      value: pool.instanceTypes,
      message: `a pool has one kind of GPU, these have ${kinds.join(" and ")}; make a pool of each`,
    });
  }
  return problems;
}

import { instanceType } from "../components/capacity/instances.ts";
import { suitableTypes } from "../components/serving/placement.ts";
import type { Release } from "../components/serving/release.ts";
import { own } from "../components/shared/own.ts";
import type { Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** Whether a replica of any model is larger than an instance of its pool. */
export function spansNodes(
  { models, pools }: Pick<Settings, "models" | "pools">,
  releases: Readonly<Record<string, Release>>,
): boolean {
  return Object.values(models).some((model) =>
    slotsOf(model).some(({ slot }) => {
      const release = own(releases, slot.release);
      const types = own(pools, slot.pool)?.instanceTypes.flatMap((type) => instanceType(type) ?? []);
      return release !== undefined && suitableTypes(release.limits, types ?? []).nodes > 1;
    }),
  );
}

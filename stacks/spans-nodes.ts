import { instanceType } from "../components/capacity/instances.ts";
import { suitableTypes } from "../components/serving/placement.ts";
import type { Release } from "../components/serving/release.ts";
import { colours } from "../components/serving/traffic.ts";
import { own } from "../components/shared/own.ts";
import type { Settings } from "./schema.ts";

/** Whether a replica of any model is larger than an instance of its pool. */
export function spansNodes(
  { models, pools }: Pick<Settings, "models" | "pools">,
  releases: Readonly<Record<string, Release>>,
): boolean {
  return Object.values(models).some((model) =>
    colours.some((colour) => {
      const slot = model[colour];
      const release = own(releases, slot?.release ?? "");
      const types = own(pools, slot?.pool ?? "")?.instanceTypes.flatMap((type) => instanceType(type) ?? []);
      return release !== undefined && suitableTypes(release.limits, types ?? []).nodes > 1;
    }),
  );
}

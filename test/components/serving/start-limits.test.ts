import { describe, expect, it } from "vitest";
import { instanceType } from "../../../components/capacity/instances.ts";
import { place } from "../../../components/serving/placement.ts";
import { startLimits } from "../../../components/serving/start-limits.ts";
import { colours } from "../../../components/serving/traffic.ts";
import { loadConfig } from "../../../scripts/plan/report/report.ts";
import { fixtureRoot } from "../../support/plan.ts";

/** Every slot of the shipped environments on every type of its pool that a replica may get. */
const starts = ["dev", "staging", "prod"].flatMap((environment) => {
  const config = loadConfig(fixtureRoot, environment);
  return Object.entries(config.models).flatMap(([model, slots]) =>
    colours.flatMap((colour) => {
      const slot = slots[colour];
      const release = config.releases[slot?.release ?? ""];
      const pool = config.pools[slot?.pool ?? ""];
      if (slot === undefined || release === undefined || pool === undefined) return [];
      return pool.instanceTypes.flatMap((name) => {
        const type = instanceType(name);
        if ((type?.gpu?.count ?? 0) < release.limits.tensorParallel || type === undefined) return [];
        const { account } = config;
        const args = { release, poolName: slot.pool, pool, replicas: slot.replicas, region: account.region };
        const placed = place({ ...args, bucket: config.modelStore.bucket });
        return [
          [`${environment} ${model} ${colour} on ${name}`, startLimits(release, type, placed)] as const,
        ];
      });
    }),
  );
});

describe("a cold start on paper", () => {
  it.each(starts)("stays below each limit: %s", (_, limits) => {
    expect(limits.map(({ unit }) => unit)).toEqual(["GiB", "GiB", "GiB", "s", "s", "s"]);
    for (const { what, sum, limit } of limits) {
      expect(sum).toBeGreaterThan(0);
      expect([what, sum < limit]).toEqual([what, true]);
    }
  });

  it("is reported for every slot", () => {
    expect(starts.length).toBeGreaterThanOrEqual(6);
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { instanceType } from "../../components/capacity/instances.ts";
import { gpusPerReplica } from "../../components/capacity/parallelism.ts";
import { place } from "../../components/serving/placement.ts";
import { idleTimeout, longestStream } from "../../components/serving/timeouts.ts";
import { colours } from "../../components/serving/traffic.ts";
import { ConfigurationError } from "../../components/shared/problems.ts";
import { readStackConfig } from "../../scripts/plan/environment.ts";
import { type Config, parseConfig, readReleases } from "../../stacks/config.ts";
import { fixtureRoot } from "../support/plan.ts";

const shipped = readStackConfig(fixtureRoot, "prod");
const files = readReleases(fixtureRoot) as Record<string, { limits: object; model: object; engine: object }>;

const slot = (fewest: number) =>
  fc
    .record({
      release: fc.constantFrom(...Object.keys(files)),
      min: fc.integer({ min: fewest, max: 3 * fewest }),
      more: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ release, min, more }) => ({
      release,
      pool: release.includes("8b") ? "small" : "large",
      replicas: { min, max: min + more },
    }));
const pool = (types: readonly string[]) =>
  fc.record({
    instanceTypes: fc.subarray([...types], { minLength: 1 }),
    capacity: fc.subarray(["spot", "on-demand"], { minLength: 1 }),
    maxGpus: fc.integer({ min: 1, max: 128 }),
  });
const limits = fc.record(
  {
    longestStreamSeconds: fc.integer({ min: 1, max: 3600 }),
    contextLength: fc.integer({ min: 1000, max: 32_768 }),
    concurrentSequences: fc.integer({ min: 1, max: 256 }),
    tensorParallel: fc.constantFrom(1, 1, 2, 4, 8),
    pipelineParallel: fc.constantFrom(1, 1, 1, 2),
  },
  { requiredKeys: [] },
);
const kind = fc.constantFrom("vllm", "vllm", "tgi");
const some = slot(1);
const model = fc.record(
  { blue: some, green: some, traffic: fc.constant({ live: "blue", canaryPercent: 0 }) },
  { requiredKeys: ["blue", "traffic"] },
);
const environments = fc.record({
  small: pool(["g5.xlarge", "g5.2xlarge", "g5.12xlarge"]),
  large: pool(["p5.48xlarge"]),
  models: fc.dictionary(fc.constantFrom("chat", "code", "large"), model, { minKeys: 1 }),
  changes: fc.record(Object.fromEntries(Object.keys(files).map((name) => [name, fc.tuple(limits, kind)]))),
});

const tenant = { requestsPerMinute: 60, tokensPerMinute: 100_000, monthlyBudgetUsd: 200 };

/** The configuration, where it is accepted. */
function accepted(given: typeof environments extends fc.Arbitrary<infer T> ? T : never): Config | undefined {
  const { small, large, models, changes } = given;
  const used = Object.values(models).flatMap(({ blue, green }) => [blue?.release, green?.release]);
  const releases = Object.fromEntries(
    Object.entries(files).map(([name, file]) => {
      if (!used.includes(name)) return [name, file];
      const [limits, kind] = changes[name] as [object, string];
      const engine = { ...file.engine, kind };
      const exemptions = kind === "vllm" ? {} : { exemptions: [] };
      const kvCacheDtype = kind === "vllm" ? {} : { kvCacheDtype: "auto", pipelineParallel: 1 };
      return [
        name,
        {
          ...file,
          ...exemptions,
          engine,
          model: { ...file.model, vision: false },
          limits: { ...file.limits, ...limits, ...kvCacheDtype },
        },
      ];
    }),
  );
  const config = {
    ...shipped,
    "gantry:pools": { small, large },
    "gantry:models": models,
    "gantry:routes": {},
    "gantry:tenants": { web: { ...tenant, models: Object.keys(models) } },
  };
  try {
    return parseConfig({ environment: "prod", config, releases, today: "2026-11-24" });
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

it("whatever is accepted fits together: times, start-up, GPUs", () => {
  let seen = 0;
  fc.assert(
    fc.property(environments, (given) => {
      const config = accepted(given);
      if (config === undefined) return;
      seen += 1;
      const demand: Record<string, number> = {};
      const idleSeconds = idleTimeout(Object.values(config.releases));
      for (const model of Object.values(config.models)) {
        for (const colour of colours) {
          const slot = model[colour];
          const release = config.releases[slot?.release ?? ""];
          const pool = config.pools[slot?.pool ?? ""];
          if (slot === undefined || release === undefined || pool === undefined) continue;
          const placed = place({
            release,
            poolName: slot.pool,
            pool,
            replicas: slot.replicas,
            region: config.account.region,
            bucket: config.modelStore.bucket,
          });
          const { times } = placed;
          expect(times.graceSeconds).toBeGreaterThan(times.preStopSeconds + times.drainSeconds);
          expect(times.deregistrationSeconds).toBeGreaterThanOrEqual(longestStream(release));
          expect(idleSeconds).toBeGreaterThan(longestStream(release));
          expect(placed.progressDeadlineSeconds).toBeGreaterThan(placed.startupBudgetSeconds);
          expect(placed.rolloutSeconds).toBeGreaterThan(placed.progressDeadlineSeconds);
          if (pool.capacity.includes("spot"))
            expect(times.preStopSeconds + times.drainSeconds).toBeLessThan(120);
          const types = pool.instanceTypes.flatMap((name) => instanceType(name)?.gpu?.count ?? []);
          expect(placed.share.gpus).toBeLessThanOrEqual(Math.max(...types));
          expect(placed.share.gpus * placed.nodes).toBe(gpusPerReplica(release.limits));
          demand[slot.pool] = (demand[slot.pool] ?? 0) + slot.replicas.max * gpusPerReplica(release.limits);
        }
      }
      for (const [name, gpus] of Object.entries(demand))
        expect(gpus).toBeLessThanOrEqual(config.pools[name]?.maxGpus ?? 0);
    }),
    { numRuns: 3000 },
  );
  expect(seen).toBeGreaterThan(100);
});

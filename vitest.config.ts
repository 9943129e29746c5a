import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** On which fixtures are valid; see test/support/fixture-day.js. */
const fixtureDay = Date.UTC(2026, 10, 24);
const days = Math.floor(fixtureDay / 86_400_000) - Math.floor(Date.now() / 86_400_000);
const clock = `${new URL("test/support/fixture-day.js", import.meta.url)}?days=${days}`;
/** For workers, and for what they start. */
const onFixtureDay = { execArgv: ["--import", clock], env: { NODE_OPTIONS: `--import=${clock}` } };

/** Tests that check or plan hundreds of cases, walk documents on copies, or start every command: minutes, not seconds. */
const sweeps = [
  "test/{contributing,readme}.test.ts",
  "test/components/serving/{engine-progress,stage-model}.test.ts",
  "test/support/plan-fixture.test.ts",
  "test/policies/{changes,laws,legitimate,mutations,totality-resources,totality-stacks,unknowns,ways,whole-program}.test.ts",
  "test/scripts/{commands,plan,start-process,plan/plan}.test.ts",
  "test/scripts/diff/{blast-radius,command,resource-changes}.test.ts",
  "test/scripts/release/command.test.ts",
  "test/scripts/rollout/{confidence,histories}.test.ts",
  "test/stacks/{configuration-keys,fit-together,fuzz,independence,switch,upgrade}.test.ts",
];

/** What serves callers at their pace for a minute, in which a machine that is busy otherwise is a fault of its own. */
const onTheClock = ["test/real/six-faults.test.ts"];

/** The longest of each project, so that short files fill the end: a clean clone doesn't know how long a file took. */
const longest = [
  "contributing",
  "policies/totality-stacks",
  "readme",
  "policies/totality-resources",
  "policies/unknowns",
  "policies/mutations",
  "scripts/diff/blast-radius",
  "scripts/plan",
  "real/legitimate",
  "real/gateway",
  "real/local",
  "real/extension",
  "real/rollback-command",
  "real/rollout-command",
  "real/aws",
  "real/engine",
  "real/records",
  "real/alerts",
  "real/gateway-pod",
  "real/switch-command",
  "real/load-test",
].map((name) => `/test/${name}.test.ts`);

/** What takes minutes begins first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const projects = ["sweep", "node", "real", "real-alone"];
    const place = ({ project, moduleId }: TestSpecification) => {
      const known = longest.findIndex((name) => moduleId.endsWith(name));
      return projects.indexOf(project.name) * 100 + (known === -1 ? longest.length : known);
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

/** Modules hold no state, so files may share them: a third less time. Limits end what hangs; no test is timed by them. */
const shared = {
  ...onFixtureDay,
  isolate: false,
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 300_000 } },
};

/**
 * Three layers: what needs Node alone (`npm test`), the same for what takes minutes (`npm run test:sweep`), and what
 * needs real programs on PATH (`npm run test:real`), whose tests name what they miss. `npx vitest run` is all of them.
 */
export default defineConfig({
  test: {
    // One processor less is the default, which leaves one of two idle.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    globalSetup: ["test/support/setup.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", "test/**/fixtures/**", ...sweeps],
        },
      },
      { test: { ...shared, name: "sweep", include: sweeps } },
      {
        test: {
          ...shared,
          name: "real",
          include: ["test/real/**/*.test.ts"],
          exclude: onTheClock,
          testTimeout: 900_000,
          hookTimeout: 900_000,
          // They wait for other programs part of the time. A number of workers of its own is a group of its own.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "real-alone",
          include: onTheClock,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

import { defineConfig } from "vitest/config";

/** On which fixtures are valid; see test/support/fixture-day.js. */
const fixtureDay = Date.UTC(2026, 10, 24);
const days = Math.floor(fixtureDay / 86_400_000) - Math.floor(Date.now() / 86_400_000);
const clock = `${new URL("test/support/fixture-day.js", import.meta.url)}?days=${days}`;
/** For workers, and for what they start. */
const onFixtureDay = { execArgv: ["--import", clock], env: { NODE_OPTIONS: `--import=${clock}` } };

/**
 * Two layers: what needs Node alone (`npm test`), and what needs real programs on PATH (`npm run test:real`), whose
 * tests name what they miss. `npx vitest run` is both.
 */
export default defineConfig({
  test: {
    // One processor less is the default, which leaves one of two idle.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          ...onFixtureDay,
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", "test/**/fixtures/**"],
          // Modules hold no state, so files may share them: a third less time.
          isolate: false,
          globalSetup: ["test/support/setup.ts"],
          // Limits end what hangs. No test is timed by them: machines are busy.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          ...onFixtureDay,
          name: "real",
          include: ["test/real/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

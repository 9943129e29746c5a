import { defineConfig } from "vitest/config";

/** Tests against real programs: promtool, and the Pulumi CLI where it is installed. What is missing is named. */
export default defineConfig({
  test: {
    include: ["test/real/**/*.test.ts"],
    testTimeout: 120_000,
  },
});

/**
 * What the tests of single rules and readers don't notice. Left out: prose (`StringLiteral`), and what a module makes
 * once on import, as a rule's types and settings (`ignoreStatic`): each of those would need a new process.
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  mutate: ["policies/{framework,read,rules}/**/*.ts", "!**/index.ts"],
  mutator: { excludedMutations: ["StringLiteral"] },
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  ignoreStatic: true,
  concurrency: 1,
  incremental: true,
  incrementalFile: ".cache/mutation/incremental.json",
  tempDirName: ".cache/mutation/sandbox",
  reporters: ["clear-text", "progress-append-only", "json"],
  clearTextReporter: { reportTests: false, skipFull: true },
  jsonReporter: { fileName: ".cache/mutation/report.json" },
};

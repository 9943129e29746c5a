import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root, shippedPlans } from "../support/plan.ts";

/** What users make of the project's own environments is theirs: they have to plan and pass, and nothing else. */
it.each(shippedPlans().map((plan) => [plan.environment, plan] as const))(
  "the environment %s violates no rule",
  (_, { policyReport }) => {
    expect(policyReport.diagnostics.filter(({ level }) => level === "mandatory")).toEqual([]);
  },
);

it("no other test plans or reads them", () => {
  const imported = /import \{[^}]*\broot\b[^}]*\} from "[./]*support\/plan\.ts"/;
  const reads =
    /\b(?:environments|planProgram|planEnvironment|readStackConfig|readReleases|loadConfig)\(\s*(?:\{\s*)?root\s*[,)}]/;
  const files = globSync("test/**/*.test.ts", { cwd: root });
  expect(files.length).toBeGreaterThan(100);
  const reading = files.filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return imported.test(text) && reads.test(text);
  });
  expect(reading).toEqual([]);
});

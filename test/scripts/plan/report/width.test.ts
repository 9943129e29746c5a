import { expect, it } from "vitest";
import { loadConfig, reportOn } from "../../../../scripts/plan/report/report.ts";
import { reportText } from "../../../../scripts/plan/report/text.ts";
import { fixturePlan, fixtureRoot } from "../../../support/plan.ts";

it.each(["dev", "staging", "prod"])("a whole report of %s fits 80 columns", (environment) => {
  const plan = fixturePlan(environment);
  const report = reportOn(fixtureRoot, loadConfig(fixtureRoot, environment), plan, 1);
  const lines = reportText(report, (_, text) => text, 80).split("\n");
  expect(lines.length).toBeGreaterThan(50);
  const wide = lines.filter((line) => [...line].length > 80);
  expect(wide).toEqual([]);
});

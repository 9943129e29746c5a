import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../../policies/framework/exemption.ts";
import { exemptionReport, loadConfig, reportOn } from "../../../../scripts/plan/report/report.ts";
import { reportText } from "../../../../scripts/plan/report/text.ts";
import { fixturePlan, fixtureRoot, root } from "../../../support/plan.ts";

const today = "2026-11-20";
const exemption: Exemption = {
  finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]",
  environments: ["dev", "prod"],
  reason: "load test of the third week of November",
  owner: "serving",
  expires: "2026-12-24",
};

describe("exemptions in a report", () => {
  it("are those that hold in the environment today, with the first end", () => {
    const sooner = { ...exemption, expires: "2026-12-01" };
    const expired = { ...exemption, expires: "2026-11-19" };
    expect(exemptionReport([exemption, sooner, expired], "dev", today)).toEqual({
      open: 2,
      nextEnd: "2026-12-01",
    });
  });

  it("have no end where there are none", () => {
    expect(exemptionReport([exemption], "staging", today)).toEqual({ open: 0 });
  });
});

it("a report says how many resources were checked as recorded", () => {
  const plan = fixturePlan("dev");
  const report = reportOn(fixtureRoot, loadConfig(fixtureRoot, "dev"), plan, 1);
  const children = plan.implied?.filter(({ urn }) => /\$eks:index:\w+\$/.test(urn)) ?? [];
  expect(children.length).toBeGreaterThan(5);
  expect(report.policies.recorded).toEqual([{ from: "@pulumi/eks 4.3.0", count: children.length }]);
  expect(reportText(report, (_, text) => text)).toContain(
    `${children.length} resources that @pulumi/eks 4.3.0 creates were checked as recorded; no provider was called`,
  );
});

it("a model whose one full request fits by the estimate alone, not at the low end of its band, is said to barely fit", () => {
  const report = reportOn(fixtureRoot, loadConfig(fixtureRoot, "dev"), fixturePlan("dev"), 1);
  const holding = (concurrentSequences: number) => ({
    ...report,
    slots: report.slots.map((slot) => ({
      ...slot,
      fit: { ...slot.fit, bandPercent: 12, concurrentSequences },
    })),
  });
  expect(reportText(holding(1.1), (_, text) => text)).toMatch(/blue +fits, barely: /);
  expect(reportText(holding(1.2), (_, text) => text)).toMatch(/blue +fits: /);
});

it("README shows a report of dev as it is, without its notes", () => {
  const report = reportOn(fixtureRoot, loadConfig(fixtureRoot, "dev"), fixturePlan("dev"), 1);
  const [whole = ""] = reportText(report, (_, text) => text).split("\n  note ");
  expect(whole).toContain("US dollars");
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, shown = ""] =
    /```text\n(gantry dev [^`]+)\n {2}\(the notes are left out here\)/.exec(readme) ?? [];
  expect(shown.split("\n")).toEqual(whole.split("\n"));
});

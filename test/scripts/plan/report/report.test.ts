import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../../policies/framework/exemption.ts";
import { exemptionReport } from "../../../../scripts/plan/report/report.ts";

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

import { describe, expect, it } from "vitest";
import { costReport } from "../../../../scripts/plan/report/cost.ts";
import { loadConfig, loweredRules } from "../../../../scripts/plan/report/report.ts";
import { fixturePlan, fixtureRoot } from "../../../support/plan.ts";

const config = loadConfig(fixtureRoot, "prod");
const { resources, policyReport } = fixturePlan("prod");

describe("the cost of an environment", () => {
  it("is held against its budget where the prices are those of its region", () => {
    const report = costReport(config, resources);
    expect(report.hasBudgetShare).toBe(true);
    expect(report.items.reduce((sum, { minimum }) => sum + minimum, 0)).toBeCloseTo(report.minimum, 5);
  });

  it("isn't compared with the budget where the region has other prices, and says so", () => {
    const elsewhere = { ...config, account: { ...config.account, region: "eu-central-1" } };
    const report = costReport(elsewhere, resources);
    expect(report.hasBudgetShare).toBe(false);
    expect(report.source).toContain("eu-central-1 has other prices, so the budget isn't checked");
  });

  it("counts the weights that are stored once for each commit, and the private zone", () => {
    const { items } = costReport(config, resources);
    const gib = Object.values(config.releases).reduce((sum, { model }) => sum + model.weightsGiB, 0);
    const weights = items.find(({ item }) => item.startsWith("stored weights"));
    // 0.023 $ for 10^9 bytes and month.
    expect(weights?.minimum).toBeCloseTo(gib * 1.073741824 * 0.023, 6);
    expect(items.find(({ item }) => item === "private zones: 1")?.minimum).toBe(0.5);
  });

  it("names what it leaves out, each with a figure", () => {
    const { leftOut } = costReport(config, resources);
    expect(leftOut.map(({ what }) => what)).toEqual([
      "control plane and flow logs",
      "image pulls and other traffic through NAT",
      "requests through the load balancer",
      "requests through the web ACL",
      "records of requests, kept for 30 days",
      "hosted models, billed by their providers",
      "extended support, once it begins for Kubernetes 1.36",
      "capacity blocks, which are paid in advance",
    ]);
    const figure = (begin: string) => leftOut.find(({ what }) => what.startsWith(begin))?.figure;
    expect(figure("extended support")).toBe("$365 a month");
    // Tenants web and batch, each of which may ask for the route that leads to gpt-4o.
    expect(figure("hosted models")).toBe("at most $2200 a month, the budgets of tenants that reach one");
  });

  it("leaves out no provider's bill where no tenant reaches a hosted model", () => {
    const tenants = Object.fromEntries(
      Object.entries(config.tenants).map(([name, tenant]) => [name, { ...tenant, models: ["code"] }]),
    );
    const { leftOut } = costReport({ ...config, tenants }, resources);
    expect(leftOut.some(({ what }) => what.startsWith("hosted models"))).toBe(false);
  });

  it("counts the web ACL by its rules, and the addresses of the public load balancer by its zones", () => {
    const { items } = costReport(config, resources);
    // $5 for the ACL and $1 for each of four own rules and three groups.
    expect(items.find(({ item }) => item === "web ACLs: 1, with 7 rules")?.minimum).toBe(12);
    expect(items.find(({ item }) => item === "public addresses of load balancers: 3")?.minimum).toBeCloseTo(
      3 * 0.005 * 730,
      6,
    );
  });
});

describe("rules that an environment lowers", () => {
  it("are named with their own level and the file", () => {
    const file = "policies/config/dev.json";
    const lowered = loweredRules(policyReport.rules, fixtureRoot, "dev");
    expect(lowered).toEqual(
      expect.arrayContaining([
        { rule: "deletion-protected", level: "disabled", usual: "mandatory", file },
        { rule: "slot-release-evaluated", level: "advisory", usual: "mandatory", file },
      ]),
    );
    expect(lowered.length).toBe(2);
  });

  it("are none where only settings differ", () => {
    expect(loweredRules(policyReport.rules, fixtureRoot, "prod")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../../policies/framework/exemption.ts";
import { exemptionsListed as rule } from "../../../../policies/rules/pack/exemptions-listed.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const stack: readonly Given[] = [{ type: "kubernetes:core/v1:Namespace", name: "serving", props: {} }];
const good: Exemption = {
  finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]",
  environments: ["dev", "staging"],
  reason: "load test of the third week of November",
  owner: "serving",
  expires: "2026-11-27",
};
const run = (exemptions: readonly Exemption[], more: { today?: string; environment?: string } = {}) =>
  findings(rule, stack, { exemptions, ...more });
const finding = (index = 0) => `exemptions-listed[stack#exemptions.${index}]`;

describe("exemptions-listed", () => {
  it("notes an exemption with its end and its owner, and blocks nothing", async () => {
    const [found] = await judge(rule, stack, { exemptions: [good] });
    expect(found).toMatchObject({
      id: finding(),
      level: "advisory",
      where: "stack, exemption 0",
      found:
        "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu] is exempted until 2026-11-27 (owner: serving)",
    });
  });

  it("notes each, in every environment that it names", async () => {
    expect(await run([good, good], { environment: "staging" })).toEqual([finding(0), finding(1)]);
  });

  it("notes it on its last day", async () => {
    expect(await run([good], { today: good.expires })).toEqual([finding()]);
  });

  it.each<[string, readonly Exemption[], { today?: string; environment?: string }]>([
    ["there is none", [], {}],
    ["it has expired", [good], { today: "2026-11-28" }],
    ["it is for elsewhere", [good], { environment: "prod" }],
    ["it lasts too long", [{ ...good, expires: "2028-01-01" }], {}],
    ["it has no reason", [{ ...good, reason: "" }], {}],
  ])("is silent when %s", async (_, exemptions, more) => {
    expect(await run(exemptions, more)).toEqual([]);
  });
});

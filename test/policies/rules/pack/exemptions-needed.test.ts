import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../../policies/framework/exemption.ts";
import type { Rule } from "../../../../policies/framework/rule.ts";
import { gpuPoolCapped } from "../../../../policies/rules/nodes/gpu-pool-capped.ts";
import { interruptionQueueSet } from "../../../../policies/rules/nodes/interruption-queue-set.ts";
import { exemptionsNeeded as rule } from "../../../../policies/rules/pack/exemptions-needed.ts";
import { type Given, judgePack } from "../../../support/policy.ts";

const requirements = [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["g5"] }];
const pool = (limits: Record<string, string>): Given => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "batch",
  props: { spec: { limits, template: { spec: { requirements } } } },
});
const uncapped = pool({});
const capped = pool({ "nvidia.com/gpu": "4" });
const karpenter: Given = {
  type: "kubernetes:helm.sh/v3:Release",
  name: "karpenter",
  props: { chart: "oci://public.ecr.aws/karpenter/karpenter" },
};
const ofPool: Exemption = {
  finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]",
  environments: ["dev"],
  reason: "load test of the third week of November",
  owner: "serving",
  expires: "2026-11-27",
};
const ofQueue: Exemption = {
  ...ofPool,
  finding: "interruption-queue-set[karpenter#values.settings.interruptionQueue]",
};
const pack: readonly Rule[] = [gpuPoolCapped, interruptionQueueSet, rule];
const run = async (
  exemptions: readonly Exemption[],
  given: readonly Given[],
  more: { readonly environment?: string; readonly config?: Record<string, unknown> } = {},
) => (await judgePack(pack, given, { exemptions, ...more })).map(({ id }) => id);
const finding = (index = 0) => `exemptions-needed[stack#exemptions.${index}]`;

describe("exemptions-needed", () => {
  it("accepts exemptions of what is found in a resource and in the stack", async () => {
    expect(await run([ofPool, ofQueue], [uncapped, karpenter])).toEqual([]);
  });

  it("notes one whose finding was mended, and not its neighbour", async () => {
    expect(await run([ofPool, ofQueue], [capped, karpenter])).toEqual([finding()]);
  });

  it("notes one whose resource is gone", async () => {
    expect(await run([ofPool, ofQueue], [uncapped])).toEqual([finding(1)]);
  });

  it("notes one for a field in which nothing is found", async () => {
    const elsewhere = { ...ofPool, finding: "gpu-pool-capped[batch#spec.limits]" };
    expect(await run([elsewhere], [uncapped])).toEqual([ofPool.finding, finding()]);
  });

  it("notes one for another type, which exempts nothing", async () => {
    const typed = { ...ofPool, type: "kubernetes:core/v1:Pod" };
    expect(await run([typed], [uncapped])).toEqual([ofPool.finding, finding()]);
  });

  it("counts one as needed that exempts the first of two findings", async () => {
    expect(await run([ofPool], [uncapped, { ...uncapped, name: "other" }])).toEqual([
      ofPool.finding.replace("batch", "other"),
    ]);
  });

  it("says nothing of one for all environments, of which not each has the finding", async () => {
    expect(await run([{ ...ofPool, environments: "all" }], [capped])).toEqual([]);
  });

  it("says nothing where the exemption doesn't hold", async () => {
    expect(await run([ofPool], [capped], { environment: "prod" })).toEqual([]);
    expect(await run([{ ...ofPool, expires: "2026-11-19" }], [capped])).toEqual([]);
    expect(await run([{ ...ofPool, reason: "later" }], [capped])).toEqual([]);
    expect(await run([], [capped])).toEqual([]);
  });

  it("names the exemption without a finding, what is allowed and what to do", async () => {
    const [found] = await judgePack(pack, [capped], { exemptions: [ofPool] });
    expect(found).toMatchObject({
      id: finding(),
      level: "advisory",
      where: "stack, exemption 0",
      found: `no finding matches ${ofPool.finding}`,
      allowed: "exemptions of findings that exist in each environment they name",
      fix: rule.fix,
    });
  });
});

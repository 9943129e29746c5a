import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../../policies/framework/exemption.ts";
import { gpuPoolCapped } from "../../../../policies/rules/nodes/gpu-pool-capped.ts";
import { exemptionsInForce as rule } from "../../../../policies/rules/pack/exemptions-in-force.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const pool: Given = { type: "kubernetes:karpenter.sh/v1:NodePool", name: "batch", props: { spec: {} } };
const stack = [pool, { ...pool, type: "kubernetes:core/v1:Namespace", name: "serving" }];
const good: Exemption = {
  finding: "gpu-pool-capped[batch#spec.limits.nvidia.com/gpu]",
  environments: ["dev"],
  reason: "load test of the third week of November",
  owner: "serving",
  expires: "2026-11-27",
};
const pack = [rule, gpuPoolCapped];
const run = (exemptions: readonly Exemption[], given: readonly Given[] = stack, environment = "dev") =>
  findings(rule, given, { exemptions, pack, environment });
const finding = (index = 0) => `exemptions-in-force[stack#exemptions.${index}]`;

describe("exemptions-in-force", () => {
  it("accepts a complete, current exemption, and none at all", async () => {
    expect(await run([good])).toEqual([]);
    expect(await run([])).toEqual([]);
  });

  it("accepts one of every resource, where no resource has the finding as well", async () => {
    const every = { ...good, finding: "gpu-pool-capped[*#spec.limits.nvidia.com/gpu]" };
    expect(await run([every, { ...every, environments: "all" }], [])).toEqual([]);
  });

  it("accepts one that is about the whole stack", async () => {
    expect(await run([{ ...good, finding: "gpu-pool-capped[stack#configuration.maxGpus]" }])).toEqual([]);
  });

  it.each<[string, Partial<Record<keyof Exemption, unknown>>]>([
    ["has expired", { expires: "2026-11-19" }],
    ["lasts too long", { expires: "2027-12-31" }],
    ["has no end", { expires: null }],
    ["has a short reason", { reason: "later" }],
    ["has no owner", { owner: "" }],
    ["holds nowhere", { environments: [] }],
    ["has a wildcard", { finding: "gpu-pool-capped[batch#*]" }],
    ["names no path", { finding: "gpu-pool-capped[batch]" }],
    ["names a resource by a type that it doesn't have", { type: "kubernetes:core/v1:Pod" }],
    ["has a type that is no text", { type: 1 }],
    ["names a rule that doesn't exist", { finding: "gpu-pool-caped[batch#spec]" }],
    ["names a resource that doesn't exist", { finding: "gpu-pool-capped[bach#spec]" }],
    ["names a resource that its rule doesn't read", { finding: "gpu-pool-capped[serving#spec]" }],
    ["is about exemptions", { finding: "exemptions-in-force[stack#exemptions.0]" }],
  ])("reports one that %s, and not its neighbour", async (_, change) => {
    expect(await run([good, { ...good, ...change } as Exemption])).toEqual([finding(1)]);
  });

  describe("for a name that several resources have", () => {
    const other = { ...pool, type: "kubernetes:core/v1:Pod" };
    const both = { ...gpuPoolCapped, resourceTypes: [...gpuPoolCapped.resourceTypes, other.type] };
    const problems = async (exemption: Exemption, given: readonly Given[]) =>
      (await judge(rule, given, { exemptions: [exemption], pack: [rule, both] })).map(({ found }) => found);

    it("looks only at resources that its rule reads", async () => {
      expect(await run([good], [pool, other])).toEqual([]);
    });

    it("asks which type is meant, and takes it", async () => {
      expect(await problems(good, [pool, other])).toEqual([
        `2 resources that its rule reads have this name; set type to one of ${other.type}, ${pool.type}`,
      ]);
      for (const { type } of [pool, other])
        expect(await problems({ ...good, type }, [pool, other])).toEqual([]);
    });

    it("accepts none that has the same type as well", async () => {
      const twin = { ...pool, under: "gantry:serving:Model" };
      expect(await problems(good, [pool, twin])).toEqual(["2 resources that its rule reads have this name"]);
      expect(await problems({ ...good, type: pool.type }, [pool, twin, other])).toEqual([
        "2 resources that its rule reads have this name and type",
      ]);
    });
  });

  it("looks for the resource where the exemption holds only", async () => {
    expect(await run([good], [{ ...pool, name: "other" }], "prod")).toEqual([]);
    expect(await run([good], [{ ...pool, name: "other" }])).toEqual([finding()]);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const exemptions = [{ ...good, reason: "later", expires: "2026-11-19" }];
    const [found] = await judge(rule, stack, { exemptions, pack });
    expect(found).toMatchObject({
      id: finding(),
      level: "mandatory",
      where: "stack, exemption 0",
      found: "reason has fewer than 20 characters, it has expired",
      allowed:
        "one finding, of one resource or of each (*), environments, a reason, an owner, and an expiry within 180 days",
      fix: rule.fix,
    });
  });
});

import { describe, expect, it } from "vitest";
import { gpuPoolCapped as rule } from "../../../../policies/rules/nodes/gpu-pool-capped.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const gpus = [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["g6e"] }];
const cpus = [{ key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["m", "c"] }];
const pool = (limits: Wire, requirements: Wire = gpus): Given => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "l40s",
  props: { spec: { limits, template: { spec: { requirements } } } },
});
const capped = (limit: Wire) => pool({ "nvidia.com/gpu": limit });
const finding = ["gpu-pool-capped[l40s#spec.limits.nvidia.com/gpu]"];

describe("gpu-pool-capped", () => {
  it.each<[string, Given]>([
    ["a text of digits", capped("8")],
    ["a number", capped(8)],
    ["the least", capped("1")],
    ["the most", capped("16")],
    ["a secret", capped(secret("8"))],
    ["another limit beside it", pool({ cpu: "100", "nvidia.com/gpu": "8" })],
    ["a pool without GPUs", pool({ cpu: "100" }, cpus)],
    ["a pool without GPUs or limits", pool(null, cpus)],
  ])("accepts %s", async (_, given) => {
    expect(await findings(rule, given)).toEqual([]);
  });

  it.each<[string, Given]>([
    ["no limits", pool(null)],
    ["a limit of processors only", pool({ cpu: "100" })],
    ["null", capped(null)],
    ["zero", capped("0")],
    ["less than zero", capped(-1)],
    ["more than the ceiling", capped("17")],
    ["thousandths", capped("16000m")],
    ["a fraction", capped(1.5)],
    ["an exponent", capped("1e1")],
    ["a boolean", capped(true)],
    ["an unknown", capped(unknown)],
    ["unknown limits", pool(unknown)],
    ["limits that are a text", pool("16")],
    ["limits that are a list", pool(["16"])],
    ["a pool that may choose anything", pool({ cpu: "100" }, null)],
    ["a pool whose requirements are unknown", pool({ cpu: "100" }, unknown)],
    ["a pool that excludes some families", pool({}, [{ ...gpus[0], operator: "NotIn" }])],
    [
      "a pool that asks for a GPU label",
      pool({}, [{ key: "karpenter.k8s.aws/instance-gpu-count", operator: "Gt", values: ["0"] }]),
    ],
  ])("reports %s", async (_, given) => {
    expect(await findings(rule, given)).toEqual(finding);
  });

  it("reports a pool that is unknown", async () => {
    expect(await findings(rule, { ...pool({}), props: { spec: unknown } })).toEqual(finding);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, capped("64"));
    expect(found).toMatchObject({
      where: "l40s",
      found: "the limit of GPUs is 64",
      allowed: "a whole number from 1 to 16",
      fix: rule.fix,
    });
  });

  it("takes the ceiling from the configuration, within bounds", async () => {
    expect(await findings(rule, capped("32"), { config: { maxGpus: 32 } })).toEqual([]);
    expect(await findings(rule, capped("8"), { config: { maxGpus: 4 } })).toEqual(finding);
    expect(await findings(rule, capped("8"), { config: { maxGpus: 0 } })).toEqual([
      "gpu-pool-capped[l40s#configuration.maxGpus]",
    ]);
  });

  it("shows no text that isn't a number", async () => {
    const [found] = await judge(rule, capped("CANARY"));
    expect(found?.message).not.toContain("CANARY");
  });

  it("passes over other resources", async () => {
    expect(await findings(rule, { ...pool({}), type: "kubernetes:karpenter.sh/v1:NodeClaim" })).toEqual([]);
  });
});

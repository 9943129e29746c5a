import { describe, expect, it } from "vitest";
import { isJudgedByParts } from "../../../policies/framework/component.ts";

describe("a component", () => {
  it.each(["eks:index:Addon", "eks:index:Cluster", "eks:index:ManagedNodeGroup", "eks:index:VpcCniAddon"])(
    "is judged by its parts where nothing is shown of %s",
    (type) => {
      expect(isJudgedByParts(type, {})).toBe(true);
      expect(isJudgedByParts(type, { name: "main" })).toBe(false);
    },
  );

  it.each(["eks:index:NodeGroupV2", "kubernetes:helm.sh/v4:Chart", "aws:eks/cluster:Cluster"])(
    "is judged itself where no rule reads all of its parts: %s",
    (type) => {
      expect(isJudgedByParts(type, {})).toBe(false);
    },
  );
});

import { describe, expect, it } from "vitest";
import { isCheckedByChildren } from "../../../policies/framework/component.ts";

describe("a component", () => {
  it.each(["eks:index:Addon", "eks:index:Cluster", "eks:index:ManagedNodeGroup", "eks:index:VpcCniAddon"])(
    "is checked by its children where no inputs are sent of %s",
    (type) => {
      expect(isCheckedByChildren(type, {})).toBe(true);
      expect(isCheckedByChildren(type, { name: "main" })).toBe(false);
    },
  );

  it.each(["eks:index:NodeGroupV2", "kubernetes:helm.sh/v4:Chart", "aws:eks/cluster:Cluster"])(
    "is checked itself where no rule reads all of its children: %s",
    (type) => {
      expect(isCheckedByChildren(type, {})).toBe(false);
    },
  );
});

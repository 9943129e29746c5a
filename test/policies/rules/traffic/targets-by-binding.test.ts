import { targetsByBinding as rule } from "../../../../policies/rules/traffic/targets-by-binding.ts";
import { unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { targetGroup } from "../../target-group.ts";

const slot = targetGroup({});
const application = targetGroup({ tags: { "gantry.dev/purpose": "application" } });
const attached = (
  behind: readonly Given[],
  type = "aws:lb/targetGroupAttachment:TargetGroupAttachment",
): Given => ({
  type,
  name: "extra",
  props: { targetGroupArn: unknown, targetId: "10.20.1.7" },
  behind: { targetGroupArn: behind },
});
const found = ["extra#targetGroupArn"];

cases(rule, {
  passes: [
    ["a group without attachments", slot],
    ["a target of an application of one's own", [application, attached([application])]],
  ],
  reports: [
    ["a target of a slot", [slot, attached([slot])], found],
    ["a target of a group that isn't in the stack", attached([]), found],
    [
      "the older name of the type",
      [slot, attached([slot], "aws:alb/targetGroupAttachment:TargetGroupAttachment")],
      found,
    ],
  ],
});

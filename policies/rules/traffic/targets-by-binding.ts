import type { StackRule } from "../../framework/rule.ts";
import { isOf, targetGroups } from "../../read/aws/load-balancer.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

const attachments = [
  "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  "aws:alb/targetGroupAttachment:TargetGroupAttachment",
];

export const targetsByBinding: StackRule = {
  name: "targets-by-binding",
  title: "A slot's target group has the targets of its binding and no others.",
  why: "A target that is registered by hand gets a share of the requests and prompts, whatever release runs there, and no switch takes it out.",
  fix: "Remove the attachment; pods of a slot are registered by its TargetGroupBinding.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read who registers targets" },
  resourceTypes: [...attachments, ...targetGroups],
  example: {
    good: "new CustomResource(name, { kind: TargetGroupBinding, spec: { targetGroupARN: group.arn } })",
    bad: "new TargetGroupAttachment(name, { targetGroupArn: group.arn, targetId: 10.20.1.7 })",
  },

  *checkStack({ resources }) {
    for (const attachment of resources.filter(isOf(attachments))) {
      const groups = attachment.behind("targetGroupArn").filter(isOf(targetGroups));
      if (groups.length > 0 && groups.every(isApplication)) continue;
      yield {
        resource: attachment,
        path: "targetGroupArn",
        problem: "it registers a target that no binding knows",
        allowed: `no attachment; ${unlessApplication} on the target group`,
      };
    }
  },
};

import type { Properties } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";

export const healthCheck: Properties = {
  enabled: true,
  path: "/health",
  matcher: "200",
  interval: 10,
  timeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
};

/** The target group of a slot. */
export function targetGroup(
  props: Properties = { deregistrationDelay: 300, healthCheck },
  name = "chat-blue",
): Given {
  return { type: "aws:lb/targetGroup:TargetGroup", name, props };
}

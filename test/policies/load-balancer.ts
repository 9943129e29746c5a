import { unknown } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";

/** A public load balancer. */
export const loadBalancer: Given = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: "edge",
  props: { internal: false, subnets: [unknown] },
};
/** Its listener. */
export const listener = (props: Given["props"]): Given => ({
  type: "aws:lb/listener:Listener",
  name: "https",
  props: { loadBalancerArn: unknown, port: 443, ...props },
  behind: { loadBalancerArn: [loadBalancer] },
});
export const https = listener({ protocol: "HTTPS" });

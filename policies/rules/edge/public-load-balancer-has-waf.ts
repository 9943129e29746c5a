import type { StackRule } from "../../framework/rule.ts";
import { at } from "../../framework/value.ts";
import { isOf, isPublic, loadBalancers } from "../../read/aws/load-balancer.ts";
import { associationsOf, webAclAssociations } from "../../read/aws/web-acl.ts";

export const publicLoadBalancerHasWaf: StackRule = {
  name: "public-load-balancer-has-waf",
  title: "Every public load balancer has a web ACL, without fail-open.",
  why: "Without a web ACL no rate limit by address applies; with fail-open the same holds whenever AWS WAF is unavailable.",
  fix: "Add a WebAclAssociation with the load balancer's ARN, and leave enableWafFailOpen unset.",
  severity: "critical",
  relatedChecks: ["CKV2_AWS_28"],
  resourceTypes: [...loadBalancers, ...webAclAssociations],
  example: {
    good: "new WebAclAssociation(name, { resourceArn: loadBalancer.arn, webAclArn: acl.arn })",
    bad: "enableWafFailOpen: true",
  },

  *checkStack({ resources }) {
    for (const resource of resources.filter(isOf(loadBalancers)).filter(isPublic)) {
      if (associationsOf(resource, resources).length === 0)
        yield {
          resource,
          path: "webAclAssociation",
          problem: "no web ACL is attached to the public load balancer",
          allowed: "a WebAclAssociation whose resourceArn comes from this load balancer alone",
        };
      // Unset is false. [elbv2 API, LoadBalancerAttribute]
      const failOpen = at(resource.props, "enableWafFailOpen");
      if (failOpen !== undefined && failOpen !== false)
        yield {
          resource,
          path: "enableWafFailOpen",
          problem: "requests pass uninspected while AWS WAF is unavailable",
          allowed: "false, or unset",
        };
    }
  },
};

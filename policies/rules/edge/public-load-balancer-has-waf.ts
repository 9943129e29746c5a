import type { StackRule } from "../../framework/rule.ts";
import { at } from "../../framework/value.ts";
import { isOf, isPublic, loadBalancers } from "../../read/aws/load-balancer.ts";
import { associationsOf, webAclAssociations } from "../../read/aws/web-acl.ts";

export const publicLoadBalancerHasWaf: StackRule = {
  name: "public-load-balancer-has-waf",
  title: "A web ACL stands before every public load balancer, and nothing passes without it.",
  why: "Requests that no web ACL has seen come without any limit by address; with fail-open that is all of them while the firewall has trouble.",
  fix: "Add a WebAclAssociation with the load balancer's ARN, and leave enableWafFailOpen out.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: ["CKV2_AWS_28"],
  resourceTypes: [...loadBalancers, ...webAclAssociations],
  example: {
    good: "new WebAclAssociation(name, { resourceArn: loadBalancer.arn, webAclArn: acl.arn })",
    bad: "enableWafFailOpen: true",
  },
  config: {},

  *checkStack({ resources }) {
    for (const resource of resources.filter(isOf(loadBalancers)).filter(isPublic)) {
      if (associationsOf(resource, resources).length === 0)
        yield {
          resource,
          path: "webAclAssociation",
          problem: "no web ACL is attached to the public load balancer",
          allowed: "a WebAclAssociation whose resourceArn comes from it and from no other",
        };
      // Unset is false. [elbv2 API, LoadBalancerAttribute]
      const failOpen = at(resource.props, "enableWafFailOpen");
      if (failOpen !== undefined && failOpen !== false)
        yield {
          resource,
          path: "enableWafFailOpen",
          problem: "requests pass unseen while the web ACL can't be asked",
          allowed: "false, or unset",
        };
    }
  },
};

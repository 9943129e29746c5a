import type { StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import {
  isInternalIngress,
  isOf,
  isPublic,
  listeners,
  loadBalancers,
  loadBalancersOf,
} from "../../read/aws/load-balancer.ts";
import {
  associationsOf,
  rateSettings,
  unlimited,
  webAclAssociations,
  webAclRules,
  webAcls,
} from "../../read/aws/web-acl.ts";

const ingress = "kubernetes:networking.k8s.io/v1:Ingress";
const allowed =
  "one WebAclAssociation of the load balancer with a web ACL of the stack that has a blocking rate rule";

export const publicListenerRateLimited: StackRule<typeof rateSettings> = {
  name: "public-listener-rate-limited",
  title: "Every public load balancer has a web ACL with a rate limit.",
  why: "A public endpoint without a rate limit lets one client saturate the GPUs and guess API keys at network speed.",
  fix: "Associate the load balancer with a web ACL whose rate rule blocks.",
  severity: "critical",
  relatedChecks: ["CKV2_AWS_28"],
  resourceTypes: [...loadBalancers, ...listeners, ...webAclAssociations, ...webAcls, ...webAclRules, ingress],
  example: {
    good: "new WebAclAssociation(name, { resourceArn: loadBalancer.arn, webAclArn: acl.arn })",
    bad: "a public LoadBalancer without a WebAclAssociation",
  },
  config: rateSettings,

  *checkStack({ resources }, config) {
    const allListeners = resources.filter(isOf(listeners));
    for (const resource of new Set(allListeners.flatMap(loadBalancersOf).filter(isPublic))) {
      const problem = unguarded(resource, resources, config);
      if (problem !== undefined) yield { resource, path: "webAclAssociation", problem, allowed };
    }
    for (const resource of allListeners.filter((listener) => loadBalancersOf(listener).length === 0))
      yield {
        resource,
        path: "loadBalancerArn",
        problem: "the listener belongs to a load balancer outside the stack, whose web ACL isn't known",
        allowed,
      };
    for (const resource of resources.filter(isOf([ingress])).filter((one) => !isInternalIngress(one)))
      yield {
        resource,
        path: "spec",
        problem: "the Ingress creates a load balancer outside the stack, whose web ACL isn't known",
        allowed,
      };
  },
};

function unguarded(
  loadBalancer: StackResource,
  all: readonly StackResource[],
  config: ConfigOf<typeof rateSettings>,
): string | undefined {
  const associations = associationsOf(loadBalancer, all);
  const [only, ...others] = associations;
  if (only === undefined) return "no web ACL is attached to the public load balancer";
  if (others.length > 0) return `${associations.length} web ACLs are attached, of which only one applies`;

  const acls = only.behind("webAclArn").filter(isOf(webAcls));
  if (acls.length === 0) return `${only.name} attaches a web ACL from outside the stack, which can't be read`;
  const weak = acls.find((acl) => unlimited(acl, all, config) !== undefined);
  return weak && `its web ACL ${weak.name} doesn't limit rates: ${unlimited(weak, all, config)}`;
}

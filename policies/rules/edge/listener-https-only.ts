import type { StackResource, StackRule } from "../../framework/rule.ts";
import { at } from "../../framework/value.ts";
import {
  isOf,
  isPublicListener,
  listenerRules,
  listeners,
  loadBalancers,
  redirectsToHttps,
} from "../../read/aws/load-balancer.ts";
import { printable } from "../../read/text/printable.ts";

export const listenerHttpsOnly: StackRule = {
  name: "listener-https-only",
  title: "Public listeners use HTTPS, or only redirect to it.",
  why: "Plain HTTP exposes prompts, answers and API keys to every network between client and load balancer.",
  fix: "Set protocol to HTTPS with a certificate, or make the only default action a redirect to HTTPS with HTTP_301 and remove the listener's rules.",
  severity: "critical",
  relatedChecks: ["CKV_AWS_2", "CKV2_AWS_20", "AWS-0054"],
  resourceTypes: [...listeners, ...listenerRules, ...loadBalancers],
  example: { good: "protocol: HTTPS, port: 443", bad: "protocol: HTTP, defaultActions: [{ type: forward }]" },

  *checkStack({ resources }) {
    const rules = resources.filter(isOf(listenerRules));
    for (const resource of resources.filter(isOf(listeners)).filter(isPublicListener)) {
      const problem = unencrypted(resource, rules);
      if (problem !== undefined)
        yield {
          resource,
          path: "protocol",
          problem,
          allowed: "HTTPS, or HTTP with one redirect to HTTPS by HTTP_301 and no rules",
        };
    }
  },
};

function unencrypted(listener: StackResource, rules: readonly StackResource[]): string | undefined {
  const protocol = at(listener.props, "protocol");
  if (protocol === "HTTPS") return undefined;
  if (protocol !== "HTTP")
    return protocol === undefined ? "no protocol is set" : `protocol is ${printable("protocol", protocol)}`;
  if (!redirectsToHttps(at(listener.props, "defaultActions")))
    return "protocol is HTTP and the default action is not a permanent redirect to HTTPS";
  const served = rules.find((rule) => rule.behind("listenerArn").includes(listener));
  return served && `protocol is HTTP and ${served.name} serves requests before the redirect`;
}

import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { loadBalancers } from "../../read/aws/load-balancer.ts";

export const loadBalancerRequestHygiene: ResourceRule = {
  name: "load-balancer-request-hygiene",
  title: "Load balancers drop malformed and ambiguous requests.",
  why: "The load balancer and its targets may parse a malformed or repeated header differently, which lets a client smuggle a second request past limits; a preserved X-Forwarded-For lets a client forge its address.",
  fix: "Set dropInvalidHeaderFields true, and leave desyncMitigationMode and xffHeaderProcessingMode at their defaults.",
  severity: "medium",
  relatedChecks: ["CKV_AWS_131", "CKV_AWS_328", "AWS-0052"],
  resourceTypes: loadBalancers,
  example: { good: "dropInvalidHeaderFields: true", bad: "desyncMitigationMode: monitor" },

  check({ props }) {
    // The other types don't parse requests. [elbv2 API, CreateLoadBalancer]
    const kind = at(props, "loadBalancerType");
    if (kind === "network" || kind === "gateway") return [];
    // Unset is false, defensive and append. [elbv2 API, LoadBalancerAttribute]
    return [
      ...oneOf(props, "dropInvalidHeaderFields", [true], "malformed headers are forwarded"),
      ...oneOf(
        props,
        "desyncMitigationMode",
        [undefined, "defensive", "strictest"],
        "ambiguous requests are forwarded",
      ),
      ...oneOf(
        props,
        "xffHeaderProcessingMode",
        [undefined, "append"],
        "the client's address isn't added to X-Forwarded-For",
      ),
    ];
  },
};

function oneOf(props: Value, path: string, values: readonly Value[], problem: string): Finding[] {
  if (values.includes(at(props, path))) return [];
  const allowed = values.map((value) => (value === undefined ? "unset" : String(value))).join(", ");
  return [{ path, problem, allowed: `${allowed}, known at preview` }];
}

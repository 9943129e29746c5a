import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, type Value } from "../../framework/value.ts";
import { loadBalancers } from "../../read/aws/load-balancer.ts";

export const loadBalancerRequestHygiene: ResourceRule = {
  name: "load-balancer-request-hygiene",
  title: "Load balancers pass on only requests that everybody reads alike.",
  why: "A malformed or doubled header is read one way by the load balancer and another way behind it, which smuggles a second request past limits; a kept X-Forwarded-For lets a client choose its address.",
  fix: "Set dropInvalidHeaderFields true, and leave desyncMitigationMode and xffHeaderProcessingMode as they are.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_131", "CKV_AWS_328", "AWS-0052"],
  resourceTypes: loadBalancers,
  example: { good: "dropInvalidHeaderFields: true", bad: "desyncMitigationMode: monitor" },
  config: {},

  check({ props }) {
    // The others look into no request. [elbv2 API, CreateLoadBalancer]
    const kind = at(props, "loadBalancerType");
    if (kind === "network" || kind === "gateway") return [];
    // Unset is false, defensive and append. [elbv2 API, LoadBalancerAttribute]
    return [
      ...oneOf(props, "dropInvalidHeaderFields", [true], "malformed headers are passed on"),
      ...oneOf(
        props,
        "desyncMitigationMode",
        [undefined, "defensive", "strictest"],
        "requests that may be read in two ways are passed on",
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

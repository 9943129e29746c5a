import { loadBalancerRequestHygiene as rule } from "../../../../policies/rules/edge/load-balancer-request-hygiene.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { balancerWith } from "../../fixtures/edge.ts";

const drops = (more: Given["props"] = {}) => balancerWith({ dropInvalidHeaderFields: true, ...more });
const headers = "edge#dropInvalidHeaderFields";
const desync = "edge#desyncMitigationMode";
const forwarded = "edge#xffHeaderProcessingMode";

cases(rule, {
  passes: [
    ["malformed headers dropped, the rest as it comes", drops()],
    ["the strictest", drops({ desyncMitigationMode: "strictest", xffHeaderProcessingMode: "append" })],
    ["an internal one", drops({ internal: true, desyncMitigationMode: "defensive" })],
    ["a secret", balancerWith({ dropInvalidHeaderFields: secret(true) })],
    ["a network load balancer", balancerWith({ loadBalancerType: "network" })],
    ["a gateway load balancer", balancerWith({ loadBalancerType: "gateway" })],
    [
      "null for what has a good default",
      drops({ desyncMitigationMode: null, xffHeaderProcessingMode: null }),
    ],
  ],
  reports: [
    ["headers left as they come", balancerWith({}), [headers]],
    ["false", balancerWith({ dropInvalidHeaderFields: false }), [headers]],
    ["a text", balancerWith({ dropInvalidHeaderFields: "true" }), [headers]],
    ["unknown", balancerWith({ dropInvalidHeaderFields: unknown }), [headers]],
    ["monitor", drops({ desyncMitigationMode: "monitor" }), [desync]],
    ["an unknown mode", drops({ desyncMitigationMode: unknown }), [desync]],
    ["a client's own address kept", drops({ xffHeaderProcessingMode: "preserve" }), [forwarded]],
    ["the address removed", drops({ xffHeaderProcessingMode: "remove" }), [forwarded]],
    ["a mode in a list", drops({ xffHeaderProcessingMode: ["append"] }), [forwarded]],
    [
      "all three",
      balancerWith({ desyncMitigationMode: "monitor", xffHeaderProcessingMode: "preserve" }),
      [headers, desync, forwarded],
    ],
    ["an unknown kind", balancerWith({ loadBalancerType: unknown }), [headers]],
    ["the other name", { ...balancerWith({}), type: "aws:alb/loadBalancer:LoadBalancer" }, [headers]],
  ],
});

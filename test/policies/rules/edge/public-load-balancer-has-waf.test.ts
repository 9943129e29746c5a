import { publicLoadBalancerHasWaf as rule } from "../../../../policies/rules/edge/public-load-balancer-has-waf.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { associated, balancerWith } from "../../fixtures/edge.ts";

const edge = balancerWith({});
const other = balancerWith({}, "other");
const inside = balancerWith({ internal: true }, "inside");
const failing = (enableWafFailOpen: Wire) => {
  const balancer = balancerWith({ enableWafFailOpen });
  return [balancer, associated([balancer])];
};
const missing = ["edge#webAclAssociation"];
const open = ["edge#enableWafFailOpen"];

cases(rule, {
  passes: [
    ["an association, with every ARN unknown", [edge, associated()]],
    ["fail-open off", failing(false)],
    ["a secret", failing(secret(false))],
    ["an association of each", [edge, other, associated(), associated([other], "second")]],
    ["an internal load balancer", [inside]],
    [
      "an ARN that a listener stands behind as well",
      [edge, associated([edge, { type: "aws:lb/listener:Listener", name: "https", props: {} }])],
    ],
  ],
  reports: [
    ["no association", [edge], missing],
    ["the association of an internal one", [edge, inside, associated([inside])], missing],
    ["one of two", [edge, other, associated([other])], missing],
    [
      "an association that may be with either",
      [edge, other, associated([edge, other])],
      [...missing, "other#webAclAssociation"],
    ],
    ["an association with one outside the stack", [edge, associated([])], missing],
    ["the other name", [{ ...edge, type: "aws:alb/loadBalancer:LoadBalancer" }], missing],
    ["one that may be internal", [balancerWith({ internal: unknown })], missing],
    ["a network load balancer, which takes none", [balancerWith({ loadBalancerType: "network" })], missing],
    ["fail-open", failing(true), open],
    ["fail-open that is unknown", failing(unknown), open],
    ["fail-open as a text", failing("false"), open],
    ["both", [balancerWith({ enableWafFailOpen: true })], [...missing, ...open]],
  ],
});

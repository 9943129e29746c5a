import { expect, it } from "vitest";
import { ingressPaths } from "../../../../policies/read/aws/ingress-path.ts";
import { stackResource } from "../../stack.ts";

const subnet = stackResource("aws:ec2/subnet:Subnet", { cidrBlock: "10.40.0.0/18" });
const balancer = stackResource("aws:lb/loadBalancer:LoadBalancer", { internal: true }, { subnets: [subnet] });
const group = stackResource("aws:lb/targetGroup:TargetGroup", {}, {}, "blue");
const other = stackResource("aws:lb/targetGroup:TargetGroup", {}, {}, "green");
const listener = stackResource(
  "aws:lb/listener:Listener",
  { port: 80 },
  { loadBalancerArn: [balancer], defaultActions: [other] },
);
const rule = stackResource(
  "aws:lb/listenerRule:ListenerRule",
  {},
  { listenerArn: [listener], actions: [group] },
);
const way = { port: 80, ranges: ["10.40.0.0/18"] };

it("finds load balancers that send to a target group, by a rule or by default", () => {
  const found = ingressPaths([subnet, balancer, group, other, listener, rule]);
  expect(found.get(group)).toEqual([way]);
  expect(found.get(other)).toEqual([way]);
});

it("knows nothing of a load balancer or a listener outside the stack", () => {
  const stray = stackResource("aws:lb/listener:Listener", { port: 80 }, { defaultActions: [group] });
  const strayRule = stackResource("aws:lb/listenerRule:ListenerRule", {}, { actions: [other] });
  const found = ingressPaths([group, other, stray, strayRule]);
  expect(found.get(group)).toEqual([]);
  expect(found.get(other)).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import { publicListenerRateLimited as rule } from "../../../../policies/rules/rate-limits/public-listener-rate-limited.ts";
import { unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";
import { ownRule, rateRule, webAcl } from "../../web-acl.ts";

const loadBalancer = (name: string, internal: Wire = false): Given => ({
  type: "aws:lb/loadBalancer:LoadBalancer",
  name,
  props: { internal },
});
const listener = (owners: readonly Given[], name = "https"): Given => ({
  type: "aws:lb/listener:Listener",
  name,
  props: { loadBalancerArn: unknown, protocol: "HTTPS" },
  behind: { loadBalancerArn: owners },
});
const association = (guarded: readonly Given[], acls: readonly Given[], name = "edge"): Given => ({
  type: "aws:wafv2/webAclAssociation:WebAclAssociation",
  name,
  props: { resourceArn: unknown, webAclArn: unknown },
  behind: { resourceArn: guarded, webAclArn: acls },
});
const edge = loadBalancer("edge");
const other = loadBalancer("other");
const acl = webAcl([rateRule]);
const guarded = [edge, listener([edge]), acl, association([edge], [acl])];
const finding = (name = "edge") => `public-listener-rate-limited[${name}#webAclAssociation]`;

describe("public-listener-rate-limited", () => {
  it.each<[string, readonly Given[]]>([
    ["an ACL in front, with every ARN unknown", guarded],
    [
      "two ACLs in front of two",
      [...guarded, other, listener([other], "second"), association([other], [acl], "second")],
    ],
    [
      "a rule that is a resource of its own",
      [edge, listener([edge]), webAcl([]), ownRule(webAcl([])), association([edge], [webAcl([])])],
    ],
    [
      "an ARN that something else stands behind as well",
      [edge, listener([edge]), acl, association([edge, listener([edge])], [acl])],
    ],
    [
      "an ACL's ARN that something else stands behind as well",
      [edge, listener([edge]), acl, association([edge], [acl, edge])],
    ],
    [
      "a load balancer inside the VPC",
      [loadBalancer("inside", true), listener([loadBalancer("inside", true)])],
    ],
    ["a load balancer that nothing listens on", [edge]],
    ["nothing", []],
  ])("accepts %s", async (_, stack) => {
    expect(await findings(rule, stack)).toEqual([]);
  });

  it.each<[string, readonly Given[]]>([
    ["no association", [edge, listener([edge]), acl]],
    [
      "an association with another load balancer",
      [edge, listener([edge]), acl, other, association([other], [acl])],
    ],
    [
      "an association with something outside the stack",
      [edge, listener([edge]), acl, association([other], [acl])],
    ],
    [
      "an association with one of two",
      [edge, other, listener([edge]), acl, association([edge, other], [acl])],
    ],
    ["two associations", [...guarded, association([edge], [acl], "again")]],
    ["an ACL outside the stack", [edge, listener([edge]), association([edge], [acl])]],
    ["an ACL that limits nothing", [edge, listener([edge]), webAcl([]), association([edge], [webAcl([])])]],
    [
      "an ACL that may be one that limits nothing",
      [
        edge,
        listener([edge]),
        acl,
        webAcl([], {}, "weak"),
        association([edge], [acl, webAcl([], {}, "weak")]),
      ],
    ],
    ["a load balancer that doesn't say whether it is internal", [{ ...edge, props: {} }, listener([edge])]],
    ["a load balancer that may be internal", [{ ...edge, props: { internal: unknown } }, listener([edge])]],
    [
      "a load balancer under its other name",
      [
        { ...edge, type: "aws:alb/loadBalancer:LoadBalancer" },
        listener([{ ...edge, type: "aws:alb/loadBalancer:LoadBalancer" }]),
      ],
    ],
  ])("reports %s", async (_, stack) => {
    expect(await findings(rule, stack)).toEqual([finding()]);
  });

  it("reports the second public load balancer", async () => {
    expect(await findings(rule, [...guarded, other, listener([other], "second")])).toEqual([
      finding("other"),
    ]);
  });

  it("does not join by equal values", async () => {
    const arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/edge/1";
    const literal = { ...association([], []), props: { resourceArn: arn, webAclArn: arn } };
    expect(await findings(rule, [{ ...edge, props: { arn } }, listener([edge]), acl, literal])).toEqual([
      finding(),
    ]);
  });

  it("reports a listener whose load balancer is outside the stack", async () => {
    expect(await findings(rule, [...guarded, listener([other], "stray")])).toEqual([
      "public-listener-rate-limited[stray#loadBalancerArn]",
    ]);
  });

  it("reports each Ingress, whatever its namespace", async () => {
    const ingress = (name: string, namespace: string): Given => ({
      type: "kubernetes:networking.k8s.io/v1:Ingress",
      name,
      props: { metadata: { name: "chat", namespace } },
    });
    expect(await findings(rule, [...guarded, ingress("a", "serving"), ingress("b", "monitoring")])).toEqual([
      "public-listener-rate-limited[a#spec]",
      "public-listener-rate-limited[b#spec]",
    ]);
  });

  it("holds the ACL to the rate of its own configuration", async () => {
    expect(await findings(rule, guarded, { config: { maxPerMinute: 100 } })).toEqual([finding()]);
    expect(await findings(rule, guarded, { config: { maxPerMinute: "600" } })).toEqual([
      "public-listener-rate-limited[stack#configuration.maxPerMinute]",
    ]);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, [edge, listener([edge]), acl]);
    expect(found).toMatchObject({
      where: "edge",
      found: "no web ACL is attached to the public load balancer",
      allowed:
        "one WebAclAssociation of the load balancer with a web ACL of the stack that has a blocking rate rule",
      fix: rule.fix,
    });
  });
});

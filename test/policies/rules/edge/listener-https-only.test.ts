import { describe, expect, it } from "vitest";
import { listenerHttpsOnly as rule } from "../../../../policies/rules/edge/listener-https-only.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

const loadBalancer = (internal: Wire, name = "edge"): Given => ({
  type: "aws:lb/loadBalancer:LoadBalancer",
  name,
  props: { internal },
});
const open = loadBalancer(false);
const inside = loadBalancer(true, "inside");
const redirect = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
const forward = { type: "forward", targetGroupArn: unknown };
const listener = (props: Properties, behind: readonly Given[] = [open], name = "http"): Given => ({
  type: "aws:lb/listener:Listener",
  name,
  props: { loadBalancerArn: unknown, ...props },
  behind: { loadBalancerArn: behind },
});
const ruleOf = (owner: Given, name = "chat"): Given => ({
  type: "aws:lb/listenerRule:ListenerRule",
  name,
  props: { listenerArn: unknown, actions: [forward] },
  behind: { listenerArn: [owner] },
});
const finding = ["listener-https-only[http#protocol]"];

describe("listener-https-only", () => {
  const https = listener({ protocol: "HTTPS", defaultActions: [forward] });
  const toHttps = listener({ protocol: "HTTP", defaultActions: [redirect] });

  it.each<[string, readonly Given[]]>([
    ["HTTPS with rules", [open, https, ruleOf(https)]],
    ["HTTPS as a secret", [open, listener({ protocol: secret("HTTPS") })]],
    ["a redirect", [open, toHttps]],
    [
      "a redirect beside another listener's rules",
      [open, toHttps, { ...https, name: "https" }, ruleOf({ ...https, name: "https" })],
    ],
    ["HTTP inside the VPC", [inside, listener({ protocol: "HTTP", defaultActions: [forward] }, [inside])]],
    [
      "a redirect under the other name of the same types",
      [
        { ...open, type: "aws:alb/loadBalancer:LoadBalancer" },
        { ...toHttps, type: "aws:alb/listener:Listener" },
      ],
    ],
  ])("accepts %s", async (_, stack) => {
    expect(await findings(rule, stack)).toEqual([]);
  });

  it.each<[string, Properties]>([
    ["HTTP that forwards", { protocol: "HTTP", defaultActions: [forward] }],
    ["TCP", { protocol: "TCP", port: 443 }],
    ["no protocol", { defaultActions: [redirect] }],
    ["an unknown protocol", { protocol: unknown, defaultActions: [redirect] }],
    ["a protocol in another case", { protocol: "https" }],
    ["a protocol that is a number", { protocol: 443 }],
    [
      "a redirect to another host",
      {
        protocol: "HTTP",
        defaultActions: [{ ...redirect, redirect: { ...redirect.redirect, host: "example.org" } }],
      },
    ],
    [
      "a redirect for now",
      {
        protocol: "HTTP",
        defaultActions: [{ ...redirect, redirect: { protocol: "HTTPS", statusCode: "HTTP_302" } }],
      },
    ],
    [
      "a redirect that keeps the protocol",
      { protocol: "HTTP", defaultActions: [{ ...redirect, redirect: { statusCode: "HTTP_301" } }] },
    ],
    [
      "a redirect to HTTP",
      {
        protocol: "HTTP",
        defaultActions: [{ ...redirect, redirect: { protocol: "HTTP", statusCode: "HTTP_301" } }],
      },
    ],
    [
      "a redirect after something else",
      { protocol: "HTTP", defaultActions: [{ type: "authenticate-oidc" }, redirect] },
    ],
    ["a redirect before something else", { protocol: "HTTP", defaultActions: [redirect, forward] }],
    [
      "a redirect's settings under another action",
      { protocol: "HTTP", defaultActions: [{ ...redirect, type: "forward" }] },
    ],
    ["no action", { protocol: "HTTP" }],
    ["unknown actions", { protocol: "HTTP", defaultActions: unknown }],
    ["an unknown action", { protocol: "HTTP", defaultActions: [unknown] }],
    ["actions that are an object", { protocol: "HTTP", defaultActions: redirect }],
  ])("reports %s", async (_, props) => {
    expect(await findings(rule, [open, listener(props)])).toEqual(finding);
  });

  it("reports a redirect that a rule of the same listener comes before", async () => {
    expect(await findings(rule, [open, toHttps, ruleOf(toHttps)])).toEqual(finding);
    const alias = { ...ruleOf(toHttps), type: "aws:alb/listenerRule:ListenerRule" };
    expect(await findings(rule, [open, toHttps, alias])).toEqual(finding);
  });

  it.each<[string, Wire]>([
    ["unset", null],
    ["unknown", unknown],
    ["a text", "true"],
  ])("takes a load balancer for public whose internal is %s", async (_, internal) => {
    const owner = loadBalancer(internal);
    expect(await findings(rule, [owner, listener({ protocol: "HTTP" }, [owner])])).toEqual(finding);
  });

  it("takes a listener for public whose load balancer is outside the stack, or may be a public one", async () => {
    expect(await findings(rule, [listener({ protocol: "HTTP" }, [open])])).toEqual(finding);
    expect(await findings(rule, [open, inside, listener({ protocol: "HTTP" }, [inside, open])])).toEqual(
      finding,
    );
  });

  it("joins each listener with its own load balancer", async () => {
    const internal = listener({ protocol: "HTTP" }, [inside], "internal");
    const stack = [open, inside, internal, listener({ protocol: "HTTP" }), https];
    expect(await findings(rule, stack)).toEqual(finding);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, [open, toHttps, ruleOf(toHttps)]);
    expect(found).toMatchObject({
      where: "http",
      found: "protocol is HTTP and chat serves requests before the redirect",
      allowed: "HTTPS, or HTTP with one redirect to HTTPS by HTTP_301 and no rules",
      fix: rule.fix,
    });
  });

  it("tells a protocol that is missing from one that is wrong", async () => {
    const problem = async (props: Properties) => (await judge(rule, [open, listener(props)]))[0]?.found;
    expect(await problem({})).toBe("no protocol is set");
    expect(await problem({ protocol: "TCP" })).toBe('protocol is "TCP"');
  });

  it("shows no value that is not a protocol", async () => {
    const [found] = await judge(rule, [open, listener({ protocol: secret("s3cret-CANARY") })]);
    expect(found?.message).not.toContain("CANARY");
  });

  it("passes over other resources", async () => {
    expect(
      await findings(rule, [
        { ...listener({ protocol: "HTTP" }), type: "aws:elb/loadBalancer:LoadBalancer" },
      ]),
    ).toEqual([]);
  });
});

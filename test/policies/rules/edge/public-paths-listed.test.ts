import { publicPathsListed as rule } from "../../../../policies/rules/edge/public-paths-listed.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { asks, balancerWith, forwardRule, refusing } from "../../fixtures/edge.ts";
import { listener, loadBalancer } from "../../load-balancer.ts";

const host = "llm.example.com";
const longest = `${"a.".repeat(63)}io`;
const base = [loadBalancer, refusing];
const rules = (conditions: Wire, more: Given["props"] = {}) => [...base, forwardRule(conditions, more)];
const paths = (...values: readonly Wire[]) => rules(asks(host, ...values));
const hosts = (value: Wire) => rules(asks(value, "/v1/models"));
const rewrite = (regex: Wire, replace: Wire, more: Given["props"] = {}) =>
  rules(asks(host, "/ready"), {
    transforms: [{ type: "url-rewrite", urlRewriteConfig: { rewrite: { regex, replace } }, ...more }],
  });
const byDefault = (defaultActions: Wire) => [loadBalancer, listener({ protocol: "HTTPS", defaultActions })];
const fixed = (statusCode: Wire): Wire => [
  { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode } },
];
const redirect = (more: Given["props"] = {}): Wire => [
  { type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301", ...more } },
];
const forward: Wire = [{ type: "forward", targetGroupArn: unknown }];
const inside = balancerWith({ internal: true }, "inside");
const heardInside: Given = {
  ...listener({ defaultActions: forward }),
  name: "inside",
  behind: { loadBalancerArn: [inside] },
};
const path = (index = 0) => [`api#conditions.1.pathPattern.values.${index}`];
const hostAt = ["api#conditions.0.hostHeader.values.0"];
const anyHost = ["api#conditions.hostHeader"];
const anyPath = ["api#conditions.pathPattern"];

cases(rule, {
  passes: [
    ["listed paths of a host", paths("/v1/chat/completions", "/v1/models")],
    ["a secret host", rules(asks(secret(host), "/v1/models"))],
    ["a host as long as AWS takes", hosts(longest)],
    [
      "further conditions",
      rules([...(asks(host, "/v1/models") as Wire[]), { sourceIp: { values: ["203.0.113.0/24"] } }]),
    ],
    [
      "null and empty lists where nothing is asked",
      rules([
        { hostHeader: { values: [host], regexValues: [] }, pathPattern: null },
        { pathPattern: { values: ["/v1/models"], regexValues: null } },
      ]),
    ],
    ["readiness under its other name", rewrite("^/ready$", "/health/readiness")],
    ["a fixed 403", byDefault(fixed("403"))],
    ["a redirect to HTTPS", byDefault(redirect())],
    ["a rule that answers by itself", rules(null, { actions: fixed("404") })],
    ["a rule that redirects on its host", rules(null, { actions: redirect({ host: "#{host}" }) })],
    [
      "a rule that redirects to a listed host",
      rules(null, { actions: redirect({ host: "docs.example.com" }) }),
      { config: { redirectHosts: ["docs.example.com"] } },
    ],
    [
      "a redirect of an internal listener",
      [inside, heardInside, forwardRule(null, { actions: redirect({ host: "a.example" }) }, [heardInside])],
    ],
    ["an internal listener", [inside, heardInside, forwardRule(null, {}, [heardInside])]],
    ["other paths where they are listed", paths("/v2/chat"), { config: { publicPaths: ["/v2/chat"] } }],
  ],
  reports: [
    ["every path", paths("/*"), path()],
    ["every path of the API", paths("/v1/*"), path()],
    ["a wildcard for one letter", paths("/v1/model?"), path()],
    ["a listed path and another", paths("/v1/models", "/key/generate"), path(1)],
    ["another case", paths("/V1/models"), path()],
    ["a path with a further part", paths("/v1/models/"), path()],
    ["each of several", paths("/user/new", "/config/update", "/ui", "/metrics"), [0, 1, 2, 3].flatMap(path)],
    ["an unknown path and its neighbour", paths(unknown, "/*"), [...path(0), ...path(1)]],
    ["a number", paths(7), path()],
    ["every host", hosts("*"), hostAt],
    ["hosts below one", hosts("*.example.com"), hostAt],
    ["hosts that begin like one", hosts("llm.example.*"), hostAt],
    ["a host that is too long", hosts(`${longest}n`), hostAt],
    ["an unknown host", hosts(unknown), hostAt],
    ["a host in a list", hosts([host]), hostAt],
    ["no host", rules([{ pathPattern: { values: ["/v1/models"] } }]), anyHost],
    ["no path", rules([{ hostHeader: { values: [host] } }]), anyPath],
    ["no conditions", rules(null), [...anyHost, ...anyPath]],
    [
      "empty values",
      rules([{ hostHeader: { values: [] } }, { pathPattern: { values: ["/v1/models"] } }]),
      anyHost,
    ],
    [
      "a pattern for the host",
      rules([
        { hostHeader: { regexValues: ["^llm.example.com$"] } },
        { pathPattern: { values: ["/v1/models"] } },
      ]),
      ["api#conditions.0.hostHeader.regexValues.0"],
    ],
    [
      "a pattern for the path",
      rules([{ hostHeader: { values: [host] } }, { pathPattern: { regexValues: ["^/v1/models$"] } }]),
      ["api#conditions.1.pathPattern.regexValues.0"],
    ],
    [
      "unknown conditions",
      rules(unknown),
      ["hostHeader.values", "hostHeader.regexValues", "pathPattern.values", "pathPattern.regexValues"].map(
        (field) => `api#conditions.${field}`,
      ),
    ],
    ["a rewrite to something else", rewrite("^/ready$", "/key/list"), ["api#transforms.0"]],
    ["a rewrite of something else", rewrite("^/(.*)$", "/health/readiness"), ["api#transforms.0"]],
    ["an unknown rewrite", rewrite(unknown, "/health/readiness"), ["api#transforms.0"]],
    [
      "a rewrite of the host as well",
      rewrite("^/ready$", "/health/readiness", {
        hostHeaderRewriteConfig: { rewrite: { regex: ".*", replace: "admin" } },
      }),
      ["api#transforms.0"],
    ],
    [
      "another transform",
      rewrite("^/ready$", "/health/readiness", { type: "host-header-rewrite" }),
      ["api#transforms.0"],
    ],
    ["unknown transforms", rules(asks(host, "/ready"), { transforms: unknown }), ["api#transforms"]],
    [
      "a rewrite where none is listed",
      rewrite("^/ready$", "/health/readiness"),
      ["api#transforms.0"],
      { config: { rewrites: { only: [] } } },
    ],
    ["everything forwarded by default", byDefault(forward), ["https#defaultActions"]],
    ["no default action", byDefault(null), ["https#defaultActions"]],
    ["a fixed 200", byDefault(fixed("200")), ["https#defaultActions"]],
    ["a status that is a number", byDefault(fixed(404)), ["https#defaultActions"]],
    [
      "a login before the refusal",
      byDefault([{ type: "authenticate-oidc" }, ...(fixed("404") as Wire[])]),
      ["https#defaultActions"],
    ],
    [
      "a forward after the refusal",
      byDefault([...(fixed("404") as Wire[]), ...(forward as Wire[])]),
      ["https#defaultActions"],
    ],
    [
      "a refusal's settings under another action",
      byDefault([{ type: "forward", fixedResponse: { statusCode: "404" } }]),
      ["https#defaultActions"],
    ],
    ["a redirect for now", byDefault(redirect({ statusCode: "HTTP_302" })), ["https#defaultActions"]],
    ["unknown default actions", byDefault(unknown), ["https#defaultActions"]],
    [
      "a rule that redirects to another host",
      rules(null, { actions: redirect({ host: "docs.example.com" }) }),
      ["api#actions.0.redirect.host"],
    ],
    [
      "a rule that redirects to an unknown host",
      rules(null, { actions: redirect({ host: unknown }) }),
      ["api#actions.0.redirect.host"],
    ],
    [
      "an unknown redirect",
      rules(null, { actions: [{ type: "redirect", redirect: unknown }] }),
      ["api#actions.0.redirect.host"],
    ],
    ["a rule of unknown actions", rules(asks(host, "/*"), { actions: unknown }), path()],
    ["a rule of no actions", rules(asks(host, "/*"), { actions: null }), path()],
    [
      "a forward beside an answer",
      rules(asks(host, "/*"), { actions: [...(redirect() as Wire[]), ...(forward as Wire[])] }),
      path(),
    ],
    [
      "a login before a forward",
      rules(asks(host, "/*"), { actions: [{ type: "authenticate-oidc" }, ...(forward as Wire[])] }),
      path(),
    ],
    ["a rule of a listener outside the stack", [forwardRule(asks(host, "/*"), {}, [])], path()],
    [
      "a rule that may be of either listener",
      [...base, inside, heardInside, forwardRule(asks(host, "/*"), {}, [heardInside, refusing])],
      path(),
    ],
    [
      "a listener of a load balancer outside the stack",
      [listener({ defaultActions: forward })],
      ["https#defaultActions"],
    ],
    [
      "the other names",
      [
        { ...loadBalancer, type: "aws:alb/loadBalancer:LoadBalancer" },
        { ...refusing, type: "aws:alb/listener:Listener" },
        { ...forwardRule(asks(host, "/*"), {}, []), type: "aws:alb/listenerRule:ListenerRule" },
      ],
      path(),
    ],
    [
      "paths with wildcards in the settings",
      paths("/v1/models"),
      ["stack#configuration.publicPaths"],
      { config: { publicPaths: ["/v1/*"] } },
    ],
  ],
});

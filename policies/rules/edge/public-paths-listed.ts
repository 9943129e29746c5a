import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isFields, unknown, type Value } from "../../framework/value.ts";
import {
  isOf,
  isPublicListener,
  isPublicRule,
  listenerRules,
  listeners,
  loadBalancers,
  redirectsToHttps,
  targetGroups,
} from "../../read/aws/load-balancer.ts";
import { isApplication } from "../../read/aws/purpose.ts";
import { type LocatedValue, locatedElements } from "../../read/text/located-value.ts";

const settings = {
  publicPaths: strings("Paths that the public load balancer forwards, each in full.", {
    pattern: "^(?:/[\\w.-]+)+$",
    minItems: 1,
    default: [
      "/v1/chat/completions",
      "/v1/completions",
      "/v1/embeddings",
      "/v1/models",
      "/v1/responses",
      "/ready",
    ],
  }),
  rewrites: strings("Rewrites of paths, such as /from -> /to.", {
    pattern: "^(?:/[\\w-]+)+ -> (?:/[\\w-]+)+$",
    default: ["/ready -> /health/readiness"],
  }),
  redirectHosts: strings("Other hosts to which the public load balancer may redirect, each in full.", {
    pattern: "^[\\w-]+(?:\\.[\\w-]+)+$",
    default: [],
  }),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

export const publicPathsListed: StackRule<typeof settings> = {
  name: "public-paths-listed",
  title: "The public load balancer forwards only listed paths of named hosts.",
  why: "The gateway serves keys, users, configuration and metrics in addition to the API; a wildcard exposes all of these routes to the internet, and those that its next version adds.",
  fix: "Make the default action a fixed 404, and give each rule a host and paths from publicPaths; list another host of the team's own in redirectHosts.",
  severity: "critical",
  relatedChecks: { none: "the studied tools don't read what a listener forwards" },
  resourceTypes: [...listeners, ...listenerRules, ...loadBalancers, ...targetGroups],
  example: {
    good: "conditions: [{ hostHeader: { values: [llm.example.com] } }, { pathPattern: { values: [/v1/chat/completions] } }]",
    bad: "conditions: [{ pathPattern: { values: [/*] } }]",
  },
  config: settings,

  *checkStack({ resources }, config) {
    for (const resource of resources.filter(isOf(listeners)).filter(isPublicListener)) {
      const actions = at(resource.props, "defaultActions");
      if (isForApplications(resource, "defaultActions")) continue;
      if (!refuses(actions) && !redirectsToHttps(actions))
        yield {
          resource,
          path: "defaultActions",
          problem: "requests that match no rule aren't refused",
          allowed: "one fixed response of 404 or 403, or one redirect to HTTPS by HTTP_301",
        };
    }
    for (const rule of resources.filter(isOf(listenerRules)).filter(isPublicRule)) {
      if (mayForward(at(rule.props, "actions")) && !isForApplications(rule, "actions"))
        yield* forwarded(rule, config);
      yield* redirected(rule, config);
    }
  },
};

/** Whether it forwards only to target groups of the stack that are declared to serve no model. */
function isForApplications(resource: StackResource, property: string): boolean {
  const groups = resource.behind(property).filter(isOf(targetGroups));
  const written = writtenGroups(at(resource.props, property));
  return groups.length > 0 && groups.every(isApplication) && written <= groups.length;
}

/** How many target groups the actions name; infinite where that can't be read. */
function writtenGroups(value: Value): number {
  const actions = elements(value);
  if (actions === unknown) return Number.POSITIVE_INFINITY;
  return actions.reduce<number>((sum, action) => {
    const groups = elements(at(action, "forward", "targetGroups"));
    const single = at(action, "targetGroupArn") === undefined ? 0 : 1;
    return sum + Math.max(single, groups === unknown ? Number.POSITIVE_INFINITY : groups.length);
  }, 0);
}

function refuses(value: Value): boolean {
  const actions = elements(value);
  if (actions === unknown || actions.length !== 1) return false;
  const [action] = actions;
  const status = at(action, "fixedResponse", "statusCode");
  return at(action, "type") === "fixed-response" && (status === "404" || status === "403");
}

/** Actions that the load balancer answers without a target. */
const answering: readonly Value[] = ["fixed-response", "redirect"];

function mayForward(value: Value): boolean {
  const actions = elements(value);
  if (actions === unknown || actions.length === 0) return true;
  return !actions.every((action) => answering.includes(at(action, "type")));
}

/** Clients follow to another host, with their prompts. Unset keeps the host. [elbv2 API, RedirectActionConfig] */
function* redirected(resource: StackResource, { redirectHosts }: Config): Generator<StackFinding> {
  for (const { path, value } of locatedElements("actions", at(resource.props, "actions"))) {
    if (value === unknown || at(value, "redirect") === undefined) continue;
    const host = at(value, "redirect", "host") ?? "#{host}";
    if (host === "#{host}" || redirectHosts.some((listed) => listed === host)) continue;
    yield {
      resource,
      path: `${path}.redirect.host`,
      problem: "clients are redirected to another host",
      allowed: "the request's own host, or one of redirectHosts, known at preview",
    };
  }
}

function* forwarded(resource: StackResource, { publicPaths, rewrites }: Config): Generator<StackFinding> {
  const conditions = locatedElements("conditions", at(resource.props, "conditions"));
  yield* condition(resource, conditions, {
    kind: "hostHeader",
    isListed: isHost,
    allowed: "full host names, known at preview",
  });
  yield* condition(resource, conditions, {
    kind: "pathPattern",
    isListed: (path) => publicPaths.includes(path),
    allowed: `known at preview, of ${publicPaths.join(", ")}`,
  });
  for (const { path, value } of locatedElements("transforms", at(resource.props, "transforms")))
    if (!isListedRewrite(value, rewrites))
      yield {
        resource,
        path,
        problem: "the path is rewritten",
        allowed: `listed rewrites only: ${rewrites.join(", ") || "none"}`,
      };
}

/** What a rule requires of a request's host or path. */
function* condition(
  resource: StackResource,
  conditions: readonly LocatedValue[],
  {
    kind,
    isListed,
    allowed,
  }: { readonly kind: string; readonly isListed: (text: string) => boolean; readonly allowed: string },
): Generator<StackFinding> {
  const wanted = conditions.map<LocatedValue>(({ path, value }) => ({
    path: `${path}.${kind}`,
    value: at(value, kind),
  }));
  const values = wanted.flatMap(({ path, value }) => locatedElements(`${path}.values`, at(value, "values")));
  const patterns = wanted.flatMap(({ path, value }) =>
    locatedElements(`${path}.regexValues`, at(value, "regexValues")),
  );
  if (values.length + patterns.length === 0)
    yield {
      resource,
      path: `conditions.${kind}`,
      problem: `the rule forwards whatever the ${kind} is`,
      allowed,
    };
  for (const { path, value } of values)
    if (typeof value !== "string" || !isListed(value))
      yield { resource, path, problem: `the rule forwards a ${kind} that isn't listed`, allowed };
  for (const { path } of patterns)
    yield { resource, path, problem: `the rule forwards whatever a pattern matches in the ${kind}`, allowed };
}

/** A full host name; AWS accepts up to 128 characters. [elbv2 API, HostHeaderConditionConfig] */
function isHost(text: string): boolean {
  return text.length <= 128 && /^[\w-]+(?:\.[\w-]+)+$/.test(text);
}

function isListedRewrite(transform: Value, rewrites: readonly string[]): boolean {
  const rewrite = at(transform, "urlRewriteConfig", "rewrite");
  return (
    at(transform, "type") === "url-rewrite" &&
    at(transform, "hostHeaderRewriteConfig") === undefined &&
    isFields(rewrite) &&
    rewrites.some((listed) => {
      const [from, to] = listed.split(" -> ");
      return rewrite.regex === `^${from}$` && rewrite.replace === to;
    })
  );
}

import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { targetGroups } from "../../read/aws/load-balancer.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";

const settings = {
  healthPaths: strings("Readiness paths that a health check may use.", {
    pattern: "^/[\\w./-]+$",
    minItems: 1,
    default: ["/health", "/health/readiness", "/ready"],
  }),
} as const satisfies RuleSettings;

/** The defaults of unset fields. [Pulumi AWS provider, lb.TargetGroup] */
const defaults = { matcher: "200", interval: 30, timeout: 5, threshold: 3 } as const;

/** Maximum interval in seconds: with three misses a dead target gets requests for a minute and a half. */
const slowest = 30;

export const targetGroupHealthCheck: ResourceRule<typeof settings> = {
  name: "target-group-health-check",
  title: "Health checks detect quickly which targets can serve requests.",
  why: "The default path is /, which engines answer with 404; a check of an authenticated route, or one that accepts errors, keeps unhealthy targets in or healthy ones out.",
  fix: "Set healthCheck with path /health (/ready for the gateway), matcher 200, interval 10, timeout 5, healthyThreshold 2 and unhealthyThreshold 3.",
  severity: "high",
  relatedChecks: ["CKV_AWS_261"],
  resourceTypes: targetGroups,
  example: {
    good: 'healthCheck: { path: "/health", matcher: "200" }',
    bad: 'healthCheck: { path: "/v1/models" }',
  },
  config: settings,

  *check(resource, { healthPaths }) {
    if (isApplication(resource)) return;
    const { props } = resource;
    yield* answered(props);
    const check = at(props, "healthCheck");
    if (check !== undefined && !isFields(check)) {
      yield {
        path: "healthCheck",
        problem: "the health check isn't known at preview",
        allowed: "a check known at preview",
      };
      return;
    }
    const path = at(check, "path");
    const interval = at(check, "interval") ?? defaults.interval;
    const inTime = isWithin(interval, 5, slowest);
    if ((at(check, "port") ?? "traffic-port") !== "traffic-port")
      yield finding("port", "it checks another port than the one that answers", '"traffic-port", or unset');
    if ((at(check, "protocol") ?? "HTTP") !== "HTTP")
      yield finding("protocol", "pods answer without TLS", '"HTTP", or unset');
    if ((at(check, "enabled") ?? true) !== true)
      yield finding("enabled", "health checks may be off", "true, or unset");
    if (typeof path !== "string" || !healthPaths.includes(path))
      yield finding(
        "path",
        "the path is another one, or / by default",
        `one of ${healthPaths.join(", ")}; ${unlessApplication}`,
      );
    if ((at(check, "matcher") ?? defaults.matcher) !== "200")
      yield finding("matcher", "accepts other status codes", '"200", or unset');
    if (!inTime) yield finding("interval", "is too long or too short", `5 to ${slowest} seconds`);
    if (!isWithin(at(check, "timeout") ?? defaults.timeout, 2, (inTime ? interval : slowest) - 1))
      yield finding("timeout", "is not shorter than the interval", "fewer seconds than interval");
    if (!isWithin(at(check, "healthyThreshold") ?? defaults.threshold, 2, 10))
      yield finding("healthyThreshold", "a single success marks a target healthy", "2 to 10");
    if (!isWithin(at(check, "unhealthyThreshold") ?? defaults.threshold, 2, 5))
      yield finding(
        "unhealthyThreshold",
        "an unhealthy target stays too long, or one failure removes it",
        "2 to 5",
      );
  },
};

/** How engines and the gateway answer, and how their pods are bound. Unset is the provider's default, or another rule's. */
const answers: Readonly<Record<string, Value>> = {
  protocol: "HTTP",
  protocolVersion: "HTTP1",
  targetType: "ip",
};

function* answered(props: Value): Generator<Finding> {
  for (const [path, expected] of Object.entries(answers)) {
    const value = at(props, path);
    if (value !== undefined && value !== expected)
      yield {
        path,
        problem: "pods answer plain HTTP/1.1 at their own addresses, so every request fails",
        allowed: `"${String(expected)}"; ${unlessApplication}`,
      };
  }
}

function finding(field: string, problem: string, allowed: string): Finding {
  return { path: `healthCheck.${field}`, problem, allowed };
}

function isWithin(value: Value, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { isOf, isPublic, loadBalancers } from "../../read/aws/load-balancer.ts";
import { webAcls } from "../../read/aws/web-acl.ts";
import { locatedElements } from "../../read/text/located-value.ts";

const logging = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

export const edgeLogsOn: StackRule = {
  name: "edge-logs-on",
  title: "Public load balancers and web ACLs log requests and blocks, with API keys redacted.",
  why: "After an attack only these logs show which addresses sent what; unless the Authorization header is redacted they hold every client's key.",
  fix: "Set accessLogs with enabled true and a bucket, and add a WebAclLoggingConfiguration that redacts the single header authorization and keeps BLOCK.",
  severity: "medium",
  relatedChecks: ["CKV_AWS_91", "AwsSolutions-ELB2", "CKV2_AWS_31"],
  resourceTypes: [...loadBalancers, ...webAcls, logging],
  example: {
    good: "accessLogs: { bucket: logs, enabled: true }; redactedFields: [{ singleHeader: { name: authorization } }]",
    bad: "accessLogs: { bucket: logs }",
  },

  *checkStack({ resources }) {
    for (const balancer of resources.filter(isOf(loadBalancers)).filter(isPublic))
      yield* accessLogs(balancer);
    const logs = Map.groupBy(resources.filter(isOf([logging])), (log) =>
      onlyBehind(log, "resourceArn", webAcls),
    );
    for (const resource of resources.filter(isOf(webAcls)))
      if (!logs.has(resource))
        yield {
          resource,
          path: "webAclLoggingConfiguration",
          problem: "the web ACL has no logging",
          allowed: "a WebAclLoggingConfiguration whose resourceArn comes from it",
        };
    for (const log of [...logs.values()].flat()) yield* aclLog(log);
  },
};

/** A bucket alone doesn't enable them. [aws.lb.LoadBalancer] */
function* accessLogs(resource: StackResource): Generator<StackFinding> {
  const bucket = at(resource.props, "accessLogs", "bucket");
  if (at(resource.props, "accessLogs", "enabled") !== true)
    yield {
      resource,
      path: "accessLogs.enabled",
      problem: "access logs are off",
      allowed: "true, known at preview",
    };
  if (bucket === undefined || bucket === "")
    yield {
      resource,
      path: "accessLogs.bucket",
      problem: "access logs have no bucket",
      allowed: "a bucket's name",
    };
}

function* aclLog(resource: StackResource): Generator<StackFinding> {
  const redacted = locatedElements("redactedFields", at(resource.props, "redactedFields"));
  if (!redacted.some(({ value }) => at(value, "singleHeader", "name") === "authorization"))
    yield {
      resource,
      path: "redactedFields",
      problem: "the log contains the API keys that clients send",
      allowed: "the single header authorization among the redacted fields, known at preview",
    };
  if (!keepsBlocked(at(resource.props, "loggingFilter")))
    yield {
      resource,
      path: "loggingFilter",
      problem: "the filter may drop blocked requests",
      allowed: "no filter, or one that drops only ALLOW and keeps BLOCK, known at preview",
    };
}

function keepsBlocked(filter: Value): boolean {
  if (filter === undefined) return true;
  const filters = locatedElements("filters", at(filter, "filters")).map(({ value }) => value);
  const dropping = filters.filter((one) => at(one, "behavior") !== "KEEP");
  const keeping = filters.filter((one) => at(one, "behavior") === "KEEP");
  if (dropping.some((one) => !decidesOn(one, "ALLOW", "MEETS_ALL"))) return false;
  return (
    at(filter, "defaultBehavior") === "KEEP" || keeping.some((one) => decidesOn(one, "BLOCK", "MEETS_ANY"))
  );
}

/**
 * Whether a request's action is the only condition that decides: any of several where the filter requires
 * `oneOfMany`, each of them elsewhere.
 */
function decidesOn(filter: Value, action: string, oneOfMany: string): boolean {
  const conditions = locatedElements("conditions", at(filter, "conditions")).map(({ value }) => value);
  const asked = conditions.map((one) => isFields(one) && at(one, "actionCondition", "action") === action);
  if (at(filter, "requirement") === oneOfMany) return asked.includes(true);
  return asked.length > 0 && !asked.includes(false);
}

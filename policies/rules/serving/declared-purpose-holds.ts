import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { caches } from "../../read/aws/cache.ts";
import { isOf, listenerRules, listeners, loadBalancers, targetGroups } from "../../read/aws/load-balancer.ts";
import { isApplication, purposeKey, purposeOf } from "../../read/aws/purpose.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import { kindOf, type Pods, readsToPods, targetGroupBindings } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

/** Types whose purpose rules read from their tags. */
const tagged: readonly string[] = [
  ...targetGroups,
  ...loadBalancers,
  ...listeners,
  ...listenerRules,
  ...caches,
];

export const declaredPurposeHolds: StackRule<typeof engineSettings> = {
  name: "declared-purpose-holds",
  title: "Resources labelled as serving no model don't serve one.",
  why: "The rules about models ignore resources with the label or tag gantry.dev/purpose: on an engine, a gateway, their target groups or their cache it would disable all of these rules.",
  fix: "Remove gantry.dev/purpose, or the engine; application is for workloads that serve no model, node-agent for the pods of a DaemonSet.",
  severity: "critical",
  relatedChecks: { none: "the label is Gantry's own" },
  resourceTypes: [...readsToPods, ...tagged],
  example: {
    good: 'tags: { "gantry.dev/purpose": "application" } on the target group of a web application',
    bad: 'tags: { "gantry.dev/purpose": "application" } on the target group of an engine',
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    for (const resource of resources.filter(isOf(tagged)))
      yield* unclear(resource, "tags", at(resource.props, "tags"), "application");
    for (const pods of objects.allPods) {
      yield* podProblems(pods, config);
      yield* cacheProblems(pods);
    }
    for (const binding of resources.filter(isOf(targetGroupBindings))) {
      const groups = binding.behind("spec").filter(isOf(targetGroups)).filter(isApplication);
      const behind = objects.servicesOf(binding).flatMap((service) => objects.podsOf(service));
      if (behind.length > 0 && !behind.some((pods) => mayServeModels(pods, config))) continue;
      for (const resource of groups)
        yield {
          resource,
          path: `tags.${purposeKey}`,
          problem:
            behind.length === 0
              ? `${binding.name} binds pods to it that are not in this stack, or not known at preview`
              : `${binding.name} binds, or may bind, an engine or a gateway to it`,
          allowed: "pods of the stack that serve no model, or no tag gantry.dev/purpose",
        };
    }
  },
};

/** An unknown value disables no rule, contrary to what its author expects. */
function* unclear(
  resource: StackResource,
  path: string,
  labels: Value,
  purpose: "application" | "node-agent",
): Generator<StackFinding> {
  if (at(labels, purposeKey) === undefined) return;
  if (purposeOf(labels) === purpose) return;
  yield {
    resource,
    path: `${path}.${purposeKey}`,
    problem: "the purpose is not one that applies here, or isn't known at preview",
    allowed: `"${purpose}"`,
  };
}

function* podProblems(pods: Pods, config: ConfigOf<typeof engineSettings>): Generator<StackFinding> {
  const { workload: resource, prefix, labels } = pods;
  const path = `${prefix}labels`;
  const isAgent = kindOf(resource) === "DaemonSet" && purposeOf(labels) === "node-agent";
  yield* unclear(resource, path, labels, isAgent ? "node-agent" : "application");
  if (purposeOf(labels) !== undefined && mayServeModels(pods, config))
    yield {
      resource,
      path: `${path}.${purposeKey}`,
      problem: "its pods run, or may run, an engine or a gateway",
      allowed: "no label gantry.dev/purpose on engines and gateways",
    };
}

/** In its cache a gateway counts limits and budgets. */
function* cacheProblems(pods: Pods): Generator<StackFinding> {
  const counted = pods.workload.behind("spec").filter(isOf(caches)).filter(isApplication);
  if (counted.length === 0 || containersOf(pods).every((container) => isGateway(container) === false)) return;
  for (const resource of counted)
    yield {
      resource,
      path: `tags.${purposeKey}`,
      problem: `${pods.workload.name} is, or may be, a gateway, and counts limits in it`,
      allowed: "no tag gantry.dev/purpose on a gateway's cache",
    };
}

function mayServeModels(pods: Pods, config: ConfigOf<typeof engineSettings>): boolean {
  return containersOf(pods).some(
    (container) => engineKind(container, config) !== undefined || isGateway(container) !== false,
  );
}

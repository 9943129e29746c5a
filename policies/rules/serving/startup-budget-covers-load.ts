import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf, RuleSettings } from "../../framework/settings.ts";
import { at, type Unknown, unknown } from "../../framework/value.ts";
import { engineArguments, engineKind, engineSettings } from "../../read/engine/engine.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";

const settings = {
  ...engineSettings,
  minStartup: {
    type: "integer",
    description:
      "Seconds that an engine may take at least from its container's start to its first healthy answer.",
    minimum: 60,
    maximum: 7200,
    default: 600,
  },
} as const satisfies RuleSettings;

/** What holds unless something else is written. [Kubernetes API: Probe, DeploymentSpec; Pulumi Kubernetes: await] */
const unset = { periodSeconds: 10, failureThreshold: 3, progressDeadlineSeconds: 600, timeoutSeconds: 600 };

export const startupBudgetCoversLoad: ResourceRule<typeof settings> = {
  name: "startup-budget-covers-load",
  title: "An engine has the time to load its weights before anybody gives up on it.",
  why: "Killed while it loads, a replica begins again and never answers; a deadline that ends first fails an update whose pods are well.",
  fix: "Set startupProbe.failureThreshold × periodSeconds to the slowest start, and progressDeadlineSeconds and customTimeouts above it.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools ask whether there is a probe, not how long it waits" },
  resourceTypes: workloads,
  example: {
    good: "startupProbe: { periodSeconds: 10, failureThreshold: 60 }, progressDeadlineSeconds: 1230",
    bad: "livenessProbe: { initialDelaySeconds: 600 }",
  },
  config: settings,

  *check(resource, config) {
    const { minStartup } = config;
    const engines = containers(resource).filter((container) => answers(container, config));
    if (engines.length === 0) return;
    const budgets = engines.map(budgetSeconds);
    for (const [index, { path, where }] of engines.entries()) {
      const budget = budgets[index] ?? unknown;
      if (budget === unknown || budget < minStartup)
        yield {
          path: `${path}.startupProbe`,
          where,
          problem:
            budget === unknown
              ? "no startupProbe that is known at preview gives the engine time to load"
              : `the engine is killed when it hasn't answered after ${budget} s`,
          allowed: `failureThreshold × periodSeconds of ${minStartup} s or more`,
        };
    }
    yield* tooSoon(resource, Math.max(minStartup, ...budgets.filter((budget) => budget !== unknown)));
  },
};

/** Whether a container is an engine, or may be one, that takes requests: one that only computes has no server. */
function answers(container: Container, config: ConfigOf<typeof settings>): boolean {
  const kind = engineKind(container, config);
  if (kind === unknown) return true;
  // A container of no known kind is for engine-command-readable.
  if (kind === undefined || kind === "other") return false;
  const args = engineArguments(container, kind);
  return !(args.readable && args.flags.get("--headless") === true);
}

function budgetSeconds({ fields }: Container): number | Unknown {
  const probe = at(fields, "startupProbe");
  if (probe === undefined) return unknown;
  const period = at(probe, "periodSeconds") ?? unset.periodSeconds;
  const failures = at(probe, "failureThreshold") ?? unset.failureThreshold;
  return typeof period === "number" && typeof failures === "number" ? period * failures : unknown;
}

/** Who gives up before the slowest engine of the workload has started. */
function* tooSoon({ type, props, options }: Resource, budget: number): Generator<Finding> {
  const { createSeconds = unset.timeoutSeconds, updateSeconds = unset.timeoutSeconds } = options;
  const deadline = at(props, "spec", "progressDeadlineSeconds") ?? unset.progressDeadlineSeconds;
  const waits = [
    ...(type.endsWith(":Deployment") ? [{ path: "spec.progressDeadlineSeconds", seconds: deadline }] : []),
    { path: "customTimeouts.create", seconds: createSeconds },
    { path: "customTimeouts.update", seconds: updateSeconds },
  ];
  for (const { path, seconds } of waits)
    if (typeof seconds !== "number" || !(seconds > budget))
      yield {
        path,
        problem:
          typeof seconds === "number"
            ? `${seconds} s are over before an engine that may take ${budget} s to start`
            : "when it is over is not known at preview",
        allowed: `more than ${budget} s`,
      };
}

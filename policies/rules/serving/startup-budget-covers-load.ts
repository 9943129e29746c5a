import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, type Unknown, unknown } from "../../framework/value.ts";
import { engineArguments, engineKind, engineSettings } from "../../read/engine/engine.ts";
import { type Container, containers, workloads } from "../../read/kubernetes/containers.ts";

const settings = {
  ...engineSettings,
  minStartup: integer(
    "Minimum startup budget of an engine in seconds, from its container's start to its first successful probe.",
    { minimum: 60, maximum: 7200, default: 600 },
  ),
} as const satisfies RuleSettings;

/** The defaults of unset fields. [Kubernetes API: Probe, DeploymentSpec; Pulumi Kubernetes: await] */
const defaults = {
  periodSeconds: 10,
  failureThreshold: 3,
  progressDeadlineSeconds: 600,
  timeoutSeconds: 600,
};

export const startupBudgetCoversLoad: ResourceRule<typeof settings> = {
  name: "startup-budget-covers-load",
  title: "Startup probes and rollout deadlines leave an engine enough time to load its weights.",
  why: "A replica that is killed while loading starts again and never becomes ready; a deadline that is too short fails an update whose pods are healthy.",
  fix: "Set startupProbe.failureThreshold × periodSeconds to the slowest startup, and progressDeadlineSeconds and customTimeouts above it.",
  severity: "high",
  relatedChecks: { none: "the studied tools require a probe, but don't check its budget" },
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
              ? "no startupProbe known at preview gives the engine time to load"
              : `the engine is killed if it isn't ready after ${budget} s`,
          allowed: `failureThreshold × periodSeconds of ${minStartup} s or more`,
        };
    }
    yield* tooSoon(resource, Math.max(minStartup, ...budgets.filter((budget) => budget !== unknown)));
  },
};

/** Whether a container is, or may be, an engine that serves requests: one that only computes has no server. */
function answers(container: Container, config: ConfigOf<typeof settings>): boolean {
  const kind = engineKind(container, config);
  if (kind === unknown) return true;
  // Containers of unknown kind are covered by engine-command-readable.
  if (kind === undefined || kind === "other") return false;
  const args = engineArguments(container, kind);
  return !(args.readable && args.flags.get("--headless") === true);
}

function budgetSeconds({ fields }: Container): number | Unknown {
  const probe = at(fields, "startupProbe");
  if (probe === undefined) return unknown;
  const period = at(probe, "periodSeconds") ?? defaults.periodSeconds;
  const failures = at(probe, "failureThreshold") ?? defaults.failureThreshold;
  return typeof period === "number" && typeof failures === "number" ? period * failures : unknown;
}

/** Timeouts that end before the slowest engine of the workload has started. */
function* tooSoon({ type, props, options }: Resource, budget: number): Generator<Finding> {
  const { createSeconds = defaults.timeoutSeconds, updateSeconds = defaults.timeoutSeconds } = options;
  const deadline = at(props, "spec", "progressDeadlineSeconds") ?? defaults.progressDeadlineSeconds;
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
            ? `its ${seconds} s end before an engine that may take ${budget} s to start is ready`
            : "it is not known at preview",
        allowed: `more than ${budget} s`,
      };
}

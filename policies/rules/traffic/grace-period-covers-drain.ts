import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { drainSeconds, preStopSeconds } from "../../read/engine/drain.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { gatewayDrainSeconds } from "../../read/gateway/gateway-container.ts";
import { serverKind } from "../../read/gateway/server.ts";
import {
  type Container,
  containersOf,
  type PodSpec,
  podSpecs,
  workloads,
} from "../../read/kubernetes/containers.ts";

const settings = {
  ...engineSettings,
  minPreStop: integer("Seconds until a load balancer stops sending requests to a terminating pod.", {
    minimum: 15,
    maximum: 600,
    default: 30,
  }),
  margin: integer("Seconds between the end of the last answer and SIGKILL.", {
    minimum: 5,
    maximum: 600,
    default: 15,
  }),
} as const satisfies RuleSettings;

/** Seconds that Kubernetes waits by default. [Kubernetes API, PodSpec] */
const defaultGrace = 30;

export const gracePeriodCoversDrain: ResourceRule<typeof settings> = {
  name: "grace-period-covers-drain",
  title: "A terminating pod waits for deregistration and finishes its answers before it is killed.",
  why: "On SIGTERM an engine aborts its requests, a load balancer keeps sending for some seconds, and Kubernetes sends SIGKILL after 30 seconds: each cuts streams at every rollout.",
  fix: "Set lifecycle.preStop.sleep.seconds to 30 or more, --shutdown-timeout to the longest stream, and terminationGracePeriodSeconds above their sum.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't compare these times" },
  resourceTypes: workloads,
  example: {
    good: "preStop 30 s, --shutdown-timeout=300, terminationGracePeriodSeconds: 350",
    bad: "preStop 30 s, --shutdown-timeout=300, terminationGracePeriodSeconds: 60",
  },
  config: settings,

  *check(resource, config) {
    for (const pod of podSpecs(resource)) yield* podProblems(pod, config);
  },
};

function* podProblems(pod: PodSpec, config: ConfigOf<typeof settings>): Iterable<Finding> {
  let needed = 0;
  for (const container of containersOf(pod)) {
    const kind = serverKind(container, config);
    if (kind === undefined) continue;
    const preStop = preStopSeconds(container);
    const drain = drainOf(container, kind);
    yield* containerProblems({ container, kind, preStop, drain }, config.minPreStop);
    const seconds = [preStop, drain].reduce<number>(
      (sum, one) => sum + (typeof one === "number" ? one : 0),
      0,
    );
    needed = Math.max(needed, config.minPreStop + config.margin, seconds + config.margin);
  }
  const grace = at(pod.spec, "terminationGracePeriodSeconds") ?? defaultGrace;
  if (needed > 0 && !(typeof grace === "number" && grace >= needed))
    yield {
      path: `${pod.prefix}terminationGracePeriodSeconds`,
      where: "pod",
      problem: `it is killed after ${typeof grace === "number" ? grace : "an unknown number of"} s, before its answers are done`,
      allowed: `at least ${needed} seconds, known at preview: preStop, what it then finishes and ${config.margin} more`,
    };
}

function drainOf(container: Container, kind: Exclude<ReturnType<typeof serverKind>, undefined>) {
  if (kind === unknown) return 0;
  return kind === "gateway" ? gatewayDrainSeconds(container) : drainSeconds(container, kind);
}

interface Stop {
  readonly container: Container;
  readonly kind: ReturnType<typeof serverKind>;
  readonly preStop: ReturnType<typeof preStopSeconds>;
  readonly drain: ReturnType<typeof drainSeconds>;
}

function* containerProblems({ container, kind, preStop, drain }: Stop, least: number): Iterable<Finding> {
  const { path, where } = container;
  if (kind === unknown) {
    yield {
      path,
      where,
      problem: "whether it serves requests isn't known at preview",
      allowed: "an image and arguments known at preview",
    };
    return;
  }
  // SIGTERM to an engine that can't drain has to wait until its requests are done.
  const drops = kind === "ollama" || kind === "other";
  if (!(typeof preStop === "number" && preStop >= least + (drops ? 1 : 0)))
    yield {
      path: `${path}.lifecycle.preStop`,
      where,
      problem:
        typeof preStop === "number"
          ? `SIGTERM comes after ${preStop} s, while requests still arrive or run`
          : "SIGTERM comes at once, or at a time that isn't known at preview",
      allowed: `a sleep of ${drops ? "more than " : ""}${least} seconds${drops ? "" : " or more"}, known at preview, without a shell`,
    };
  if (drain === unknown || (kind === "vllm" && drain === 0))
    yield {
      path: `${path}.args`,
      where,
      problem:
        drain === unknown
          ? "how long running requests may take isn't known at preview"
          : "running requests are aborted at SIGTERM",
      allowed:
        kind === "gateway"
          ? "whole seconds in GRACEFUL_SHUTDOWN_TIMEOUT, known at preview"
          : "--shutdown-timeout above 0, in arguments known at preview",
    };
}

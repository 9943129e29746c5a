import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf, RuleSettings } from "../../framework/settings.ts";
import { at, unknown } from "../../framework/value.ts";
import { drainSeconds, preStopSeconds } from "../../read/engine/drain.ts";
import { engineSettings } from "../../read/engine/engine.ts";
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
  minPreStop: {
    type: "integer",
    description: "Seconds that a load balancer takes to send nothing more to a pod that leaves.",
    minimum: 15,
    maximum: 600,
    default: 30,
  },
  margin: {
    type: "integer",
    description: "Seconds between the last answer and the kill.",
    minimum: 5,
    maximum: 600,
    default: 15,
  },
} as const satisfies RuleSettings;

/** Seconds that Kubernetes waits where a pod says nothing. [Kubernetes API, PodSpec] */
const defaultGrace = 30;

export const gracePeriodCoversDrain: ResourceRule<typeof settings> = {
  name: "grace-period-covers-drain",
  title: "A pod that stops waits for its load balancer, finishes its answers, and is killed only then.",
  why: "An engine that is told to stop aborts its requests, a load balancer goes on sending for some seconds, and Kubernetes kills after 30: each cuts streams at every rollout.",
  fix: "Set lifecycle.preStop.sleep.seconds to 30 or more, --shutdown-timeout to the longest stream, and terminationGracePeriodSeconds above both together.",
  severity: "high",
  level: "mandatory",
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
    const drain = kind === "gateway" || kind === unknown ? 0 : drainSeconds(container, kind);
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
      allowed: `at least ${needed} seconds, known at preview: preStop, --shutdown-timeout and ${config.margin} more`,
    };
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
      problem: "it can't be told at preview whether this answers requests",
      allowed: "an image and arguments known at preview",
    };
    return;
  }
  // An engine that drops what it runs has to be left alone until that is done.
  const drops = kind === "ollama" || kind === "other";
  if (!(typeof preStop === "number" && preStop >= least + (drops ? 1 : 0)))
    yield {
      path: `${path}.lifecycle.preStop`,
      where,
      problem:
        typeof preStop === "number"
          ? `it is told to stop after ${preStop} s, with requests still coming or running`
          : "it is told to stop at once, or nobody can tell when",
      allowed: `a sleep of ${drops ? "more than " : ""}${least} seconds${drops ? "" : " or more"}, known at preview, without a shell`,
    };
  if (drain === unknown || (kind === "vllm" && drain === 0))
    yield {
      path: `${path}.args`,
      where,
      problem:
        drain === unknown
          ? "nobody can tell how long running requests may go on"
          : "running requests are aborted when it is told to stop",
      allowed: "--shutdown-timeout above 0, in arguments that can be read at preview",
    };
}

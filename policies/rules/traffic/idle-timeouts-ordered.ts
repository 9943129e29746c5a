import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, integer, type RuleSettings } from "../../framework/settings.ts";
import { at, elements, orUnknown, type Unknown, unknown, type Value } from "../../framework/value.ts";
import {
  applicationBalancers,
  type Forward,
  forwards,
  loadBalancersBefore,
  readsToTargetGroups,
} from "../../read/aws/forward.ts";
import { isOf, loadBalancers } from "../../read/aws/load-balancer.ts";
import { unlessApplication } from "../../read/aws/purpose.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { serverKind } from "../../read/gateway/server.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { environment } from "../../read/kubernetes/environment.ts";
import { type Pods, readsToPods } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

const settings = {
  ...engineSettings,
  minIdleSeconds: integer(
    "Minimum idle timeout in seconds: the longest that a request computes without sending a byte.",
    { minimum: 120, maximum: 4000, default: 300 },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

/** In seconds: AWS's default and maximum. [elbv2 API, LoadBalancerAttribute] */
const defaultIdle = 60;
const longestIdle = 4000;
/** Seconds that Uvicorn, which vLLM and LiteLLM run on, keeps an idle connection. [Uvicorn, settings] */
const defaultKeepAlive = 5;

export const idleTimeoutsOrdered: StackRule<typeof settings> = {
  name: "idle-timeouts-ordered",
  title: "The load balancer closes idle connections before its targets do, and after the longest answer.",
  why: "A target that closes first resets the request that the load balancer sends at that moment, which clients see as 502; a load balancer that closes too soon cuts answers that aren't streamed.",
  fix: "Set idleTimeout of the load balancer to 300 seconds or more, and VLLM_HTTP_TIMEOUT_KEEP_ALIVE (KEEPALIVE_TIMEOUT of the gateway) above it.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't compare these times" },
  resourceTypes: [...loadBalancers, ...readsToTargetGroups, ...readsToPods],
  example: {
    good: "idleTimeout: 360, VLLM_HTTP_TIMEOUT_KEEP_ALIVE: '375'",
    bad: "idleTimeout: 360, VLLM_HTTP_TIMEOUT_KEEP_ALIVE unset",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const all = forwards(resources);
    const balancers = resources.filter(isOf(loadBalancers));
    const applications = applicationBalancers(all, balancers);
    for (const resource of balancers.filter(closesIdle))
      if (!applications.has(resource) && !isWithin(idleSeconds(resource), config.minIdleSeconds, longestIdle))
        yield {
          resource,
          path: "idleTimeout",
          problem: "idle connections are closed too soon, or after a time that isn't known at preview",
          allowed: `${config.minIdleSeconds} to ${longestIdle} seconds, known at preview; unset is ${defaultIdle}; ${unlessApplication}`,
        };
    yield* serverProblems(resources, all, config);
  },
};

function* serverProblems(
  resources: readonly StackResource[],
  all: readonly Forward[],
  config: Config,
): Iterable<StackFinding> {
  const objects = new Objects(resources);
  const fronts = new Map<Pods, Forward[]>();
  for (const group of new Set(all.flatMap(({ groups }) => groups)))
    if (objects.podsBehind(group).length === 0)
      yield {
        resource: group,
        path: "keepAlive",
        problem: "no pods of this stack are found behind it, so their keep-alive isn't known",
        allowed: `a binding and a Service to pods of the stack; ${unlessApplication}`,
      };
  for (const forward of all)
    for (const pods of forward.groups.flatMap((group) => objects.podsBehind(group)))
      fronts.set(pods, [...(fronts.get(pods) ?? []), forward]);
  for (const [pods, before] of fronts) yield* podProblems(pods, before.map(loadBalancersBefore), config);
}

/** @param before the load balancers of each forward to the pods */
function* podProblems(
  pods: Pods,
  before: readonly (readonly StackResource[])[],
  config: Config,
): Iterable<StackFinding> {
  const outside = before.some((found) => found.length === 0);
  // An idle timeout that can't be read is reported by itself; here the minimum counts.
  const idle = Math.max(...before.flat().map((one) => known(idleSeconds(one), config.minIdleSeconds)));
  for (const container of containersOf(pods)) {
    const keepAlive = keepAliveSeconds(container, config);
    if (keepAlive === undefined || (!outside && keepAlive !== unknown && keepAlive > idle)) continue;
    const closes =
      keepAlive === unknown ? "after a time that isn't known at preview" : `after ${keepAlive} s`;
    yield {
      resource: pods.workload,
      path: `${container.path}.env`,
      where: container.where,
      problem: outside
        ? "the load balancer in front is not in this stack, so its idle timeout isn't known"
        : `it closes idle connections ${closes}, its load balancer after ${idle} s`,
      allowed: "a keep-alive above the load balancer's idleTimeout, both known at preview",
    };
  }
}

/** Only application load balancers, the default type, have this setting. */
function closesIdle({ props }: StackResource): boolean {
  const type = at(props, "loadBalancerType");
  return type !== "network" && type !== "gateway";
}

function idleSeconds({ props }: StackResource): Value {
  return at(props, "idleTimeout") ?? defaultIdle;
}

function isWithin(value: Value, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function known(value: Value, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** Seconds that a server keeps an idle connection; unknown where that can't be read, undefined where it has no limit. */
function keepAliveSeconds(container: Container, config: Config): number | Unknown | undefined {
  switch (serverKind(container, config)) {
    case "vllm":
      return variable(container, "VLLM_HTTP_TIMEOUT_KEEP_ALIVE");
    case "gateway":
      return flag(container, "--keepalive_timeout") ?? variable(container, "KEEPALIVE_TIMEOUT");
    case unknown:
    case "other":
      return unknown;
    default:
      // TGI and Ollama don't close idle connections. [TGI, router/src/server.rs; Ollama, server/routes.go]
      return undefined;
  }
}

function variable(container: Container, name: string): number | Unknown {
  const variables = environment(container);
  if (variables === unknown) return unknown;
  const found = variables.get(name);
  return found === undefined ? defaultKeepAlive : seconds(found.value);
}

/** A flag's value, the last one if repeated; undefined where it isn't set. */
function flag({ fields }: Container, name: string): number | Unknown | undefined {
  const words = ["command", "args"].flatMap((list): readonly Value[] =>
    orUnknown(elements(at(fields, list))),
  );
  const isFlag = (word: Value) => word === name || (typeof word === "string" && word.startsWith(`${name}=`));
  // In a shell script it may be anywhere.
  if (words.some((word) => typeof word !== "string" || (word.includes(name) && !isFlag(word))))
    return unknown;
  const index = words.findLastIndex(isFlag);
  const word = words[index];
  if (typeof word !== "string") return undefined;
  return seconds(word === name ? words[index + 1] : word.slice(name.length + 1));
}

function seconds(value: Value): number | Unknown {
  return typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : unknown;
}

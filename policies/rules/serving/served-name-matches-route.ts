import type { StackFinding, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { readsToTargetGroups } from "../../read/aws/forward.ts";
import { contract } from "../../read/engine/contract.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { gatewayRoutes } from "../../read/gateway/gateway-routes.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import { type Pods, readsToPods } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";

export const servedNameMatchesRoute: StackRule<typeof engineSettings> = {
  name: "served-name-matches-route",
  title: "An engine serves the model name that requests use.",
  why: "An engine answers 404 to requests for another model name, while its pods, its probes and its target group are healthy.",
  fix: "Set --served-model-name to the name that the gateway uses with hosted_vllm/, or, without a gateway, to the pods' annotation gantry.dev/served-name.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: [...documentCarriers, ...readsToTargetGroups, ...readsToPods],
  example: {
    good: "hosted_vllm/chat at http://chat.models.internal/v1, and --served-model-name=chat behind that host",
    bad: "hosted_vllm/chat at http://chat.models.internal/v1, and --served-model-name=qwen3 behind that host",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const requested = new Map<Pods, Set<string>>();
    for (const { resource, path, model, pods } of gatewayRoutes(resources, objects)) {
      for (const some of pods) requested.set(some, new Set([...(requested.get(some) ?? []), model]));
      if (pods.length === 0)
        yield {
          resource,
          path: `${path}.api_base`,
          problem: "the gateway's api_base of a self-hosted model isn't served by pods of the stack",
          allowed: "the host of a listener rule or of a Service of this stack, known at preview",
        };
    }
    for (const pods of objects.allPods)
      yield* misnamed(
        pods,
        requested.get(pods) ?? new Set([at(pods.annotations, "gantry.dev/served-name")]),
        config,
      );
  },
};

function* misnamed(
  pods: Pods,
  requested: ReadonlySet<Value>,
  config: ConfigOf<typeof engineSettings>,
): Generator<StackFinding> {
  for (const container of containersOf(pods)) {
    const problem = missing(container, requested, config);
    if (problem !== undefined)
      yield {
        resource: pods.workload,
        path: `${container.path}.args.served-model-name`,
        where: container.where,
        problem,
        allowed: "a --served-model-name, known at preview, with every requested name",
      };
  }
}

/** Why an engine may not serve a requested name; undefined where no name is requested. */
function missing(
  container: Container,
  requested: ReadonlySet<Value>,
  config: ConfigOf<typeof engineSettings>,
): string | undefined {
  const kind = engineKind(container, config);
  if (kind === undefined || kind === "other") return undefined;
  if (kind === unknown) return "whether this is an engine isn't known at preview";
  const served = contract(container, kind);
  if (!served.readable) return `its served names can't be read: ${served.reason}`;
  const { names } = served;
  const wrong = [...requested].some((name) => name !== undefined && !names?.some((own) => own === name));
  return names !== undefined && wrong
    ? "it doesn't serve a name that the gateway requests, or that its annotation gantry.dev/served-name states"
    : undefined;
}

import type { StackFinding, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { readsToTargetGroups } from "../../read/aws/forward.ts";
import { contract } from "../../read/engine/contract.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { gatewayRoutes } from "../../read/gateway/gateway-routes.ts";
import { type Container, containersOf } from "../../read/kubernetes/containers.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import { Objects, type Pods, readsToPods } from "../../read/kubernetes/kubernetes.ts";

export const servedNameMatchesRoute: StackRule<typeof engineSettings> = {
  name: "served-name-matches-route",
  title: "An engine answers to the name that its requests carry.",
  why: "Asked for another name, an engine answers 404 to every request, while its pods, its probes and its target group are well.",
  fix: "Put the name that the gateway asks for with hosted_vllm/, or the pods' annotation gantry.dev/served-name where no gateway asks, into --served-model-name.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: [...documentCarriers, ...readsToTargetGroups, ...readsToPods],
  example: {
    good: "hosted_vllm/chat at http://chat.models.internal/v1, and --served-model-name=chat behind that host",
    bad: "hosted_vllm/chat at http://chat.models.internal/v1, and --served-model-name=qwen3 behind that host",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const asked = new Map<Pods, Set<string>>();
    for (const { resource, path, model, pods } of gatewayRoutes(resources, objects)) {
      for (const some of pods) asked.set(some, new Set([...(asked.get(some) ?? []), model]));
      if (pods.length === 0)
        yield {
          resource,
          path: `${path}.api_base`,
          problem: "the gateway asks for a model of ours where no pods of the stack answer",
          allowed: "the host of a listener rule or of a Service of this stack, known at preview",
        };
    }
    for (const pods of objects.allPods)
      yield* misnamed(
        pods,
        asked.get(pods) ?? new Set([at(pods.annotations, "gantry.dev/served-name")]),
        config,
      );
  },
};

function* misnamed(
  pods: Pods,
  asked: ReadonlySet<Value>,
  config: ConfigOf<typeof engineSettings>,
): Generator<StackFinding> {
  for (const container of containersOf(pods)) {
    const problem = missing(container, asked, config);
    if (problem !== undefined)
      yield {
        resource: pods.workload,
        path: `${container.path}.args.served-model-name`,
        where: container.where,
        problem,
        allowed: "a --served-model-name, known at preview, that holds every name that is asked for",
      };
  }
}

/** Why an engine may not answer to a name that it is asked for; nothing where nobody says what that is. */
function missing(
  container: Container,
  asked: ReadonlySet<Value>,
  config: ConfigOf<typeof engineSettings>,
): string | undefined {
  const kind = engineKind(container, config);
  if (kind === undefined || kind === "other") return undefined;
  if (kind === unknown) return "it can't be told at preview whether this is an engine";
  const promised = contract(container, kind);
  if (!promised.readable) return `the names that it answers to can't be read: ${promised.reason}`;
  const { names } = promised;
  const wrong = [...asked].some((name) => name !== undefined && !names?.some((own) => own === name));
  return names !== undefined && wrong
    ? "it doesn't answer to a name that the gateway asks for, or that its annotation gantry.dev/served-name states"
    : undefined;
}

import type { StackResource, StackRule } from "../../framework/rule.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { type IngressPath, ingressPaths, ingressPathTypes } from "../../read/aws/ingress-path.ts";
import { isOf, targetGroups } from "../../read/aws/load-balancer.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { isGateway } from "../../read/gateway/gateway-container.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import { type Pods, readsToPods, targetGroupBindings } from "../../read/kubernetes/kubernetes.ts";
import { NetworkPolicies } from "../../read/kubernetes/network-policies.ts";
import {
  admitsPods,
  admitsPort,
  admitsRanges,
  networkPolicies,
  type PolicyRule,
} from "../../read/kubernetes/network-policy.ts";
import { Objects } from "../../read/kubernetes/objects.ts";
import { boundPort, type PodPort } from "../../read/kubernetes/pod-port.ts";

/** Pods that a target group forwards to. */
interface Bound {
  readonly pods: Pods;
  readonly port: PodPort;
  readonly ways: readonly IngressPath[];
}

const allowed = "policies known at preview that allow them, or none that select the pods";

export const engineReachable: StackRule<typeof engineSettings> = {
  name: "engine-reachable",
  title: "Network policies allow requests to reach gateway and engines.",
  why: "A policy that blocks the load balancer or the gateway is noticed only when requests fail: the kubelet still finds pods healthy, but the target group has no healthy target.",
  fix: "Allow the load balancer's subnets on the engine's port in ingress, and the load balancer's subnets on its listener's port in the gateway's egress.",
  severity: "high",
  relatedChecks: {
    none: "the studied tools require policies, but don't check that they allow what is needed",
  },
  resourceTypes: [...networkPolicies, ...readsToPods, ...ingressPathTypes],
  example: {
    good: "ingress: [{ from: [{ ipBlock: { cidr: 10.40.0.0/18 } }], ports: [{ port: 8000 }] }]",
    bad: "ingress: [] for pods that a TargetGroupBinding names",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const policies = new NetworkPolicies(resources);
    const ways = ingressPaths(resources);
    const engines: Bound[] = [];
    for (const resource of resources.filter(isOf(targetGroupBindings))) {
      const bound = behind(resource, objects, ways);
      engines.push(...bound.filter(({ pods }) => mayRunEngine(pods, config)));
      if (bound.length === 0)
        yield {
          resource,
          path: "spec",
          problem: "the binding has no pods known at preview",
          allowed,
        };
      else if (!bound.every((one) => isReachable(one, policies)))
        yield {
          resource,
          path: "networkPolicy",
          problem: "network policies block the load balancer from its target pods",
          allowed,
        };
    }
    for (const gateway of objects.allPods.filter(mayRunGateway)) {
      const rules = policies.rulesFor(gateway, "egress");
      if (rules === undefined || engines.every((engine) => reaches(gateway, rules, engine))) continue;
      yield {
        resource: gateway.workload,
        path: "networkPolicy",
        problem: "network policies block the gateway from its engines and their load balancer",
        allowed,
      };
    }
  },
};

function behind(
  binding: StackResource,
  objects: Objects,
  ways: ReadonlyMap<StackResource, readonly IngressPath[]>,
): readonly Bound[] {
  const group = onlyBehind(binding, "spec", targetGroups);
  return objects.servicesOf(binding).flatMap((service) =>
    objects.podsOf(service).map((pods) => ({
      pods,
      port: boundPort(binding, service, pods),
      ways: (group && ways.get(group)) ?? [],
    })),
  );
}

function mayRunGateway(pods: Pods): boolean {
  return containersOf(pods).some((container) => isGateway(container) !== false);
}

function isReachable({ pods, port, ways }: Bound, policies: NetworkPolicies): boolean {
  const rules = policies.rulesFor(pods, "ingress");
  return (
    rules === undefined ||
    admitsRanges(
      rules.filter((rule) => admitsPort(rule, port)),
      ways.flatMap(({ ranges }) => ranges),
    )
  );
}

/** Through a load balancer, or pod to pod. */
function reaches({ namespace }: Pods, rules: readonly PolicyRule[], { pods, port, ways }: Bound): boolean {
  return (
    rules.some((rule) => admitsPort(rule, port) && admitsPods(rule, namespace, pods)) ||
    ways.some((way) =>
      admitsRanges(
        rules.filter((rule) => admitsPort(rule, { number: way.port, names: [] })),
        way.ranges,
      ),
    )
  );
}

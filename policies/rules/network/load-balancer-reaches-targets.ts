import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { forwards, loadBalancersBefore, readsToTargetGroups } from "../../read/aws/forward.ts";
import {
  isOf,
  listeners,
  loadBalancers,
  loadBalancersOf,
  targetGroups,
} from "../../read/aws/load-balancer.ts";
import {
  type Direction,
  type Opening,
  openings,
  securityGroup,
  securityGroupRules,
} from "../../read/aws/security-group.ts";
import { readsToPods } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";
import { boundPort } from "../../read/kubernetes/pod-port.ts";

const allRules = [...new Set([...securityGroupRules.ingress, ...securityGroupRules.egress])];

export const loadBalancerReachesTargets: StackRule = {
  name: "load-balancer-reaches-targets",
  title: "Security groups allow requests to a load balancer, and from it to its pods.",
  why: "A load balancer whose security group allows another port has no healthy target: every pod is ready, every object exists, and every request fails with 503.",
  fix: "Allow the listener's port in the load balancer's ingress, the targets' port in its egress, and that port for its security group in spec.networking of the TargetGroupBinding.",
  severity: "high",
  relatedChecks: { none: "the studied tools check what a group allows, not whether that is enough" },
  resourceTypes: [...loadBalancers, ...readsToTargetGroups, ...readsToPods, securityGroup, ...allRules],
  example: {
    good: "egress: [{ protocol: tcp, fromPort: 8000, toPort: 8000, cidrBlocks: [10.40.0.0/16] }] for pods on 8000",
    bad: "egress: [{ protocol: tcp, fromPort: 8080, toPort: 8080, cidrBlocks: [10.40.0.0/16] }] for pods on 8000",
  },

  *checkStack({ resources }) {
    const objects = new Objects(resources);
    const rules = resources.filter(({ type }) => allRules.includes(type));
    const open = (balancer: StackResource, direction: Direction, port: Value) =>
      groupsOf(balancer).some((group) => opens(group, rules, { direction, port }));
    for (const listener of resources.filter(isOf(listeners))) {
      const port = at(listener.props, "port");
      for (const balancer of loadBalancersOf(listener).filter(hasGroups))
        if (typeof port !== "number" || !open(balancer, "ingress", port))
          yield finding(
            balancer,
            "ingress",
            `no one may send to ${typeof port === "number" ? `port ${port}, on which it listens` : "its listener, whose port isn't known"}`,
          );
    }
    const seen = new Set<string>();
    for (const forward of forwards(resources))
      for (const balancer of loadBalancersBefore(forward).filter(hasGroups))
        for (const group of forward.groups)
          for (const port of orNone(targetPorts(group, objects))) {
            const id = `${balancer.urn} ${String(port)}`;
            if (seen.has(id) || open(balancer, "egress", port)) continue;
            seen.add(id);
            yield finding(
              balancer,
              "egress",
              `it may not send to ${port === unknown ? "its targets, whose port isn't known" : `port ${String(port)}, on which its targets listen`}`,
            );
          }
    for (const group of resources.filter(isOf(targetGroups)))
      for (const binding of objects.bindingsOf(group)) yield* closedPods(binding, group, objects);
  },
};

function finding(resource: StackResource, direction: Direction, problem: string): StackFinding {
  return {
    resource,
    path: `securityGroups.${direction}`,
    problem: `its security groups block it: ${problem}`,
    allowed: `a TCP rule for this port in the ${direction} of a security group of the stack, known at preview`,
  };
}

/** The controller opens the nodes' security group only for the ports that a binding names. [AWS Load Balancer Controller, TargetGroupBinding] */
function* closedPods(
  binding: StackResource,
  group: StackResource,
  objects: Objects,
): Generator<StackFinding> {
  const ports = targetPorts(group, objects);
  const ingress = at(binding.props, "spec", "networking", "ingress");
  if (ingress === undefined || ports.length === 0) return;
  const opened = orUnknown(elements(ingress)).flatMap((rule) =>
    orUnknown(elements(at(rule, "ports"))).map((one) => at(one, "port")),
  );
  const names = objects
    .podsBehind(group)
    .flatMap((pods) => objects.servicesOf(binding).map((service) => boundPort(binding, service, pods)))
    .flatMap((port) => port.names);
  for (const port of ports)
    if (!opened.some((one) => one === undefined || one === port || names.includes(one)))
      yield {
        resource: binding,
        path: "spec.networking.ingress",
        problem: `the controller doesn't open port ${port}, on which its pods listen`,
        allowed: "the pods' port, by number or name, known at preview",
      };
}

/** One unknown port in place of none. */
function orNone(ports: readonly number[]): readonly Value[] {
  return ports.length === 0 ? [unknown] : ports;
}

function targetPorts(group: StackResource, objects: Objects): readonly number[] {
  const ports = objects.bindingsOf(group).flatMap((binding) =>
    objects.servicesOf(binding).flatMap((service) =>
      objects.podsOf(service).flatMap((pods) => {
        const { number } = boundPort(binding, service, pods);
        return typeof number === "number" ? [number] : [];
      }),
    ),
  );
  return [...new Set(ports)];
}

function groupsOf(balancer: StackResource): readonly StackResource[] {
  return balancer.behind("securityGroups").filter(({ type }) => type === securityGroup);
}

/** Groups from outside the stack can't be read; a network load balancer may have none. */
function hasGroups(balancer: StackResource): boolean {
  return groupsOf(balancer).length > 0;
}

function opens(
  group: StackResource,
  rules: readonly StackResource[],
  { direction, port }: { readonly direction: Direction; readonly port: Value },
): boolean {
  const apart = rules.filter(
    (rule) =>
      securityGroupRules[direction].includes(rule.type) &&
      onlyBehind(rule, "securityGroupId", [securityGroup]) === group,
  );
  return [group, ...apart]
    .flatMap((one) => openings(one, direction))
    .some((opening) => includes(opening, port));
}

function includes({ protocol, fromPort, toPort }: Opening, port: Value): boolean {
  if (protocol === "-1" || protocol === "all") return true;
  return (
    (protocol === "tcp" || protocol === "6") &&
    typeof fromPort === "number" &&
    typeof toPort === "number" &&
    typeof port === "number" &&
    fromPort <= port &&
    port <= toPort
  );
}

import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { type Forward, forwards, loadBalancersBefore, readsToTargetGroups } from "../../read/aws/forward.ts";
import { isOf, isPublic, loadBalancers, targetGroups } from "../../read/aws/load-balancer.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { EngineServices } from "../../read/engine/engine-services.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import {
  nameOf,
  namespaceOf,
  type Pods,
  readsToPods,
  targetGroupBindings,
} from "../../read/kubernetes/kubernetes.ts";
import { locatedElements } from "../../read/text/located-value.ts";

/** Types that change an existing Service. */
const patches: readonly string[] = ["kubernetes:core/v1:ServicePatch"];
const ingresses: readonly string[] = ["kubernetes:networking.k8s.io/v1:Ingress"];
/** All types of the Gateway API, in any version. */
const gatewayApi = "kubernetes:gateway.networking.k8s.io/";

export const engineNotPublic: StackRule<typeof engineSettings> = {
  name: "engine-not-public",
  title: "Engines aren't reachable from outside the VPC.",
  why: "An engine's API key protects only some of its routes: anyone who reaches its port can use others to run the model, pause it, or replace its weights.",
  fix: "Make Services of engines ClusterIP, bind them only to target groups of internal load balancers, and don't name them in an Ingress or a route.",
  severity: "critical",
  relatedChecks: {
    none: "the studied tools check hostPort at most; they don't follow the path from a load balancer",
  },
  resourceTypes: [
    ...readsToPods,
    ...readsToTargetGroups,
    ...loadBalancers,
    ...patches,
    ...ingresses,
    `${gatewayApi}*`,
  ],
  example: { good: "type: ClusterIP", bad: "type: NodePort" },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const found = new EngineServices(resources, config);
    for (const pods of found.engines) yield* onItsNode(pods);
    for (const service of found.services) yield* published(service);
    for (const patch of resources.filter(isOf(patches)))
      if (found.mayName(namespaceOf(patch), nameOf(patch))) yield* published(patch);
    for (const resource of resources) {
      if (isOf(ingresses)(resource) || resource.type.startsWith(gatewayApi)) {
        if (mayRoute(resource, found))
          yield {
            resource,
            path: "spec",
            problem: "it may route external requests to an engine",
            allowed: "backends known at preview that aren't engines",
          };
      }
    }
    const all = forwards(resources);
    for (const resource of resources.filter(isOf(targetGroupBindings))) {
      const service = at(resource.props, "spec", "serviceRef", "name");
      const problem = found.mayName(namespaceOf(resource), service) && publicPath(resource, all);
      if (problem)
        yield {
          resource,
          path: "spec.targetGroupARN",
          problem,
          allowed: "target groups of the stack behind load balancers with internal true",
        };
    }
  },
};

/** Access to an engine through the address of its node. */
function* onItsNode(pods: Pods): Generator<StackFinding> {
  const about = { resource: pods.workload, where: "pod", allowed: "false, or unset" };
  const network = at(pods.spec, "hostNetwork");
  if (network !== undefined && network !== false)
    yield {
      ...about,
      path: `${pods.prefix}hostNetwork`,
      problem: "the engine listens on its node's address",
    };
  for (const { path, where, fields } of containersOf(pods)) {
    for (const port of locatedElements(`${path}.ports`, at(fields, "ports")))
      if (at(port.value, "hostPort") !== undefined)
        yield {
          ...about,
          path: `${port.path}.hostPort`,
          where,
          problem: "the port is also open on the node",
          allowed: "unset",
        };
  }
}

function* published(resource: StackResource): Generator<StackFinding> {
  const spec = at(resource.props, "spec");
  // Unset means ClusterIP. [Kubernetes API, ServiceSpec]
  if ((at(spec, "type") ?? "ClusterIP") !== "ClusterIP")
    yield {
      resource,
      path: "spec.type",
      problem: "a Service of engines is reachable from outside the cluster",
      allowed: "ClusterIP, known at preview",
    };
  const addresses = elements(at(spec, "externalIPs"));
  if (addresses === unknown || addresses.length > 0)
    yield {
      resource,
      path: "spec.externalIPs",
      problem: "a Service of engines has external addresses",
      allowed: "none",
    };
}

/** Whether an Ingress or a route may name a Service of an engine. */
function mayRoute(resource: StackResource, found: EngineServices): boolean {
  const namespace = namespaceOf(resource);
  const annotations = at(resource.props, "metadata", "annotations");
  // The AWS Load Balancer Controller also accepts backends as JSON in annotations.
  const actions = isFields(annotations)
    ? Object.entries(annotations).filter(([key]) => key.startsWith("alb.ingress.kubernetes.io/actions."))
    : [];
  if (annotations === unknown || actions.length > 0) return found.services.size > 0;
  return backends(at(resource.props, "spec"), namespace).some((one) =>
    found.mayName(one.namespace, one.name),
  );
}

interface Backend {
  readonly namespace: Value;
  readonly name: Value;
}

/** Everything in a specification that has a name or can't be read, and so may be a backend. */
function backends(value: Value, namespace: Value): readonly Backend[] {
  if (value === unknown) return [{ namespace, name: unknown }];
  if (isList(value)) return value.flatMap((one) => backends(one, namespace));
  if (!isFields(value)) return [];
  const inside = Object.values(value).flatMap((one) => backends(one, namespace));
  const { name } = value;
  return name === undefined ? inside : [...inside, { namespace: value.namespace ?? namespace, name }];
}

/** How external requests may reach the pods of a binding. */
function publicPath(binding: StackResource, all: readonly Forward[]): string | undefined {
  const groups = binding.behind("spec").filter(isOf(targetGroups));
  if (groups.length === 0)
    return "it binds engines to a target group outside the stack, whose load balancer isn't known";
  for (const forward of all.filter((one) => one.groups.some((group) => groups.includes(group)))) {
    const owners = loadBalancersBefore(forward);
    if (owners.length === 0)
      return `${forward.resource.name} forwards to it from a listener outside the stack`;
    const open = owners.find(isPublic);
    if (open !== undefined)
      return `the load balancer ${open.name}, whose internal is not the literal true, forwards to it`;
  }
  return undefined;
}

import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, isFields, orUnknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { containersOf, workloads } from "../../read/kubernetes/containers.ts";
import { externalSecrets, madeSecrets, secretKeys } from "../../read/kubernetes/external-secrets.ts";
import {
  namespaceOf,
  type Pods,
  scalers,
  selects,
  services,
  targetGroupBindings,
} from "../../read/kubernetes/kubernetes.ts";
import {
  monitorProblems,
  podMonitorProblems,
  podMonitors,
  serviceMonitors,
} from "../../read/kubernetes/monitor-references.ts";
import { Objects } from "../../read/kubernetes/objects.ts";
import { podReferences, type Referred } from "../../read/kubernetes/pod-references.ts";
import { containerPorts, hasPort, servicePorts } from "../../read/kubernetes/ports.ts";

const referred: Readonly<Record<Referred, string>> = {
  ConfigMap: "kubernetes:core/v1:ConfigMap",
  Secret: "kubernetes:core/v1:Secret",
  PersistentVolumeClaim: "kubernetes:core/v1:PersistentVolumeClaim",
  ServiceAccount: "kubernetes:core/v1:ServiceAccount",
};

export const referencesResolve: StackRule = {
  name: "references-resolve",
  title: "References between objects of the cluster resolve.",
  why: "Kubernetes silently accepts a reference to an object that doesn't exist: the Service has no endpoints, the scaler does nothing, the pod never starts, and a client notices first.",
  fix: "Use the name of an object in the same namespace, or add the object to the stack.",
  severity: "high",
  relatedChecks: [
    "kube-linter:dangling-service",
    "kube-linter:mismatching-selector",
    "kube-linter:non-existent-service-account",
    "kube-linter:dangling-horizontalpodautoscaler",
  ],
  resourceTypes: [
    ...services,
    ...workloads,
    ...scalers,
    ...targetGroupBindings,
    ...serviceMonitors,
    ...podMonitors,
    ...externalSecrets,
    ...Object.values(referred),
  ],
  example: {
    good: "a Service whose selector is the pod template's labels",
    bad: "a ScaledObject whose scaleTargetRef.name is not a Deployment of its namespace",
  },

  *checkStack({ resources }) {
    const objects = new Objects(resources);
    const secrets = madeSecrets(resources);
    const keys = secretKeys(resources);
    for (const resource of resources) {
      if (isOf(services)(resource)) yield* serviceProblems(resource, objects);
      if (isOf(scalers)(resource)) yield* scalerProblems(resource, objects);
      if (isOf(targetGroupBindings)(resource)) yield* bindingProblems(resource, objects);
      if (isOf(serviceMonitors)(resource)) yield* monitorProblems(resource, resources.filter(isOf(services)));
    }
    for (const monitor of resources.filter(isOf(podMonitors)))
      yield* podMonitorProblems(monitor, objects.allPods);
    for (const pods of objects.allPods) {
      yield* podProblems(pods, objects, secrets);
      yield* missingKeys(pods, keys);
    }
  },
};

function* serviceProblems(resource: StackResource, objects: Objects): Iterable<StackFinding> {
  const spec = at(resource.props, "spec");
  // Without a selector its endpoints are managed elsewhere.
  if (at(spec, "selector") === undefined) return;
  const found = objects.podsOf(resource);
  if (found.length === 0)
    yield {
      resource,
      path: "spec.selector",
      problem: "its selector matches no pods of the stack",
      allowed: "labels of a pod template in the same namespace, known at preview",
    };
  const declared = found.map(containerPorts);
  for (const [index, port] of orUnknown(elements(at(spec, "ports"))).entries()) {
    const target = at(port, "targetPort") ?? at(port, "port");
    if (!declared.every((ports) => hasPort(ports, target)))
      yield {
        resource,
        path: `spec.ports.${index}.targetPort`,
        problem: `port ${index} targets a port that its pods don't declare`,
        allowed: "the name or number of a container's port, known at preview",
      };
  }
}

function* scalerProblems(resource: StackResource, objects: Objects): Iterable<StackFinding> {
  const target = at(resource.props, "spec", "scaleTargetRef");
  const kind = at(target, "kind") ?? "Deployment";
  const types = workloads.filter((type) => type.split(":").at(-1) === kind);
  if (objects.named(types, namespaceOf(resource), at(target, "name")).length === 0)
    yield {
      resource,
      path: "spec.scaleTargetRef",
      problem: "its target is not a workload of the stack",
      allowed: "kind and name of a workload in the same namespace, known at preview",
    };
}

function* bindingProblems(resource: StackResource, objects: Objects): Iterable<StackFinding> {
  const found = objects.servicesOf(resource);
  if (found.length === 0)
    yield {
      resource,
      path: "spec.serviceRef.name",
      problem: "its Service is not in the stack",
      allowed: "a Service in the same namespace, by a name known at preview",
    };
  const port = at(resource.props, "spec", "serviceRef", "port");
  if (!found.every((service) => hasPort(servicePorts(service), port)))
    yield {
      resource,
      path: "spec.serviceRef.port",
      problem: "its port is not a port of its Service",
      allowed: "the name or number of one of the Service's ports, known at preview",
    };
}

function* podProblems(
  pods: Pods,
  objects: Objects,
  secrets: ReadonlyMap<Value, ReadonlySet<Value>>,
): Iterable<StackFinding> {
  const { workload: resource, prefix, namespace, labels } = pods;
  // Services, disruption budgets and network policies select pods by their labels.
  if (
    labels !== undefined &&
    !(isFields(labels) && Object.values(labels).every((label) => typeof label === "string"))
  )
    yield {
      resource,
      path: `${prefix}labels`,
      problem: "what selects its pods isn't known, because their labels aren't",
      allowed: "labels known at preview",
    };
  const own = at(resource.props, "spec", "selector");
  if (
    resource.type.startsWith("kubernetes:apps/") &&
    own !== undefined &&
    selects(own, labels ?? {}) === false
  )
    yield {
      resource,
      path: "spec.selector",
      problem: "it doesn't select its own pods, so Kubernetes refuses it",
      allowed: "labels of its pod template",
    };
  for (const { path, kind, name } of podReferences(pods)) {
    const found = objects.named([referred[kind]], namespace, name).length > 0;
    if (!found && !(kind === "Secret" && secrets.get(namespace)?.has(name)))
      yield {
        resource,
        path,
        problem: `its pods don't start without a ${kind} that is not in the stack`,
        allowed: `a ${kind} in the same namespace, by a name known at preview`,
      };
  }
}

/** A container doesn't start without the key that its variable names. */
function* missingKeys(
  pods: Pods,
  keys: ReadonlyMap<string, ReadonlySet<string> | undefined>,
): Iterable<StackFinding> {
  for (const { path, where, fields } of containersOf(pods))
    for (const [index, entry] of orUnknown(elements(at(fields, "env"))).entries()) {
      const reference = at(entry, "valueFrom", "secretKeyRef");
      const name = at(reference, "name");
      if (typeof name !== "string" || typeof pods.namespace !== "string") continue;
      const held = keys.get(`${pods.namespace}/${name}`);
      const key = at(reference, "key");
      if (held === undefined || at(reference, "optional") === true) continue;
      if (typeof key !== "string" || !held.has(key))
        yield {
          resource: pods.workload,
          path: `${path}.env.${index}.valueFrom.secretKeyRef.key`,
          where,
          problem: `the Secret of variable ${index} has no such key`,
          allowed: "a secretKey of its ExternalSecret, known at preview",
        };
    }
}

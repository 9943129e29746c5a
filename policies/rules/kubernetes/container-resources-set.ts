import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";
import { quantity } from "../../read/text/quantity.ts";

const requested = ["cpu", "memory", "ephemeral-storage"];
const gpu = "nvidia.com/gpu";

export const containerResourcesSet: ResourceRule = {
  name: "container-resources-set",
  title: "Containers have resource requests, with limits of memory and GPUs equal to them.",
  why: "Without requests a pod may be scheduled on a node without room for it; with a memory limit above the request it may be killed under memory pressure, and has to load its weights again.",
  fix: "Set requests for cpu, memory and ephemeral-storage, the memory limit equal to its request, and the same number of GPUs in both.",
  severity: "high",
  relatedChecks: ["CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"],
  resourceTypes: workloads,
  example: {
    good: "resources: { requests: { cpu: '1', memory: 1Gi, ephemeral-storage: 1Gi }, limits: { memory: 1Gi } }",
    bad: "resources: { limits: { memory: 1Gi } }",
  },

  *check(resource) {
    // Ephemeral containers can't have resources. [Kubernetes API, EphemeralContainer]
    for (const pod of podSpecs(resource))
      for (const { path, where, fields } of containersOf(pod, ["containers", "initContainers"]))
        for (const finding of unbounded(at(fields, "resources")))
          yield { ...finding, path: `${path}.resources.${finding.path}`, where };
  },
};

function* unbounded(resources: Value): Iterable<Finding> {
  const request = (name: string) => at(resources, "requests", name);
  const limit = (name: string) => at(resources, "limits", name);

  for (const name of requested)
    if (!isAmount(request(name)))
      yield {
        path: `requests.${name}`,
        problem:
          request(name) === undefined
            ? `no ${name} is requested`
            : `the request of ${name} is not a quantity`,
        allowed: "a quantity above 0, known at preview",
      };
  if (!isSame(request("memory"), limit("memory")))
    yield {
      path: "limits.memory",
      problem: "the memory limit differs from the request",
      allowed: "the same quantity as the request",
    };
  // An unset request defaults to the limit. [Kubernetes, Schedule GPUs]
  const gpus = request(gpu) ?? limit(gpu);
  if (gpus !== undefined && !isSame(gpus, limit(gpu)))
    yield {
      path: `limits.${gpu}`,
      problem: "the GPU limit differs from the request",
      allowed: "the same number as the request",
    };
}

function isAmount(value: Value): boolean {
  const amount = quantity(value);
  return amount !== unknown && amount > 0;
}

function isSame(one: Value, other: Value): boolean {
  return isAmount(one) && quantity(one) === quantity(other);
}

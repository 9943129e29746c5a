import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, unknown, type Value } from "../../framework/value.ts";
import { containersOf, podSpecs, workloads } from "../../read/kubernetes/containers.ts";
import { quantity } from "../../read/text/quantity.ts";

const requested = ["cpu", "memory", "ephemeral-storage"];
const gpu = "nvidia.com/gpu";

export const containerResourcesSet: ResourceRule = {
  name: "container-resources-set",
  title: "Containers say what they need, and take no more memory and GPUs than that.",
  why: "Without requests a pod lands where there is no room for it; with memory beyond its request it is killed when its neighbour grows, and the weights are loaded again.",
  fix: "Set requests for cpu, memory and ephemeral-storage, the limit of memory to its request, and the same number of GPUs in both.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"],
  resourceTypes: workloads,
  example: {
    good: "resources: { requests: { cpu: '1', memory: 1Gi, ephemeral-storage: 1Gi }, limits: { memory: 1Gi } }",
    bad: "resources: { limits: { memory: 1Gi } }",
  },
  config: {},

  *check(resource) {
    // Ephemeral containers can ask for nothing. [Kubernetes API, EphemeralContainer]
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
          request(name) === undefined ? `no ${name} is requested` : `the request of ${name} is no amount`,
        allowed: "an amount above 0, known at preview",
      };
  if (!isSame(request("memory"), limit("memory")))
    yield {
      path: "limits.memory",
      problem: "the limit of memory is not what is requested",
      allowed: "the same amount as the request",
    };
  // Kubernetes takes the limit where no request is written. [Kubernetes, Schedule GPUs]
  const gpus = request(gpu) ?? limit(gpu);
  if (gpus !== undefined && !isSame(gpus, limit(gpu)))
    yield {
      path: `limits.${gpu}`,
      problem: "the limit of GPUs is not what is requested",
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

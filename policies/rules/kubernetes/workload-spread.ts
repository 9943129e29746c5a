import type { ResourceRule } from "../../framework/rule.ts";
import { at, elements, orUnknown } from "../../framework/value.ts";
import { type PodSpec, podSpecs } from "../../read/kubernetes/containers.ts";
import { replicated, selects } from "../../read/kubernetes/kubernetes.ts";

const zone = "topology.kubernetes.io/zone";

export const workloadSpread: ResourceRule = {
  name: "workload-spread",
  title: "Replicas are spread over zones.",
  why: "By default Kubernetes may schedule all replicas into one zone, and they fail with it.",
  fix: "Add a topologySpreadConstraint over topology.kubernetes.io/zone whose labelSelector matches the pods' own labels.",
  severity: "low",
  level: "advisory",
  relatedChecks: ["polaris:topologySpreadConstraint"],
  resourceTypes: replicated,
  example: {
    good: "topologySpreadConstraints: [{ topologyKey: topology.kubernetes.io/zone, maxSkew: 1, labelSelector }]",
    bad: "topologySpreadConstraints: [{ topologyKey: kubernetes.io/hostname, maxSkew: 1, labelSelector }]",
  },

  *check(resource) {
    const replicas = at(resource.props, "spec", "replicas");
    // A workload whose scaler sets the replicas may have several, whatever its initial number.
    const scaled = resource.options.ignoreChanges?.includes("spec.replicas") ?? false;
    if (!scaled && (replicas === 0 || replicas === 1)) return;
    for (const pod of podSpecs(resource))
      if (pod.spec !== undefined && !spreads(pod))
        yield {
          path: `${pod.prefix}topologySpreadConstraints`,
          where: "pod",
          problem: "all replicas may run in one zone",
          allowed: `a constraint over ${zone} that selects the pods themselves, known at preview`,
        };
  },
};

function spreads({ spec, metadata }: PodSpec): boolean {
  const labels = at(metadata, "labels") ?? {};
  return orUnknown(elements(at(spec, "topologySpreadConstraints"))).some(
    (constraint) =>
      at(constraint, "topologyKey") === zone && selects(at(constraint, "labelSelector"), labels) === true,
  );
}

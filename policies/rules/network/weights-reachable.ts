import type { StackRule } from "../../framework/rule.ts";
import { at, elements, orUnknown } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { containersOf, workloads } from "../../read/kubernetes/containers.ts";
import { type Pods, pods } from "../../read/kubernetes/kubernetes.ts";
import { NetworkPolicies } from "../../read/kubernetes/network-policies.ts";
import {
  admitsPort,
  admitsRanges,
  networkPolicies,
  type PolicyRule,
  rangesOf,
} from "../../read/kubernetes/network-policy.ts";

/** Object storage uses HTTPS; the Pod Identity agent issues credentials. [EKS user guide, pod identities] */
const storagePort = 443;
const agentPort = 80;
const identityAgent = "169.254.170.23/32";

export const weightsReachable: StackRule<typeof engineSettings> = {
  name: "weights-reachable",
  title: "Network policies allow engines to reach their weights and credentials.",
  why: "An engine that can't reach the bucket of its weights, or the agent that issues its credentials, starts, waits and is killed, on a GPU node that is billed meanwhile.",
  fix: "Allow TCP 443 to the ranges of object storage and TCP 80 to 169.254.170.23/32 in the engines' egress.",
  severity: "high",
  relatedChecks: {
    none: "the studied tools require policies, but don't check that they allow what is needed",
  },
  resourceTypes: [...networkPolicies, ...workloads],
  example: {
    good: "egress: [{ to: [{ ipBlock: { cidr: 52.216.0.0/15 } }], ports: [{ port: 443 }] }, { to: [{ ipBlock: { cidr: 169.254.170.23/32 } }], ports: [{ port: 80 }] }]",
    bad: "egress: [] for engines that load from s3://",
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const policies = new NetworkPolicies(resources);
    for (const some of resources.flatMap(pods).filter((one) => mayRunEngine(one, config))) {
      const rules = policies.rulesFor(some, "egress");
      if (rules === undefined || !mayLoadFromBucket(some) || reachesBucket(rules)) continue;
      yield {
        resource: some.workload,
        path: "networkPolicy.egress",
        problem:
          "network policies block the engine from its bucket or from the agent that issues its credentials",
        allowed: `TCP ${storagePort} to IP ranges and TCP ${agentPort} to ${identityAgent}, known at preview`,
      };
    }
  },
};

/** Whether one of the containers loads or copies, or may do so, from a bucket. */
function mayLoadFromBucket(some: Pods): boolean {
  return containersOf(some).some(({ fields }) =>
    ["command", "args"].some((list) =>
      orUnknown(elements(at(fields, list))).some(
        (word) => typeof word !== "string" || word.includes("s3://"),
      ),
    ),
  );
}

function reachesBucket(rules: readonly PolicyRule[]): boolean {
  const on = (number: number) => rules.filter((rule) => admitsPort(rule, { number, names: [] }));
  const open = on(storagePort);
  return (
    (open.some(({ peers }) => peers.length === 0) ||
      rangesOf(open).some(({ value }) => typeof value === "string" && value !== identityAgent)) &&
    admitsRanges(on(agentPort), [identityAgent])
  );
}

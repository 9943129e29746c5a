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

/** Object storage speaks HTTPS; the Pod Identity agent hands out credentials. [EKS user guide, pod identities] */
const storagePort = 443;
const agentPort = 80;
const identityAgent = "169.254.170.23/32";

export const weightsReachable: StackRule<typeof engineSettings> = {
  name: "weights-reachable",
  title: "Network policies let engines out to their weights and their credentials.",
  why: "An engine that loads from a bucket and may reach neither it nor the agent with its credentials starts, waits and is killed, on a GPU node that was bought for it.",
  fix: "Admit TCP 443 to the ranges of object storage and TCP 80 to 169.254.170.23/32 in the engines' egress.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools ask for policies, not whether what has to pass them can" },
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
          "policies shut the engine in: it reaches neither its bucket nor the agent that has its credentials",
        allowed: `TCP ${storagePort} to ranges of addresses and TCP ${agentPort} to ${identityAgent}, known at preview`,
      };
    }
  },
};

/** Whether one of the containers loads or copies something from a bucket, as far as can be told. */
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

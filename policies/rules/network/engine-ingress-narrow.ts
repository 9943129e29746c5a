import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { type Pods, pods } from "../../read/kubernetes/kubernetes.ts";
import { NetworkPolicies } from "../../read/kubernetes/network-policies.ts";
import {
  closesAll,
  isNaming,
  isOnePort,
  isOwnGroup,
  networkPolicies,
  policyRulesOf,
  rangesOf,
} from "../../read/kubernetes/network-policy.ts";
import type { LocatedValue } from "../../read/text/located-value.ts";
import { internetReach, type RangeLimits, rangeSettings, tooWide } from "../../read/text/wide-ranges.ts";

/** Policies of other kinds may allow what these deny. */
const otherKinds: readonly string[] = [
  "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch",
  "kubernetes:networking.k8s.io/v1:NetworkPolicyList",
  "kubernetes:policy.networking.k8s.io/*",
  "kubernetes:networking.k8s.aws/*",
  "kubernetes:crd.projectcalico.org/*",
  "kubernetes:projectcalico.org/*",
  "kubernetes:cilium.io/*",
];
/** A whole VPC; its IPv6 range is a /56. */
const vpc: RangeLimits = { widest: { 4: 16, 6: 56 }, free: [], counted: "addresses" };
const allowedPeer = `pods by their labels and those of their namespace, private ranges of at most a /${vpc.widest[4]} in total (IPv6 /${vpc.widest[6]}), or public ranges listed in ownRanges, known at preview`;

const settings = { ...engineSettings, ...rangeSettings };
type Config = ConfigOf<typeof settings>;

export const engineIngressNarrow: StackRule<typeof settings> = {
  name: "engine-ingress-narrow",
  title: "Only the load balancer and monitoring can reach engines.",
  why: "An engine trusts every client that reaches it: it also has routes without authentication, and any pod of the cluster could use its GPU and read other tenants' prompts.",
  fix: "Add a default-deny policy with podSelector {} and both policyTypes to the namespace, then allow single peers on single ports.",
  severity: "critical",
  relatedChecks: ["CKV2_K8S_6", "kube-linter:non-isolated-pod"],
  resourceTypes: [...networkPolicies, ...otherKinds, ...workloads],
  example: {
    good: "ingress: [{ from: [{ ipBlock: { cidr: 10.40.0.0/18 } }], ports: [{ protocol: TCP, port: 8000 }] }]",
    bad: "ingress: [{ from: [{ namespaceSelector: {} }] }]",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const policies = new NetworkPolicies(resources);
    const engines = resources.flatMap(pods).filter((some) => mayRunEngine(some, config));
    yield* openNamespaces(engines, policies);
    for (const policy of new Set(engines.flatMap((some) => policies.selecting(some))))
      yield* openings(policy, config);
    if (engines.length > 0)
      for (const resource of resources.filter(isOtherKind))
        yield {
          resource,
          path: "spec",
          problem: "this kind of policy can't be read and may let others reach the engines",
          allowed: "NetworkPolicies of networking.k8s.io/v1",
        };
  },
};

/** Namespaces of engines without a default-deny policy, each reported once, with the first of its workloads. */
function* openNamespaces(engines: readonly Pods[], policies: NetworkPolicies): Generator<StackFinding> {
  const seen = new Set<Value>();
  for (const { workload, namespace } of engines) {
    if (typeof namespace === "string" && seen.has(namespace)) continue;
    seen.add(namespace);
    if (policies.ofWhole(namespace).some(closesAll)) continue;
    yield {
      resource: workload,
      path: "metadata.namespace",
      problem: "the engine's namespace has no default-deny policy for ingress and egress",
      allowed: "a NetworkPolicy with podSelector {}, policyTypes Ingress and Egress and no rules",
    };
  }
}

function* openings(resource: StackResource, config: Config): Generator<StackFinding> {
  const rules = policyRulesOf(resource, "ingress");
  const wide = [...tooWide("spec.ingress", rangesOf(rules), vpc, internetReach(config))];
  for (const range of wide) yield { ...range, resource, allowed: allowedPeer };
  const isWide = ({ path }: LocatedValue) => wide.some((range) => range.path === path);
  for (const { path, peers, ports } of rules) {
    if (peers.length === 0)
      yield {
        resource,
        path: `${path}.from`,
        problem: "every address may send to the engines",
        allowed: allowedPeer,
      };
    for (const peer of peers.filter((one) => !isWide(one) && !isCertain(one.value)))
      yield {
        resource,
        path: peer.path,
        problem: "the peer doesn't select named pods of a named namespace",
        allowed: allowedPeer,
      };
    // The engines of one replica use dynamic ports among themselves.
    if (peers.length > 0 && peers.every(({ value }) => isOwnGroup(value, resource))) continue;
    yield* openPorts(path, ports, resource);
  }
}

/** Whether a peer selects pods by their labels, or is an IP range alone. */
function isCertain(peer: Value): boolean {
  const namespaces = at(peer, "namespaceSelector");
  const named = at(peer, "podSelector");
  if (at(peer, "ipBlock") !== undefined) return namespaces === undefined && named === undefined;
  return isNaming(named) && (namespaces === undefined || isNaming(namespaces));
}

function* openPorts(
  path: string,
  ports: readonly LocatedValue[],
  resource: StackResource,
): Generator<StackFinding> {
  const open = ports.length === 0 ? [`${path}.ports`] : [];
  const vague = ports.filter(({ value }) => !isOnePort(value)).map((port) => port.path);
  for (const at of [...open, ...vague])
    yield {
      resource,
      path: at,
      problem: "the peers may send to ports that aren't listed one by one",
      allowed: "ports by number or name, known at preview",
    };
}

function isOtherKind({ type }: StackResource): boolean {
  return /NetworkPolicy/.test(type) && !networkPolicies.includes(type);
}

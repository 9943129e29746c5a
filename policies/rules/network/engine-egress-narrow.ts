import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { engineSettings } from "../../read/engine/engine.ts";
import { mayRunEngine } from "../../read/engine/engine-pods.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { pods } from "../../read/kubernetes/kubernetes.ts";
import { NetworkPolicies } from "../../read/kubernetes/network-policies.ts";
import {
  areOnly,
  isOwnGroup,
  networkPolicies,
  type PolicyRule,
  policyRulesOf,
  rangesOf,
} from "../../read/kubernetes/network-policy.ts";
import { type RangeLimits, tooWide } from "../../read/text/wide-ranges.ts";

/** The Pod Identity agent of a node, which issues credentials. [EKS user guide, pod identities] */
const identityAgent: readonly Value[] = ["169.254.170.23/32", "fd00:ec2::23/128"];
/** S3 in its largest region, us-east-1, has 301,056 IPv4 addresses: a /12 has room to grow. [S3's prefix list] */
const storage: RangeLimits = { widest: { 4: 12, 6: 32 }, free: [], counted: "addresses" };
const allowed = `DNS of kube-system on port 53, ranges of at most a /${storage.widest[4]} in total (IPv6 /${storage.widest[6]}) on TCP 443, the Pod Identity agent on TCP 80, a namespace of collectorNamespaces on TCP 4317 or 4318, all known at preview`;

const settings = {
  ...engineSettings,
  collectorNamespaces: strings(
    "Namespaces of trusted OpenTelemetry collectors, to which engines may send spans.",
    { pattern: "^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$", default: [] },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

/** OTLP over gRPC and over HTTP. [OpenTelemetry, OTLP specification] */
const otlpPorts = [4317, 4318];

export const engineEgressNarrow: StackRule<typeof settings> = {
  name: "engine-egress-narrow",
  title: "Engines can only reach DNS, their weights, their credentials and trusted collectors.",
  why: "An engine that is compromised by a model file or a prompt can then neither exfiltrate data nor download tools.",
  fix: "Allow DNS, the ranges of object storage on 443 and the Pod Identity agent in egress; stage models from the Hugging Face Hub in separate pods.",
  severity: "high",
  relatedChecks: { none: "the studied tools require a policy, but don't check what it allows" },
  resourceTypes: [...networkPolicies, ...workloads],
  example: {
    good: "egress: [{ to: [{ ipBlock: { cidr: 52.216.0.0/15 } }], ports: [{ protocol: TCP, port: 443 }] }]",
    bad: "egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [169.254.169.254/32] } }] }]",
  },
  config: settings,

  *checkStack({ resources }, config) {
    const policies = new NetworkPolicies(resources);
    const engines = resources.flatMap(pods).filter((some) => mayRunEngine(some, config));
    for (const policy of new Set(engines.flatMap((some) => policies.selecting(some))))
      yield* egressProblems(policy, config);
  },
};

function* egressProblems(resource: StackResource, config: Config): Generator<StackFinding> {
  const rules = policyRulesOf(resource, "egress");
  const ranges = rangesOf(rules).filter(({ value }) => !identityAgent.includes(value));
  const wide = [...tooWide("spec.egress", ranges, storage)];
  for (const rule of rules) {
    if (rule.peers.length === 0)
      yield { resource, path: `${rule.path}.to`, problem: "the engines may send to every address", allowed };
    for (const { path, value } of rule.peers.filter(
      (peer) => !wide.some((range) => range.path === peer.path),
    )) {
      const problem = open(value, rule, { policy: resource, config });
      if (problem !== undefined) yield { resource, path, problem, allowed };
    }
  }
  for (const range of wide) yield { ...range, resource, allowed };
}

interface Given {
  readonly policy: StackResource;
  readonly config: Config;
}

/** Why a peer, on the ports of its rule, is more than an engine needs. */
function open(peer: Value, { ports }: PolicyRule, { policy, config }: Given): string | undefined {
  // The engines of one replica use dynamic ports among themselves.
  if (isOwnGroup(peer, policy)) return undefined;
  if (isDns(peer))
    return areOnly(ports, [53], ["UDP", "TCP"]) ? undefined : "DNS is allowed on other ports than 53";
  if (isCollector(peer, config))
    return areOnly(ports, otlpPorts)
      ? undefined
      : "the collector is allowed on other ports than 4317 and 4318";
  const range = at(peer, "ipBlock", "cidr");
  if (range === undefined) return "the peer is not DNS, a trusted collector or an IP range";
  if (identityAgent.includes(range))
    return areOnly(ports, [80]) ? undefined : "the Pod Identity agent is allowed on other ports than 80";
  return areOnly(ports, [443]) ? undefined : "the range is allowed on other ports than 443";
}

/** The one namespace that a peer selects by its name. */
function namespaceOf(peer: Value): Value {
  return at(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name");
}

function isCollector(peer: Value, { collectorNamespaces }: Config): boolean {
  const namespace = namespaceOf(peer);
  return (
    typeof namespace === "string" &&
    collectorNamespaces.includes(namespace) &&
    at(peer, "ipBlock") === undefined
  );
}

function isDns(peer: Value): boolean {
  return (
    namespaceOf(peer) === "kube-system" &&
    at(peer, "podSelector", "matchLabels", "k8s-app") === "kube-dns" &&
    at(peer, "ipBlock") === undefined
  );
}

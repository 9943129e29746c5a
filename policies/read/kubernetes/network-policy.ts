import type { StackResource } from "../../framework/rule.ts";
import { at, elements, isFields, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Direction } from "../aws/security-group.ts";
import { cidr, covered } from "../text/cidr.ts";
import { type LocatedValue, locatedElements } from "../text/located-value.ts";
import { type Pods, same, selects } from "./kubernetes.ts";
import type { PodPort } from "./pod-port.ts";

export const networkPolicies: readonly string[] = ["kubernetes:networking.k8s.io/v1:NetworkPolicy"];

/** One rule of a policy. In Kubernetes an empty list means every peer, or every port. */
export interface PolicyRule {
  /** Such as `spec.ingress.0`. */
  readonly path: string;
  readonly peers: readonly LocatedValue[];
  readonly ports: readonly LocatedValue[];
}

/** The rules of a policy for one direction, each where it is written. */
export function policyRulesOf(policy: StackResource, direction: Direction): readonly PolicyRule[] {
  const peers = direction === "ingress" ? "from" : "to";
  return locatedElements(`spec.${direction}`, at(policy.props, "spec", direction)).map(({ path, value }) => ({
    path,
    peers: locatedElements(`${path}.${peers}`, at(value, peers)),
    ports: locatedElements(`${path}.ports`, at(value, "ports")),
  }));
}

/** The pods of its namespace that a policy is about; unset is all of them. */
export function podSelector(policy: StackResource): Value {
  return at(policy.props, "spec", "podSelector") ?? {};
}

/** Whether a policy isolates its pods in a direction, apart from what its rules allow. */
export function closes(policy: StackResource, direction: Direction): boolean | Unknown {
  const types = elements(at(policy.props, "spec", "policyTypes"));
  if (types === unknown) return unknown;
  // Unset is ingress, and egress where there are rules for it. [Kubernetes API, NetworkPolicySpec]
  if (types.length === 0) return direction === "ingress" || policyRulesOf(policy, direction).length > 0;
  if (types.includes(direction === "ingress" ? "Ingress" : "Egress")) return true;
  return types.includes(unknown) ? unknown : false;
}

/** Whether a policy isolates every pod of its namespace in both directions, without exceptions. */
export function closesAll(policy: StackResource): boolean {
  const selector = podSelector(policy);
  return (
    selects(selector, {}) === true &&
    locatedElements("", at(selector, "matchExpressions")).length === 0 &&
    (["ingress", "egress"] as const).every(
      (direction) => closes(policy, direction) === true && policyRulesOf(policy, direction).length === 0,
    )
  );
}

/** Whether a selector names what it selects by values of labels; that a label exists doesn't narrow much. */
export function isNaming(selector: Value): boolean {
  const matchLabels = at(selector, "matchLabels");
  const values = isFields(matchLabels) ? Object.values(matchLabels) : [];
  return (
    values.some((value) => typeof value === "string") ||
    locatedElements("", at(selector, "matchExpressions")).some(({ value }) => listsValues(value))
  );
}

function listsValues(expression: Value): boolean {
  const values = elements(at(expression, "values"));
  return (
    at(expression, "operator") === "In" &&
    values !== unknown &&
    values.length > 0 &&
    values.every((value) => typeof value === "string")
  );
}

/** Whether a peer is the very pods that the policy is about: the members of one group, which find each other's ports. */
export function isOwnGroup(peer: Value, policy: StackResource): boolean {
  const own = at(podSelector(policy), "matchLabels");
  const others = at(peer, "podSelector", "matchLabels");
  if (!isFields(own) || !isFields(others) || Object.keys(own).length === 0) return false;
  return (
    at(peer, "namespaceSelector") === undefined &&
    at(peer, "ipBlock") === undefined &&
    Object.entries(own).every(([key, value]) => typeof value === "string" && others[key] === value)
  );
}

/** Whether a list of ports names nothing but some ports of some protocols, one by one. */
export function areOnly(
  ports: readonly LocatedValue[],
  numbers: readonly number[],
  protocols: readonly string[] = ["TCP"],
): boolean {
  return (
    ports.length > 0 &&
    ports.every(({ value }) => {
      const number = at(value, "port");
      const protocol = at(value, "protocol") ?? "TCP";
      return (
        typeof number === "number" &&
        numbers.includes(number) &&
        typeof protocol === "string" &&
        protocols.includes(protocol) &&
        isOnePort(value)
      );
    })
  );
}

/** Whether an entry is one port, by number or name; without one it is every port, with an end a range of them. */
export function isOnePort(entry: Value): boolean {
  const port = at(entry, "port");
  return (typeof port === "number" || typeof port === "string") && at(entry, "endPort") === undefined;
}

/** Whether a rule certainly allows a TCP port. */
export function admitsPort({ ports }: PolicyRule, port: PodPort): boolean {
  return ports.length === 0 || ports.some(({ value }) => isIncluded(value, port));
}

function isIncluded(entry: Value, { number, names }: PodPort): boolean {
  if (!isFields(entry) || (at(entry, "protocol") ?? "TCP") !== "TCP") return false;
  const first = at(entry, "port");
  const last = at(entry, "endPort") ?? first;
  if (first === undefined) return true;
  if (typeof first === "string") return names.includes(first);
  return (
    typeof first === "number" &&
    typeof last === "number" &&
    typeof number === "number" &&
    first <= number &&
    number <= last
  );
}

/** Whether a rule of pods in a namespace surely names some pods. */
export function admitsPods({ peers }: PolicyRule, from: Value, { namespace, labels }: Pods): boolean {
  if (peers.length === 0) return true;
  return peers.some(({ value }) => {
    const namespaces = at(value, "namespaceSelector");
    const named = at(value, "podSelector");
    if (namespaces === undefined) return same(from, namespace) === true && selects(named, labels) === true;
    return (
      selects(namespaces, { "kubernetes.io/metadata.name": namespace }) === true &&
      selects(named ?? {}, labels) === true
    );
  });
}

/** The address ranges that rules name, each at its peer. */
export function rangesOf(rules: readonly PolicyRule[]): readonly LocatedValue[] {
  return blocksOf(rules).map(({ path, value }) => ({ path, value: at(value, "cidr") }));
}

/** Whether rules certainly allow every address of some ranges; with none given, any range at all. */
export function admitsRanges(rules: readonly PolicyRule[], ranges: readonly Value[]): boolean {
  if (rules.some(({ peers }) => peers.length === 0)) return true;
  if (ranges.length === 0) return rangesOf(rules).some(({ value }) => cidr(value) !== unknown);
  const whole = blocksOf(rules).filter(({ value }) => locatedElements("", at(value, "except")).length === 0);
  const open = whole.map(({ value }) => at(value, "cidr"));
  return ranges.every((range) => covered(range, open));
}

function blocksOf(rules: readonly PolicyRule[]): readonly LocatedValue[] {
  const blocks = rules.flatMap(({ peers }) =>
    peers.map(({ path, value }): LocatedValue => ({ path, value: at(value, "ipBlock") })),
  );
  return blocks.filter(({ value }) => value !== undefined);
}

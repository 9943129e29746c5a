import type { StackResource } from "../../framework/rule.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import type { Direction } from "../aws/security-group.ts";
import { namespaceOf, type Pods, same, selects } from "./kubernetes.ts";
import { closes, networkPolicies, type PolicyRule, podSelector, policyRulesOf } from "./network-policy.ts";

/** The network policies of a stack, found by the pods that they select. */
export class NetworkPolicies {
  private readonly all: readonly StackResource[];
  private readonly byPlace: ReadonlyMap<string, readonly StackResource[]>;

  constructor(resources: readonly StackResource[]) {
    this.all = resources.filter(({ type }) => networkPolicies.includes(type));
    this.byPlace = Map.groupBy(this.all, placeOf);
  }

  /** Those that select pods, or may do so. */
  selecting({ namespace, labels }: Pods): readonly StackResource[] {
    return this.candidates(namespace, labels).filter(
      (policy) =>
        same(namespaceOf(policy), namespace) !== false && selects(podSelector(policy), labels) !== false,
    );
  }

  /** The rules that certainly apply to pods; undefined where no policy may isolate them in this direction. */
  rulesFor(pods: Pods, direction: Direction): readonly PolicyRule[] | undefined {
    const closing = this.selecting(pods).filter((policy) => closes(policy, direction) !== false);
    if (closing.length === 0) return undefined;
    return closing
      .filter(
        (policy) =>
          closes(policy, direction) === true &&
          same(namespaceOf(policy), pods.namespace) === true &&
          selects(podSelector(policy), pods.labels) === true,
      )
      .flatMap((policy) => policyRulesOf(policy, direction));
  }

  /** Those of a namespace that require no literal label. */
  ofWhole(namespace: Value): readonly StackResource[] {
    return typeof namespace === "string" ? (this.byPlace.get(namespace) ?? []) : [];
  }

  private candidates(namespace: Value, labels: Value = {}): readonly StackResource[] {
    const values = isFields(labels) ? Object.values(labels) : [unknown];
    if (typeof namespace !== "string" || !values.every((value) => typeof value === "string")) return this.all;
    const places = Object.entries(labels).map((label) => place(namespace, label));
    return [anywhere, namespace, ...places].flatMap((key) => this.byPlace.get(key) ?? []);
  }
}

/** Where policies are whose namespace can't be read. */
const anywhere = "";

/** A namespace with one label that whatever is selected has to carry, where there is one. */
function placeOf(policy: StackResource): string {
  const namespace = namespaceOf(policy);
  if (typeof namespace !== "string") return anywhere;
  const matchLabels = at(podSelector(policy), "matchLabels");
  const [label, value] = (isFields(matchLabels) ? Object.entries(matchLabels) : [])[0] ?? [];
  return typeof value === "string" ? place(namespace, [label ?? "", value]) : namespace;
}

function place(namespace: string, [label, value]: readonly [string, string]): string {
  return `${namespace}/${label}=${value}`;
}

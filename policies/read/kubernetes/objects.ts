import type { StackResource } from "../../framework/rule.ts";
import { at, isFields, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { isOf, targetGroups } from "../aws/load-balancer.ts";
import {
  kindOf,
  nameOf,
  namespaceOf,
  type Pods,
  picks,
  pods,
  same,
  scalerMinReplicas,
  scalers,
  selects,
  services,
  targetGroupBindings,
} from "./kubernetes.ts";

/** The objects of a stack, indexed by their references; a lookup costs what it finds, not what the stack holds. */
export class Objects {
  readonly allPods: readonly Pods[];
  private readonly byName = new Map<string, StackResource[]>();
  private readonly bindings = new Map<StackResource, StackResource[]>();
  private readonly scalers = new Map<string, StackResource[]>();
  /** Those whose target isn't known: any workload may be theirs. */
  private readonly scalersOfUnknownTarget: StackResource[] = [];
  /** By namespace and each of their labels, and by namespace alone. */
  private readonly pods = new Map<string, Pods[]>();

  /** @param resources what the rule reads: a lookup finds only what is among them */
  constructor(resources: readonly StackResource[]) {
    this.allPods = resources.flatMap(pods);
    for (const resource of resources) {
      add(this.byName, key(resource.type, namespaceOf(resource), nameOf(resource)), resource);
      if (isOf(targetGroupBindings)(resource)) {
        const [group, ...others] = resource.behind("spec").filter(isOf(targetGroups));
        // One that hangs on several groups may bind to any of them.
        if (group !== undefined && others.length === 0) add(this.bindings, group, resource);
      }
      if (isOf(scalers)(resource)) {
        const target = key(namespaceOf(resource), at(resource.props, "spec", "scaleTargetRef", "name"));
        if (target === undefined) this.scalersOfUnknownTarget.push(resource);
        else add(this.scalers, target, resource);
      }
    }
    for (const one of this.allPods) {
      add(this.pods, key(one.namespace), one);
      for (const [label, value] of isFields(one.labels) ? Object.entries(one.labels) : [])
        add(this.pods, key(one.namespace, label, value), one);
    }
  }

  /** Objects of the given types by their name; more than one only where two have the same. */
  named(types: readonly string[], namespace: Value, name: Value): readonly StackResource[] {
    return types.flatMap((type) => get(this.byName, key(type, namespace, name)));
  }

  /** The bindings of pods to a target group, joined by dependency, so that unknown ARNs don't matter. */
  bindingsOf(targetGroup: StackResource): readonly StackResource[] {
    return get(this.bindings, targetGroup);
  }

  /** The Services that a binding names; more than one only where two have the same name. */
  servicesOf(binding: StackResource): readonly StackResource[] {
    return this.named(services, namespaceOf(binding), at(binding.props, "spec", "serviceRef", "name"));
  }

  /** The pods that a Service sends to; none for a selector that can't be read. */
  podsOf(service: StackResource): readonly Pods[] {
    const selector = at(service.props, "spec", "selector");
    return this.candidates(namespaceOf(service), selector).filter(
      ({ labels }) => picks(selector, labels) === true,
    );
  }

  /** The pods of a namespace that a label selector matches; none for one that can't be read. */
  podsSelected(namespace: Value, selector: Value): readonly Pods[] {
    return this.candidates(namespace, at(selector, "matchLabels")).filter(
      ({ labels }) => selects(selector, labels) === true,
    );
  }

  /** The pods behind a target group, by way of bindings and Services, each once. */
  podsBehind(targetGroup: StackResource): readonly Pods[] {
    const found = this.bindingsOf(targetGroup)
      .flatMap((binding) => this.servicesOf(binding))
      .flatMap((service) => this.podsOf(service));
    return [...new Set(found)];
  }

  /** The autoscalers of a workload, and those that may be its. */
  scalersOf(workload: StackResource): readonly StackResource[] {
    const namespace = namespaceOf(workload);
    return [
      ...get(this.scalers, key(namespace, nameOf(workload))).filter(
        (scaler) => same(targetKind(scaler), kindOf(workload)) !== false,
      ),
      ...this.scalersOfUnknownTarget.filter(
        (scaler) =>
          same(namespaceOf(scaler), namespace) !== false &&
          same(targetKind(scaler), kindOf(workload)) !== false,
      ),
    ];
  }

  /**
   * The min replicas of a workload; unknown where they aren't known. Where neither a scaler nor the
   * workload itself states a number, it keeps whatever it was scaled to last.
   */
  minReplicas(workload: StackResource): number | Unknown {
    const [scaler, ...more] = this.scalersOf(workload);
    if (more.length > 0) return unknown;
    if (
      scaler !== undefined &&
      (this.scalersOfUnknownTarget.includes(scaler) || targetKind(scaler) === unknown)
    )
      return unknown;
    const value = scaler === undefined ? at(workload.props, "spec", "replicas") : scalerMinReplicas(scaler);
    return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : unknown;
  }

  /** The pods of a namespace, narrowed down by the label that the fewest of them carry. */
  private candidates(namespace: Value, labels: Value): readonly Pods[] {
    return (isFields(labels) ? Object.entries(labels) : [])
      .filter(([, value]) => typeof value === "string")
      .map(([label, value]) => get(this.pods, key(namespace, label, value)))
      .reduce(
        (fewest, carrying) => (carrying.length < fewest.length ? carrying : fewest),
        get(this.pods, key(namespace)),
      );
  }
}

/** KEDA takes a Deployment where no kind is written; Kubernetes' own autoscaler wants one. */
function targetKind({ props }: StackResource): Value {
  return at(props, "spec", "scaleTargetRef", "kind") ?? "Deployment";
}

/** Names that can't be read meet nothing, not even each other. */
function key(...parts: readonly Value[]): string | undefined {
  return parts.every((part) => typeof part === "string") ? parts.join("\n") : undefined;
}

function add<Key, One>(map: Map<Key, One[]>, at: Key | undefined, one: One) {
  if (at === undefined) return;
  const list = map.get(at);
  if (list === undefined) map.set(at, [one]);
  else list.push(one);
}

function get<Key, One>(map: ReadonlyMap<Key, readonly One[]>, at: Key | undefined): readonly One[] {
  return (at === undefined ? undefined : map.get(at)) ?? [];
}

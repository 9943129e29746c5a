import type { StackResource } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { isOf } from "../aws/load-balancer.ts";
import { nameOf, namespaceOf, type Pods, picks, same, services } from "../kubernetes/kubernetes.ts";
import { Objects } from "../kubernetes/objects.ts";
import type { engineSettings } from "./engine.ts";
import { mayRunEngine } from "./engine-pods.ts";

/** The pods of a stack that are engines, or may be, and the Services that may lead to them. */
export class EngineServices {
  readonly engines: readonly Pods[];
  /** Services that send, or may send, to an engine. */
  readonly services: ReadonlySet<StackResource>;
  private readonly objects: Objects;
  /** Engines and Services without a known name or namespace: they may match any lookup. */
  private readonly vagueEngines: readonly Pods[];
  private readonly vagueServices: readonly StackResource[];

  constructor(resources: readonly StackResource[], config: ConfigOf<typeof engineSettings>) {
    this.objects = new Objects(resources);
    this.engines = this.objects.allPods.filter((pods) => mayRunEngine(pods, config));
    this.vagueEngines = this.engines.filter(({ labels, namespace }) => !isPlain(labels, namespace));
    const engines = new Set(this.engines);
    this.services = new Set(
      resources.filter(isOf(services)).filter((service) => this.leads(service, engines)),
    );
    this.vagueServices = [...this.services].filter(
      (service) => typeof nameOf(service) !== "string" || typeof namespaceOf(service) !== "string",
    );
  }

  /** Whether what names a Service may mean one that leads to an engine. */
  mayName(namespace: Value, name: Value): boolean {
    if (typeof namespace !== "string" || typeof name !== "string") return this.services.size > 0;
    return (
      this.objects.named(services, namespace, name).some((service) => this.services.has(service)) ||
      this.vagueServices.some(
        (service) => same(nameOf(service), name) !== false && same(namespaceOf(service), namespace) !== false,
      )
    );
  }

  private leads(service: StackResource, engines: ReadonlySet<Pods>): boolean {
    const selector = at(service.props, "spec", "selector");
    const namespace = namespaceOf(service);
    const plain = isPlain(selector, namespace);
    const unsure = plain ? this.vagueEngines : this.engines;
    return (
      (plain && this.objects.podsOf(service).some((pods) => engines.has(pods))) ||
      unsure.some(
        (pods) => same(pods.namespace, namespace) !== false && picks(selector, pods.labels) !== false,
      )
    );
  }
}

/** Whether labels and their namespace can be looked up. */
function isPlain(labels: Value, namespace: Value): boolean {
  return (
    typeof namespace === "string" &&
    (labels === undefined ||
      (isFields(labels) && Object.values(labels).every((label) => typeof label === "string")))
  );
}

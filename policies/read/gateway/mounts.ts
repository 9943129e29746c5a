import type { StackResource } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { type Document, documentCarriers } from "../kubernetes/documents.ts";
import { nameOf, namespaceOf } from "../kubernetes/kubernetes.ts";
import { mountedFile, sourcesOf } from "../kubernetes/mounted-file.ts";
import { configFile, gatewayConfigs } from "./gateway-config.ts";
import { tenantDocuments } from "./tenants.ts";

/** A pod template with its workload. */
export interface Pod {
  readonly workload: StackResource;
  readonly spec: Value;
}

/** The gateways' documents of a stack, found from the containers that mount them; each is parsed once. */
export class Mounts {
  private readonly byName = new Map<string, StackResource[]>();
  private readonly configs = new Map<StackResource, readonly Document[]>();
  private readonly tenants = new Set<StackResource>();

  constructor(resources: readonly StackResource[]) {
    for (const resource of resources.filter(({ type }) => documentCarriers.includes(type))) {
      const key = keyOf(resource.type.split(":").at(-1), namespaceOf(resource), nameOf(resource));
      if (key !== undefined) this.byName.set(key, [...(this.byName.get(key) ?? []), resource]);
      this.configs.set(resource, gatewayConfigs(resource));
      const documents = tenantDocuments(resource);
      if (documents.length > 0 && documents.every(({ problem }) => problem === undefined))
        this.tenants.add(resource);
    }
  }

  configsIn(carrier: StackResource): readonly Document[] {
    return this.configs.get(carrier) ?? [];
  }

  /** Whether a resource holds a document of tenants that can be read. */
  holdsTenants(carrier: StackResource): boolean {
    return this.tenants.has(carrier);
  }

  /** The ConfigMaps and Secrets of the stack behind what a container mounts. */
  carriersOf({ workload, spec }: Pod, { fields }: Container): readonly StackResource[] {
    const mounted = orUnknown(elements(at(fields, "volumeMounts"))).map((mount) => at(mount, "name"));
    return orUnknown(elements(at(spec, "volumes")))
      .filter((volume) => mounted.includes(at(volume, "name")))
      .flatMap(sourcesOf)
      .flatMap(({ carrier, name }) => this.named(carrier, namespaceOf(workload), name));
  }

  /** The configuration that a container reads at a path, or why it isn't known. */
  configAt({ workload, spec }: Pod, { fields }: Container, path: string): Document | string {
    const file = mountedFile(spec, fields, path);
    if (typeof file === "string") return file;
    const [carrier, ...more] = this.named(file.carrier, namespaceOf(workload), file.name);
    if (carrier === undefined || more.length > 0)
      return `is mounted from a ${file.carrier} that is not in this stack, once`;
    const document = this.configsIn(carrier).find(({ key }) => key === file.key);
    return document !== undefined && configFile.test(file.key)
      ? document
      : "is not a gateway configuration under a key that ends in .yaml";
  }

  private named(carrier: string, namespace: Value, name: Value): readonly StackResource[] {
    const key = keyOf(carrier, namespace, name);
    return key === undefined ? [] : (this.byName.get(key) ?? []);
  }
}

/** Undefined for names that can't be read, which match nothing. */
function keyOf(...parts: readonly Value[]): string | undefined {
  return parts.every((part) => typeof part === "string") ? parts.join("/") : undefined;
}

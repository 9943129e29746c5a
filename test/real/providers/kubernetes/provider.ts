import { createHash } from "node:crypto";
import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../../../../scripts/plan/wire.ts";
import type { Cloud, CloudObject } from "../cloud.ts";
import { underWay } from "../interruption.ts";
import type { Checking, Existing, Known, Made, Provider, Subject } from "../provider.ts";
import { hasUnknown, list, plain, record, text } from "../values.ts";
import { finalizedBy, isServed } from "./charts.ts";
import { constructConfigFile, definitionType } from "./config-file.ts";
import { deployed, releaseDefaults } from "./releases.ts";
import { asServed, manager } from "./server-defaults.ts";

const releaseType = "kubernetes:helm.sh/v3:Release";

/** Kinds that belong to no namespace, of those that the product has. */
const ofCluster = [
  "CustomResourceDefinition",
  "Namespace",
  "StorageClass",
  "ClusterSecretStore",
  "EC2NodeClass",
  "NodePool",
];
/** Namespaces of every cluster. */
const given = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What takes long to become ready or to go, in minutes. */
const minutes: Readonly<Record<string, readonly [create: number, remove: number]>> = {
  Deployment: [6, 1],
  Job: [4, 0.5],
  NodePool: [0.5, 6],
  Release: [2, 1],
  TargetGroupBinding: [0.5, 2],
};

/** An API server with Helm's releases: `metadata.name` is unique by kind and namespace, and nothing is there before the cluster. */
export class KubernetesProvider implements Provider {
  private readonly cloud: Cloud;
  private kubeconfig = "";
  private mutable = { ConfigMap: false, Secret: false };

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  configure({ kubeconfig, enableConfigMapMutable, enableSecretMutable }: Properties) {
    this.kubeconfig = text(kubeconfig);
    const isOn = (value: unknown) => String(value) === "true";
    this.mutable = { ConfigMap: isOn(enableConfigMapMutable), Secret: isOn(enableSecretMutable) };
  }

  /** Another server is another cluster, in which nothing of the old one is. */
  replacedByConfig(before: Properties, after: Properties): boolean {
    return serverOf(text(before.kubeconfig)) !== serverOf(text(after.kubeconfig));
  }

  check({ type, name, inputs, before, seed }: Checking): Properties {
    const digits = createHash("sha256").update(seed).digest("hex").slice(0, 8);
    if (type === releaseType) {
      const named = { ...inputs, name: inputs.name ?? before?.name ?? `${name}-${digits}` };
      const { resourceNames = {} } = hasUnknown(plain(inputs)) ? {} : deployed(plain(named));
      return { ...releaseDefaults, ...named, resourceNames };
    }
    const metadata = record(inputs.metadata);
    if (metadata.name !== undefined) return inputs;
    const auto = record(before?.metadata).name ?? `${name}-${digits}`;
    const annotations = { ...record(metadata.annotations), "pulumi.com/autonamed": "true" };
    return { ...inputs, metadata: { ...metadata, annotations, name: auto } };
  }

  /** [pulumi-kubernetes provider/pkg/provider/diff.go] */
  replacing({ type }: Subject, path: string): boolean {
    const kind = kindOf(type);
    if (kind === "Release") return /^(name|namespace)$/.test(path);
    if (/^(kind|apiVersion|metadata\.(name|namespace))$/.test(path)) return true;
    if (kind === "Deployment") return path.startsWith("spec.selector");
    if (kind === "Job") return /^spec\.(completions|selector|template)/.test(path);
    if (kind === "ConfigMap") return !this.mutable.ConfigMap && /^(binaryData|data)\b/.test(path);
    if (kind === "Secret") return !this.mutable.Secret && /^(type|stringData|data)\b/.test(path);
    if (kind === "StorageClass")
      return /^(parameters|provisioner|reclaimPolicy|volumeBindingMode)/.test(path);
    return kind === "Service" && path === "spec.clusterIP";
  }

  /** An object of the same name can't be there twice. */
  deletesFirst({ inputs }: { readonly inputs: Properties }): boolean {
    return record(record(inputs.metadata).annotations)["pulumi.com/autonamed"] === undefined;
  }

  /** A dry run by the server where it could take the object, else the inputs. */
  previewCreate({ type }: Subject, inputs: Properties): Properties {
    const object = plain(inputs);
    if (kindOf(type) === "Release" || hasUnknown(object) || this.absent(type, object) !== undefined)
      return inputs;
    return asServed(object);
  }

  async create(subject: Subject, inputs: Properties): Promise<Made> {
    const { type, urn } = subject;
    const object = plain(inputs);
    const id = idOf(type, object);
    const refusal = hasUnknown(object)
      ? "a value is unknown"
      : (this.absent(type, object) ??
        (this.cloud.get(type, id) &&
          `${kindOf(type)} "${id}" already exists${type === releaseType ? ": cannot re-use a name that is still in use" : ""}`));
    if (refusal !== undefined) throw this.refused("create", subject, refusal);
    const outputs = type === releaseType ? deployed(object) : asServed(object);
    this.cloud.put({ type, id, urn, inputs, outputs });
    this.cloud.note({ kind: "create", stage: "begun", type, urn, id });
    await underWay(this.cloud, subject, minutes[kindOf(type)]?.[0] ?? 0.2);
    const unready = this.unready(object);
    if (unready !== undefined) throw this.refused("create", subject, unready);
    this.cloud.note({ kind: "create", stage: "done", type, urn, id });
    return { id, outputs: noted(type, object, outputs) };
  }

  read({ type, urn, id }: Existing, known: Known) {
    const found = this.cloud.get(type, id);
    this.cloud.note({ kind: "read", stage: "done", type, urn, id });
    if (found === undefined) return undefined;
    const imported = Object.keys(known.inputs).length === 0;
    const inputs = imported ? plain(found.inputs) : found.inputs;
    return { id, outputs: noted(type, plain(found.inputs), found.outputs), inputs };
  }

  previewUpdate({ type }: Existing, inputs: Properties, before: Properties): Properties {
    const object = plain(inputs);
    if (type === releaseType) return { ...before, ...inputs };
    return hasUnknown(object) ? { ...before, ...inputs } : this.applied(type, object, before);
  }

  async update(existing: Existing, inputs: Properties, before: Properties): Promise<Properties> {
    const { type, id, urn } = existing;
    const found = this.cloud.get(type, id);
    if (found === undefined) throw this.refused("update", existing, `${kindOf(type)} "${id}" not found`);
    const outputs = this.applied(type, plain(inputs), before);
    this.cloud.put({ ...found, inputs, outputs });
    this.cloud.note({ kind: "update", stage: "begun", type, urn, id });
    await underWay(this.cloud, existing, minutes[kindOf(type)]?.[0] ?? 0.2);
    const unready = this.unready(plain(inputs));
    if (unready !== undefined) throw this.refused("update", existing, unready);
    this.cloud.note({ kind: "update", stage: "done", type, urn, id });
    return outputs;
  }

  async delete(existing: Existing): Promise<void> {
    const { type, id, urn } = existing;
    const found = this.cloud.get(type, id);
    if (found === undefined) return;
    const kind = kindOf(type);
    const controller = finalizedBy(kind);
    const cluster = this.unreachable();
    const refusal =
      cluster ??
      (controller !== undefined && !this.releases().includes(controller)
        ? `timed out waiting for ${kind} "${id}" to be deleted: its finalizer needs ${controller}`
        : undefined);
    if (refusal !== undefined) throw this.refused("delete", existing, refusal);
    this.cloud.note({ kind: "delete", stage: "begun", type, urn, id });
    await underWay(this.cloud, existing, minutes[kind]?.[1] ?? 0.1);
    for (const inside of this.within(kind, id)) this.cloud.remove(inside);
    this.cloud.remove(found);
    this.cloud.note({ kind: "delete", stage: "done", type, urn, id });
  }

  invoke(token: string): Properties {
    throw new Error(`no stand-in for ${token}`);
  }

  construct(request: ConstructRequest): Promise<ConstructResponse> {
    return constructConfigFile(request);
  }

  private applied(type: string, object: Properties, before: Properties): Properties {
    if (type === releaseType) return deployed(object);
    const { uid, generation } = record(plain(before).metadata);
    const served = asServed(object, text(uid));
    const metadata = { ...record(served.metadata), generation: Number(generation) + 1 };
    return noted(type, object, { ...served, metadata });
  }

  /** What an object needs and the cluster hasn't got. */
  private absent(type: string, object: Properties): string | undefined {
    const unreachable = this.unreachable();
    if (unreachable !== undefined) return unreachable;
    const namespace = text(object.namespace) || text(record(object.metadata).namespace);
    if (namespace !== "" && !given.includes(namespace) && !this.exists("core/v1:Namespace", namespace))
      return `namespaces "${namespace}" not found`;
    const definitions = this.cloud.ofType(definitionType).map(({ id }) => id);
    if (type !== releaseType && !isServed(text(object.apiVersion), this.releases(), definitions))
      return `no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
    return undefined;
  }

  /** Why pods of an object never run. */
  private unready(object: Properties): string | undefined {
    const { name, namespace } = record(object.metadata);
    const pod = record(record(record(object.spec).template).spec);
    const account = pod.serviceAccountName;
    if (!/^(Deployment|Job)$/.test(text(object.kind))) return undefined;
    if (account !== undefined && !this.exists("core/v1:ServiceAccount", `${namespace}/${account}`))
      return `pods "${name}" is forbidden: service account "${namespace}/${account}" was not found`;
    const configMaps = list(pod.volumes).flatMap((volume) => {
      const { name: map } = record(record(volume).configMap);
      return map === undefined ? [] : [`${namespace}/${map}`];
    });
    const absent = configMaps.find((map) => !this.exists("core/v1:ConfigMap", map));
    return absent && `MountVolume.SetUp failed: configmap "${absent}" not found`;
  }

  /** The API is the cluster's, and the cluster is where the kubeconfig says. */
  private unreachable(): string | undefined {
    const clusters = this.cloud.ofType("aws:eks/cluster:Cluster");
    const reached = clusters.some(({ id }) => this.kubeconfig.includes(id));
    return reached
      ? undefined
      : "Kubernetes cluster is unreachable: no cluster answers at the kubeconfig's server";
  }

  private releases(): readonly string[] {
    return this.cloud.ofType(releaseType).map(({ inputs }) => text(plain(inputs).name));
  }

  private exists(type: string, id: string): boolean {
    return this.cloud.get(`kubernetes:${type}`, id) !== undefined;
  }

  /** What goes with an object: the objects of a namespace or of a definition. */
  private within(kind: string, id: string): readonly CloudObject[] {
    const objects = this.cloud.all().filter(({ type }) => type.startsWith("kubernetes:"));
    if (kind === "Namespace") return objects.filter((object) => object.id.startsWith(`${id}/`));
    if (kind !== "CustomResourceDefinition") return [];
    const [plural, ...group] = id.split(".");
    return objects.filter(({ outputs }) => {
      const ofGroup = text(outputs.apiVersion).startsWith(`${group.join(".")}/`);
      return ofGroup && `${text(outputs.kind).toLowerCase()}s` === plural;
    });
  }

  private refused(kind: "create" | "update" | "delete", { type, urn, name }: Subject, reason: string): Error {
    this.cloud.note({ kind, stage: "refused", type, urn, reason });
    return new Error(
      `resource ${name} was not successfully ${kind}d by the Kubernetes API server: ${reason}`,
    );
  }
}

function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function idOf(type: string, object: Properties): string {
  if (type === releaseType) return `${object.namespace ?? "default"}/${object.name}`;
  const { name, namespace } = record(object.metadata);
  if (ofCluster.includes(kindOf(type))) return text(name);
  return `${namespace ?? "default"}/${name}`;
}

function serverOf(kubeconfig: string): string {
  return /"?server"?:\s*"?([^",\s]+)/.exec(kubeconfig)?.[1] ?? kubeconfig;
}

/** What the provider keeps of an object for its own next steps. */
function noted(type: string, inputs: Properties, outputs: Properties): Properties {
  if (type === releaseType) return outputs;
  return { ...outputs, __fieldManager: manager, __initialApiVersion: text(inputs.apiVersion) };
}

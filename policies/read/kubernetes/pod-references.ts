import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { containersOf, type PodSpec } from "./containers.ts";

/** Kinds of objects that a pod needs to start. */
export type Referred = "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount";

/** Objects that Kubernetes creates in every namespace. */
const everywhere: Readonly<Partial<Record<Referred, string>>> = {
  ConfigMap: "kube-root-ca.crt",
  ServiceAccount: "default",
};

/** The name of an object in the pod's namespace; unknown where a list can't be read that may hold one. */
export interface PodReference {
  readonly path: string;
  readonly kind: Referred;
  readonly name: Value;
}

/** The objects that a pod needs to start, except optional ones and those that every namespace has. */
export function podReferences(pod: Pick<PodSpec, "prefix" | "spec">): readonly PodReference[] {
  const { prefix, spec } = pod;
  const account = at(spec, "serviceAccountName") ?? at(spec, "serviceAccount") ?? "default";
  const accounts: readonly PodReference[] = [
    { path: `${prefix}serviceAccountName`, kind: "ServiceAccount", name: account },
  ];
  const pullSecrets = entries(at(spec, "imagePullSecrets"), `${prefix}imagePullSecrets`);
  return [
    ...accounts,
    ...pullSecrets.flatMap(({ path, entry }) => reference(path, "Secret", entry, "name")),
    ...entries(at(spec, "volumes"), `${prefix}volumes`).flatMap(volumeReferences),
    ...containersOf(pod).flatMap(({ path, fields }) => [
      ...entries(at(fields, "env"), `${path}.env`).flatMap(variableReferences),
      ...entries(at(fields, "envFrom"), `${path}.envFrom`).flatMap(sourceReferences),
    ]),
  ].filter(({ kind, name }) => name !== everywhere[kind]);
}

interface Entry {
  readonly path: string;
  readonly entry: Value;
}

function entries(list: Value, path: string): readonly Entry[] {
  const read = elements(list);
  if (read === unknown) return [{ path, entry: unknown }];
  return read.map((entry, index) => ({ path: `${path}.${index}`, entry: isFields(entry) ? entry : unknown }));
}

function volumeReferences({ path, entry }: Entry): readonly PodReference[] {
  // What can't be read is one finding, whatever it may be.
  if (entry === unknown) return [{ path, kind: "ConfigMap", name: unknown }];
  return [
    ...reference(`${path}.configMap`, "ConfigMap", at(entry, "configMap"), "name"),
    ...reference(`${path}.secret`, "Secret", at(entry, "secret"), "secretName"),
    ...reference(
      `${path}.persistentVolumeClaim`,
      "PersistentVolumeClaim",
      at(entry, "persistentVolumeClaim"),
      "claimName",
    ),
    ...orUnknown(elements(at(entry, "projected", "sources"))).flatMap((source, index) => [
      ...reference(`${path}.projected.sources.${index}`, "ConfigMap", at(source, "configMap"), "name"),
      ...reference(`${path}.projected.sources.${index}`, "Secret", at(source, "secret"), "name"),
    ]),
  ];
}

function variableReferences({ path, entry }: Entry): readonly PodReference[] {
  const from = at(entry, "valueFrom");
  if (from === unknown) return [{ path, kind: "Secret", name: unknown }];
  return [
    ...reference(path, "ConfigMap", at(from, "configMapKeyRef"), "name"),
    ...reference(path, "Secret", at(from, "secretKeyRef"), "name"),
  ];
}

function sourceReferences({ path, entry }: Entry): readonly PodReference[] {
  if (entry === unknown) return [{ path, kind: "Secret", name: unknown }];
  return [
    ...reference(path, "ConfigMap", at(entry, "configMapRef"), "name"),
    ...reference(path, "Secret", at(entry, "secretRef"), "name"),
  ];
}

function reference(path: string, kind: Referred, source: Value, nameKey: string): readonly PodReference[] {
  if (source === undefined || at(source, "optional") === true) return [];
  return [{ path, kind, name: at(source, nameKey) ?? unknown }];
}

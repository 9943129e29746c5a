import type { StackResource } from "../../framework/rule.ts";
import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../aws/load-balancer.ts";
import { nameOf, namespaceOf } from "./kubernetes.ts";

export const externalSecrets = ["kubernetes:external-secrets.io/v1:ExternalSecret"];

/** The names of the Secrets that External Secrets creates, by namespace. */
export function madeSecrets(resources: readonly StackResource[]): ReadonlyMap<Value, ReadonlySet<Value>> {
  const made = new Map<Value, Set<Value>>();
  for (const one of resources.filter(isOf(externalSecrets))) {
    const namespace = namespaceOf(one);
    const name = at(one.props, "spec", "target", "name") ?? nameOf(one);
    // Names that can't be read match nothing.
    if (namespace === unknown || name === unknown) continue;
    made.set(namespace, (made.get(namespace) ?? new Set()).add(name));
  }
  return made;
}

/** The keys of the Secrets that External Secrets creates, by namespace and name; undefined where these aren't known. */
export function secretKeys(
  resources: readonly StackResource[],
): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const keys = new Map<string, ReadonlySet<string> | undefined>();
  for (const resource of resources.filter(isOf(externalSecrets))) {
    const { props } = resource;
    const name = at(props, "spec", "target", "name") ?? nameOf(resource);
    const namespace = namespaceOf(resource);
    if (typeof name !== "string" || typeof namespace !== "string") continue;
    keys.set(`${namespace}/${name}`, keysOf(at(props, "spec")));
  }
  return keys;
}

/** With dataFrom or templateFrom only the source knows the keys. */
function keysOf(spec: Value): ReadonlySet<string> | undefined {
  const from = elements(at(spec, "dataFrom"));
  const data = orUnknown(elements(at(spec, "data"))).map((entry) => at(entry, "secretKey"));
  const template = at(spec, "target", "template", "data") ?? {};
  const whole = at(spec, "target", "template", "templateFrom");
  if (from === unknown || from.length > 0 || whole !== undefined || !isFields(template)) return undefined;
  const named = data.filter((key) => typeof key === "string");
  if (named.length < data.length) return undefined;
  // A template replaces the data unless its mergePolicy is Merge. [external-secrets.io, templating]
  const merged = at(spec, "target", "template", "mergePolicy") === "Merge";
  const templated = Object.keys(template);
  return new Set(templated.length > 0 && !merged ? templated : [...named, ...templated]);
}

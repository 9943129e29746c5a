import type { Resource } from "../../framework/rule.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { yaml } from "../text/yaml.ts";

/** A YAML or JSON text that a ConfigMap or a Secret keeps for pods to mount. */
export interface Document {
  /** Begins the paths of findings, such as `data.config.yaml`. */
  readonly path: string;
  /** The key in the resource; undefined where it isn't known. */
  readonly key?: string;
  readonly root: Value;
  /** Why its root can't be read. */
  readonly problem?: string;
}

/** How a kind of document is recognized. */
export interface Kind {
  /** Keys of which its root has one at least. */
  readonly rootKeys: readonly string[];
  /** Names under which a text that can't be read may be such a document. */
  readonly keyPattern: RegExp;
}

/** The fields that hold texts, and whether these are written in base64. [Kubernetes API, ConfigMap and Secret v1] */
const fieldsOf: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  "kubernetes:core/v1:ConfigMap": { data: false, binaryData: true },
  "kubernetes:core/v1:ConfigMapPatch": { data: false, binaryData: true },
  "kubernetes:core/v1:Secret": { stringData: false, data: true },
  "kubernetes:core/v1:SecretPatch": { stringData: false, data: true },
};

/** Resource types that hold documents for pods, and those that write them. */
export const documentCarriers: readonly string[] = Object.keys(fieldsOf);

interface Found {
  readonly type: string;
  readonly list: readonly Document[];
}

const found = new WeakMap<object, Map<Kind, Found>>();

/** The documents of a kind in a ConfigMap or a Secret, and the strings that may be one. Found once for all rules. */
export function documents(resource: Pick<Resource, "type" | "props">, kind: Kind): readonly Document[] {
  const { type, props } = resource;
  if (!isFields(props)) return documentsIn(resource, kind);
  const ofKinds = found.get(props) ?? new Map<Kind, Found>();
  found.set(props, ofKinds);
  const known = ofKinds.get(kind);
  if (known?.type === type) return known.list;
  const list = documentsIn(resource, kind);
  ofKinds.set(kind, { type, list });
  return list;
}

function documentsIn({ type, props }: Pick<Resource, "type" | "props">, kind: Kind): readonly Document[] {
  return Object.entries(fieldsOf[type] ?? {}).flatMap(([field, encoded]) => {
    const texts = at(props, field);
    if (texts === undefined) return [];
    if (!isFields(texts))
      return [{ path: field, root: unknown, problem: `${field} is not known at preview` }];
    return Object.entries(texts).flatMap(([key, text]) => {
      const path = `${field}.${key}`;
      if (text === undefined) return [];
      if (typeof text === "string") return readAs(kind, { path, key, text: encoded ? decoded(text) : text });
      return kind.keyPattern.test(key)
        ? [{ path, key, root: unknown, problem: `${key} is not a string known at preview` }]
        : [];
    });
  });
}

function readAs(
  { rootKeys, keyPattern }: Kind,
  { path, key, text }: { readonly path: string; readonly key: string; readonly text: string },
): readonly Document[] {
  if (!rootKeys.some((name) => text.includes(name))) return [];
  const read = yaml(text);
  if ("problem" in read)
    return keyPattern.test(key) && namesRoot(text, rootKeys)
      ? [{ path, key, root: unknown, problem: `${key} ${read.problem}` }]
      : [];
  const { value } = read;
  return isFields(value) && rootKeys.some((name) => Object.hasOwn(value, name))
    ? [{ path, key, root: value }]
    : [];
}

/** Whether a string that is not valid YAML seems to have one of the keys at its root. */
function namesRoot(text: string, rootKeys: readonly string[]): boolean {
  return new RegExp(`(?:^|[{,])\\s*["']?(?:${rootKeys.join("|")})["']?\\s*:`, "m").test(text);
}

function decoded(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

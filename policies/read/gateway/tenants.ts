import type { Resource } from "../../framework/rule.ts";
import { at, isFields, unknown, type Value } from "../../framework/value.ts";
import { type Document, documents, type Kind } from "../kubernetes/documents.ts";

const tenants: Kind = { rootKeys: ["tenants"], keyPattern: /^tenants\.(?:ya?ml|json)$/i };
const tenantKeys: Kind = { rootKeys: ["tenantKeys"], keyPattern: /^(?!)/ };

/** The documents with the tenants and their limits. */
export function tenantDocuments(resource: Pick<Resource, "type" | "props">): readonly Document[] {
  return documents(resource, tenants);
}

/**
 * The documents with hashes of keys that the stack generates. Before they exist such a document is not known, so one
 * that can't be read doesn't count among them.
 */
export function keyDocuments(resource: Pick<Resource, "type" | "props">): readonly Document[] {
  return documents(resource, tenantKeys).filter(({ problem }) => problem === undefined);
}

/** Owner of keys in a document. */
export interface Tenant {
  /** Begins the paths of findings, such as `tenants.web`; by position where the name could be anything. */
  readonly path: string;
  /** Such as `tenant web`. */
  readonly where: string;
  readonly value: Value;
}

/** The values under a root key by tenants' names; unknown where it is not a map. */
export function byTenant(root: Value, rootKey: "tenants" | "tenantKeys"): readonly Tenant[] {
  const all = at(root, rootKey);
  if (!isFields(all)) return [{ path: rootKey, where: "tenants", value: unknown }];
  return Object.entries(all).map(([name, value], index) => {
    const shown = /^[a-z][a-z0-9-]{0,30}$/.test(name) ? name : String(index);
    return { path: `${rootKey}.${shown}`, where: `tenant ${shown}`, value };
  });
}

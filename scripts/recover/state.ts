import { isObject, type Properties, type Wire } from "../plan/wire.ts";
import type { Known, LeftBehind, Pending } from "./left-behind.ts";
import { lookupOf } from "./rules.ts";

/** A stack as `pulumi stack export` writes it; secrets stay encrypted in it. */
export interface Exported {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  } & Properties;
}

export type StateResource = {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
} & Properties;

export function pendingOf({ deployment }: Exported): readonly Pending[] {
  return (deployment.pending_operations ?? []).map(({ type: operation, resource }) => ({
    operation,
    urn: resource.urn,
    type: resource.type,
    inputs: resource.inputs ?? {},
  }));
}

export function knownOf({ deployment }: Exported): readonly Known[] {
  return (deployment.resources ?? []).flatMap(({ custom, urn, type, id, inputs }) =>
    custom && id ? [{ urn, type, id, inputs: inputs ?? {} }] : [],
  );
}

/** A state that knows what was left behind, and has no note of what was going on. */
export interface Adopted {
  readonly state: Exported;
  /** URNs to read through the provider. */
  readonly refreshed: readonly string[];
  /** URNs of what is in the state only to be deleted. */
  readonly deleted: readonly string[];
}

export function adopt(state: Exported, left: readonly LeftBehind[]): Adopted {
  const resources = [...(state.deployment.resources ?? [])];
  const pending = state.deployment.pending_operations ?? [];
  const settled = new Set(left.filter(({ action }) => action !== "unknown").map(({ urn }) => urn));
  const template = (urn: string) =>
    pending.find(({ resource }) => resource.urn === urn)?.resource ??
    resources.find((resource) => resource.urn === urn);
  const deleted: string[] = [];
  const refreshed = left.flatMap(({ action, urn }) => (action === "refresh" ? [urn] : []));
  for (const item of left) {
    const like = template(item.urn);
    if (like === undefined || item.id === undefined || !/^(import|delete)$/.test(item.action)) continue;
    const urn = item.action === "import" ? item.urn : `${item.urn}-left-behind-${deleted.length + 1}`;
    if (item.action === "delete") deleted.push(urn);
    refreshed.push(urn);
    resources.push(asResource(like, urn, item));
  }
  return {
    state: {
      ...state,
      deployment: {
        ...state.deployment,
        resources,
        pending_operations: pending.filter(({ resource }) => !settled.has(resource.urn)),
      },
    },
    refreshed,
    deleted,
  };
}

/** Its outputs are those that a provider needs to read it; with none at all it is read as an import is. */
function asResource(like: StateResource, urn: string, { action, id = "", type }: LeftBehind): StateResource {
  const rule = lookupOf(type);
  const viaImport = rule !== undefined && "viaImport" in rule && rule.viaImport === true;
  const attributes = rule !== undefined && "attributes" in rule ? (rule.attributes?.(id) ?? {}) : {};
  const outputs = viaImport ? {} : { ...withoutNotes(like.inputs ?? {}), ...(attributes as Properties) };
  // A resource that is deleted at once has neither dependents nor dependencies.
  const own = action === "delete" ? { dependencies: [], propertyDependencies: {}, protect: false } : {};
  return { ...like, ...own, urn, id, outputs };
}

function withoutNotes(value: Properties): Properties {
  const inner = (item: Wire): Wire => {
    if (Array.isArray(item)) return item.map((each: Wire) => inner(each));
    return isObject(item) ? withoutNotes(item) : item;
  };
  const entries = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, item]) => [key, inner(item)]));
}

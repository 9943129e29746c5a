import type { Properties } from "./wire.ts";

/** A resource as the program declares it, before anything exists. Serializable as JSON. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** A resource that a provider makes; a component otherwise. */
  readonly custom: boolean;
  /** A component that its provider takes apart; its children are from a recording. */
  readonly remote: boolean;
  /** What the resource was recorded from, where no provider was called: a child of a remote component. */
  readonly recorded?: string;
  /** URN of the parent; absent for the stack only. */
  readonly parent?: string;
  readonly inputs: Properties;
  /** URNs of all that has to be there first. */
  readonly dependencies: readonly string[];
  /** URNs behind each top-level input. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of the provider, where the program names one. */
  readonly provider?: string;
  /** URNs under which the state may know it. The engine derives those of its children. */
  readonly aliases?: readonly string[];
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Outputs that the program marks as secret, if any. */
  readonly secretOutputs?: readonly string[];
  /** Seconds. */
  readonly timeouts: { readonly create?: number; readonly update?: number; readonly delete?: number };
}

/** The name of a resource: its stack, project, the types from the outermost parent in, and its own name. */
export function urnOf(args: {
  readonly stack: string;
  readonly project: string;
  readonly parent: string;
  readonly type: string;
  readonly name: string;
}): string {
  const parentType = qualifiedType(args.parent);
  const type = parentType === "" || parentType === stackType ? args.type : `${parentType}$${args.type}`;
  return `urn:pulumi:${args.stack}::${args.project}::${type}::${args.name}`;
}

/** The last part of a URN: the resource's own name. */
export function urnName(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The type token of a resource, without those of its parents. */
export function typeOf(urn: string): string {
  const type = qualifiedType(urn);
  return type.slice(type.lastIndexOf("$") + 1);
}

/** The URN in a reference to a provider, which is URN and id. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

export const stackType = "pulumi:pulumi:Stack";

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** Seconds of a duration as Go writes it: `90s`, `2h`, `1h30m`. Empty is no duration. */
export function durationSeconds(text: string): number | undefined {
  if (text === "") return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ""] ?? 0), 0);
}

import { UnknownValueError } from "@pulumi/policy";

/** Marks a value that can't be read: it is known only during `pulumi up`, or its path has an unexpected shape. */
export const unknown: unique symbol = Symbol("unknown");
/** The type of `unknown`. */
export type Unknown = typeof unknown;

/** A value of a resource as rules see it. `undefined` is unset, which `null` means as well. */
export type Value = undefined | boolean | number | string | Unknown | readonly Value[] | Fields;
/** An object's fields. */
export interface Fields {
  readonly [key: string]: Value;
}

/** Where the bridge lists, in each nested object, what it set by default. [pulumi-terraform-bridge, pkg/tfbridge/schema.go] */
const bridgeMark = "__defaults";

/** No resource nests this deep; what does can't be read. */
const deepest = 100;

/** One field of a value from Pulumi, whose proxy throws if the field is unknown. */
export function field(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key);
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
}

/** A value from Pulumi as a whole, with the marker wherever something is unknown. */
export function plain(raw: unknown, depth = 0): Value {
  if (raw === null || raw === undefined) return undefined;
  if (typeof raw === "boolean" || typeof raw === "number" || typeof raw === "string") return raw;
  if (typeof raw !== "object" || depth === deepest) return unknown;
  if (Array.isArray(raw))
    return Array.from({ length: raw.length }, (_, index) => plain(field(raw, String(index)), depth + 1));
  const pairs = Object.keys(raw).map((key) => [key, plain(field(raw, key), depth + 1)] as const);
  return Object.fromEntries(pairs.filter(([key, value]) => !(key === bridgeMark && isList(value))));
}

/** Whether a value is an object, and neither a list nor unknown. */
export function isFields(value: Value): value is Fields {
  return typeof value === "object" && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value at the end of a path; unknown where the path leads through anything but objects. */
export function at(value: Value, ...path: readonly string[]): Value {
  return path.reduce<Value>((from, key) => {
    if (from === undefined) return undefined;
    if (!isFields(from)) return unknown;
    return Object.hasOwn(from, key) ? from[key] : undefined;
  }, value);
}

/** The elements of a list, none where it is unset; unknown where it is not a list. */
export function elements(value: Value): readonly Value[] | Unknown {
  if (value === undefined) return [];
  return isList(value) ? value : unknown;
}

/** The same with one unknown element in place of a list that can't be read, so that no rule ignores it. */
export function orUnknown(list: readonly Value[] | Unknown): readonly Value[] {
  return list === unknown ? [unknown] : list;
}

/** The strings of a field that accepts one or a list of them; unknown where it contains another type. */
export function texts(value: Value): readonly string[] | Unknown {
  if (value === undefined) return [];
  const list = isList(value) ? value : [value];
  const found = list.filter((one) => typeof one === "string");
  return found.length === list.length ? found : unknown;
}

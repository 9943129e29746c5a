import { isObject, isSecret, type Properties, unknown, type Wire } from "../../../scripts/plan/wire.ts";

/** Where Pulumi's provider bridge notes which properties it filled in itself. [pulumi-terraform-bridge pkg/tfbridge/schema.go] */
const notes = "__defaults";

/** A value as a cloud keeps it: without the marks of Pulumi's protocol and of its bridge. */
export function plain<T extends Wire>(value: T): T;
export function plain(value: Wire): Wire {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map((item: Wire) => plain(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== notes);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}

/** The same value with the bridge's notes in every object: which of its properties are defaults. */
export function withNotes(properties: Properties, defaults: readonly string[]): Properties {
  return { ...noted(properties), [notes]: [...defaults] };
}

export function notedDefaults(properties: Properties): readonly string[] {
  return list(properties[notes]).map(String);
}

function noted(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, freeForm.test(key) ? value : inner(value)]),
  );
}

/** Maps of the user's own keys, which the bridge leaves alone. */
const freeForm = /^(tags|tagsAll|labels|variables|parameters)$/;

function inner(value: Wire): Wire {
  if (isSecret(value)) return value;
  if (Array.isArray(value)) return value.map((item: Wire) => inner(item));
  return isObject(value) ? withNotes(value, []) : value;
}

export function hasUnknown(value: Wire): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some((item: Wire) => hasUnknown(item));
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function record(value: Wire | undefined): Properties {
  return isObject(value) ? value : {};
}

export function list(value: Wire | undefined): readonly Wire[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: Wire | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

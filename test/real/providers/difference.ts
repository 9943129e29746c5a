import { isObject, type Properties, type Wire } from "../../../scripts/plan/wire.ts";

export type Change = "add" | "delete" | "update";

/** Each path that differs, as Pulumi writes paths in a detailed diff: `spec.ports[0].port`, `tags["a.b"]`. */
export function differences(before: Properties, after: Properties): ReadonlyMap<string, Change> {
  const found = new Map<string, Change>();
  compare(before, after, "", found);
  return found;
}

function compare(
  before: Wire | undefined,
  after: Wire | undefined,
  path: string,
  found: Map<string, Change>,
) {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (before === undefined || before === null) {
    if (after !== undefined && after !== null) found.set(path, "add");
  } else if (after === undefined || after === null) {
    found.set(path, "delete");
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const longest = Math.max(before.length, after.length);
    for (let index = 0; index < longest; index++)
      compare(before[index], after[index], `${path}[${index}]`, found);
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], joined(path, key), found);
  } else {
    found.set(path, "update");
  }
}

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The property that a path begins with. */
export function topLevel(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

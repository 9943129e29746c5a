import type { Properties, Wire } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";

/** A field of one of a stack's resources. */
export interface Place {
  readonly resource: Given;
  readonly path: Path;
}

/** Every field of a stack, and one that isn't there in resources without any. */
export function placesOf(stack: readonly Given[]): readonly Place[] {
  return stack.flatMap((resource) => {
    const paths = pathsOf(resource.props);
    return (paths.length === 0 ? [["spec"]] : paths).map((path) => ({ resource, path }));
  });
}

/** A stack with one field of one resource replaced. */
export function mutate(stack: readonly Given[], { resource, path }: Place, value: Wire): readonly Given[] {
  return replace(stack, resource, { ...resource, props: put(resource.props, path, value) });
}

/** The stack once for each field, with that field changed. */
export function variants(
  stack: readonly Given[],
  change: (value: Wire) => Wire,
): readonly (readonly Given[])[] {
  return stack.flatMap((one) =>
    pathsOf(one.props).map((path) => replace(stack, one, { ...one, props: put(one.props, path, change) })),
  );
}

/** The stack with every text replaced. */
export function everyText(stack: readonly Given[]): readonly Given[] {
  const replaced = (value: Wire, path: string): Wire => {
    if (typeof value === "string") return `sk-CANARY-${path}`;
    if (Array.isArray(value)) return value.map((inner: Wire, index) => replaced(inner, `${path}-${index}`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, path)]));
  };
  return stack.reduce<readonly Given[]>(
    (all, one) => replace(all, one, { ...one, props: replaced(one.props, "0") as Properties }),
    stack,
  );
}

/** The stack with one resource replaced, also where others depend on it. */
function replace(stack: readonly Given[], old: Given, by: Given): readonly Given[] {
  const swapped = stack.map((one) => (one === old ? by : { ...one }));
  return swapped.map((one) => {
    const behind = Object.entries(one.behind ?? {}).map(([property, others]) => [
      property,
      others.map(
        (other) => swapped.find(({ type, name }) => type === other.type && name === other.name) ?? other,
      ),
    ]);
    return { ...one, behind: Object.fromEntries(behind) };
  });
}

type Path = readonly string[];

/** Every field of a value, those that hold others first. */
export function pathsOf(value: Wire, from: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, Wire]) => {
    const path = [...from, key];
    return [path, ...pathsOf(inner, path)];
  });
}

function put(from: Properties, path: Path, change: Wire | ((value: Wire) => Wire)): Properties {
  const [key = "", ...rest] = path;
  const inner = (value: Wire): Wire => {
    if (rest.length > 0) return putInto(value, rest, change);
    return typeof change === "function" ? change(value) : change;
  };
  return { ...from, [key]: inner(from[key] ?? null) };
}

function putInto(from: Wire, path: Path, change: Wire | ((value: Wire) => Wire)): Wire {
  if (!Array.isArray(from)) return put(from as Properties, path, change);
  const whole = put(Object.fromEntries(from.entries()), path, change);
  return Object.values(whole);
}

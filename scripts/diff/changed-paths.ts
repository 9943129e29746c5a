import { isDeepStrictEqual } from "node:util";
import { isObject, isSecret, type Wire } from "../plan/wire.ts";

/**
 * The paths at which two values differ, down to single values: `spec.template.spec.containers[0].image`.
 * @param at the path of the values; empty for the inputs of a resource
 */
export function changedPaths(old: Wire | undefined, young: Wire | undefined, at = ""): string[] {
  if (isDeepStrictEqual(old, young)) return [];
  const both = [old, young];
  if (both.every((value) => value === undefined || Array.isArray(value))) {
    const [was = [], is = []] = both as (readonly Wire[] | undefined)[];
    const length = Math.max(was.length, is.length);
    const found = Array.from({ length }, (_, index) =>
      changedPaths(was[index], is[index], `${at}[${index}]`),
    );
    return found.length === 0 ? [at] : found.flat();
  }
  if (both.every((value) => value === undefined || (isObject(value) && !isSecret(value)))) {
    const [was = {}, is = {}] = both as ({ readonly [key: string]: Wire } | undefined)[];
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    const found = keys.map((key) => changedPaths(was[key], is[key], at === "" ? key : `${at}.${key}`));
    return found.length === 0 ? [at] : found.flat();
  }
  return [at];
}

/** Those of the paths that are one of these places or below it. Places have no list indices. */
export function pathsWithin(paths: readonly string[], places: readonly string[]): string[] {
  return paths.filter((path) => {
    const plain = path.replaceAll(/\[\d+\]/g, "");
    return places.some((place) => plain === place || plain.startsWith(`${place}.`));
  });
}

/** Paths for people: cut after the third step, without duplicates. */
export function shortened(paths: readonly string[]): string[] {
  return [
    ...new Set(
      paths.map((path) =>
        path
          .replaceAll(/\[\d+\]/g, "")
          .split(".")
          .slice(0, 3)
          .join("."),
      ),
    ),
  ];
}

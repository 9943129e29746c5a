import { type Unknown, unknown, type Value } from "../../framework/value.ts";

/** A version by semver's parts. */
export interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** What follows `-`: a release candidate or a variant. */
  readonly suffix?: string;
}

/** One exact semantic version, with or without a leading `v`; unknown for ranges, parts of versions and all else. */
export function semver(value: Value): Version | Unknown {
  if (typeof value !== "string") return unknown;
  const number = "(0|[1-9]\\d{0,8})";
  const exact = new RegExp(
    `^v?${number}\\.${number}\\.${number}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?$`,
  );
  const match = exact.exec(value);
  if (match === null) return unknown;
  const [, major, minor, patch, suffix] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    ...(suffix !== undefined && { suffix }),
  };
}

/** Below zero where one version comes before the other, number by number; what follows the numbers doesn't count. */
export function compareNumbers({ numbers }: Version, other: Version): number {
  const differences = numbers.map((number, index) => number - (other.numbers[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

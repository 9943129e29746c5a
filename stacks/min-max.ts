import type { Problem } from "../components/shared/problems.ts";

/** The problem of a minimum above its maximum. @param path of the object with both */
export function minMaxProblems(path: string, { min, max }: { min: number; max: number }): Problem[] {
  if (min <= max) return [];
  return [{ path: `${path}.min`, value: min, message: `above max, which is ${max}` }];
}

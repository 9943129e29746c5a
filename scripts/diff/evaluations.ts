import { isDeepStrictEqual } from "node:util";
import type { PlannedSide } from "./side.ts";

/** Evaluation records of the releases in use, in words. */
export interface Evaluations {
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

interface Evaluation {
  readonly suite?: string;
  readonly cases?: number;
  readonly score?: number;
  readonly date?: unknown;
}

export function evaluations(before: PlannedSide | undefined, after: PlannedSide): Evaluations {
  const [was, is] = [recordsOf(before), recordsOf(after)];
  const differing = (these: Records, those: Records) =>
    [...these]
      .filter(([release, record]) => !isDeepStrictEqual(record, those.get(release)))
      .map(([release, record]) => `${release}: ${described(record)}`);
  return { added: differing(is, was), gone: differing(was, is) };
}

type Records = ReadonlyMap<string, Evaluation>;

function recordsOf(side: PlannedSide | undefined): Records {
  const used = new Set(side?.report.slots.map(({ release }) => release));
  return new Map(
    [...used].flatMap((release) => {
      const file = side?.releases[release] as { evaluation?: Evaluation } | undefined;
      return file?.evaluation === undefined ? [] : [[release, file.evaluation] as const];
    }),
  );
}

function described({ suite, cases, score, date }: Evaluation): string {
  return `${suite ?? "?"}, score ${score ?? "?"} in ${cases ?? "?"} cases, ${String(date ?? "without a date")}`;
}

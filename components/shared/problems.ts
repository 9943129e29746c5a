import { z } from "zod";

/** One thing wrong in what a user wrote: where, what it says, what is allowed and what to do. */
export interface Problem {
  readonly path: string;
  /** The value found; `undefined` when it is missing. */
  readonly value: unknown;
  readonly message: string;
}

/** All problems of one or more files, as a message that a user can act on without a stack trace. */
export class ConfigurationError extends Error {
  readonly problems: Readonly<Record<string, readonly Problem[]>>;

  /** @param problems by the file they stand in */
  constructor(problems: Readonly<Record<string, readonly Problem[]>>) {
    super(
      Object.entries(problems)
        .map(([file, found]) => `${file}\n${table(found)}`)
        .join("\n"),
    );
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

/**
 * An object without unknown keys. The issue's message lists the known keys, from which `problemsOf` names the
 * one that was probably meant.
 */
export function strict<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape).join(",");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? known : undefined),
  });
}

/** The problems behind a failed parse, each with the value that stands at its path. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, [], input));
}

/** `; did you mean "x"?` when a known word is close, else the list of known words. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return known.length > 0 ? `; allowed: ${known.join(", ")}` : "; none is defined";
}

/** The known word within a third of the letters' edits of this one. */
function closest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate;
}

/** Levenshtein distance: insertions, deletions and substitutions between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function problemsOfIssue(issue: z.core.$ZodIssue, base: readonly PropertyKey[], input: unknown): Problem[] {
  const path = [...base, ...issue.path];
  const problem = (at: readonly PropertyKey[], message: string): Problem => ({
    path: at.map(String).join("."),
    value: valueAt(input, at),
    message,
  });
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(",");
    return issue.keys.map((key) => problem([...path, key], `unknown key${suggestion(key, known)}`));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ ...problem(path, sentence(inner)), value: path.at(-1) }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const depth = (branch: z.core.$ZodIssue[]) => Math.max(...branch.map((inner) => inner.path.length));
    const deepest = Math.max(...issue.errors.map(depth));
    if (deepest === 0) {
      return [
        problem(
          path,
          issue.errors.map((branch) => branch.map((inner) => sentence(inner)).join(", ")).join("; or "),
        ),
      ];
    }
    const nearest = issue.errors.find((branch) => depth(branch) === deepest) ?? [];
    return nearest.flatMap((inner) => problemsOfIssue(inner, path, input));
  }
  const found = problem(path, sentence(issue));
  return [found.value === undefined ? { ...found, message: `missing: ${found.message}` } : found];
}

/** Zod's sentence without its opening words: "expected number, received string". */
function sentence(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(
    /^(Invalid input|Invalid option|Too small|Too big|Invalid string): /,
    "",
  );
  return message.replace(/, received undefined$/, "");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** Path, value and message in aligned columns. A missing value has an empty column. */
function table(problems: readonly Problem[]): string {
  const rows = problems.map(
    ({ path, value, message }) => [path, value === undefined ? "" : shown(value), message] as const,
  );
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [paths, values] = [width(0), width(1)];
  return rows
    .map(([path, value, message]) => `  ${path.padEnd(paths)}  ${value.padEnd(values)}  ${message}`)
    .join("\n");
}

/** The value as written in the file, cut to fit a line. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 48 ? `${json.slice(0, 47)}…` : json;
}

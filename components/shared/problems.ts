import { z } from "zod";
import { namesSecret, withoutCredentials } from "./credentials.ts";
import { nearMiss, suggestion } from "./near-miss.ts";

export { suggestion };

/** One problem in a user's configuration: path, value, and what is allowed or what to do. */
export interface Problem {
  readonly path: string;
  /** The value found; `undefined` when it is missing. */
  readonly value: unknown;
  readonly message: string;
}

/** All problems of one or more files, as a message that a user can act on without a stack trace. */
export class ConfigurationError extends Error {
  readonly problems: Readonly<Record<string, readonly Problem[]>>;

  /** @param problems by file */
  constructor(problems: Readonly<Record<string, readonly Problem[]>>) {
    super(
      withoutCredentials(
        Object.entries(problems)
          .map(([file, found]) => `${file}\n${table(found)}`)
          .join("\n"),
      ),
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

/** The problems behind a failed parse, each with the value at its path. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, [], input));
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
    return issue.keys.map((key) => {
      const unknown = problem([...path, key], `unknown key${suggestion(key, known)}`);
      return namesSecret(key) ? { ...unknown, value: "[not shown]" } : unknown;
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ ...problem(path, sentence(inner)), value: path.at(-1) }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const member = meantMember(issue.errors, valueAt(input, path));
    if (member !== undefined) return member.flatMap((inner) => problemsOfIssue(inner, path, input));
    return [problem(path, [...new Set(issue.errors.map(formOf))].join("; or "))];
  }
  const found = problem(path, sentence(issue));
  return [found.value === undefined ? { ...found, message: `missing: ${found.message}` } : found];
}

/**
 * The member of a union that a value was meant to be: the one whose keys it has, else the one whose keys it nearly has.
 * @returns `undefined` where it is like none, or like several at once
 */
function meantMember(
  members: readonly z.core.$ZodIssue[][],
  value: unknown,
): readonly z.core.$ZodIssue[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return members.find((issues) => issues.every(({ path }) => path.length > 0));
  }
  const keys = Object.keys(value);
  const ratings = members.map((issues) => {
    const known = knownKeys(issues);
    if (known === undefined) return { issues, likeness: issues.some(isWrongKind) ? 0 : keys.length };
    return { issues, likeness: keys.filter((key) => nearMiss(key, known) !== undefined).length };
  });
  const most = Math.max(...ratings.map(({ likeness }) => likeness));
  const [best, ...more] = ratings.filter(({ likeness }) => likeness === most);
  return most === 0 || more.length > 0 ? undefined : best?.issues;
}

/** The keys of an object that refuses others, where there were others. */
function knownKeys(issues: readonly z.core.$ZodIssue[]): readonly string[] | undefined {
  const unknown = issues.find(({ code, path }) => code === "unrecognized_keys" && path.length === 0);
  return unknown?.message.split(",");
}

function isWrongKind({ path }: z.core.$ZodIssue): boolean {
  return path.length === 0;
}

/** What a member of a union looks like: its keys, or the description of another kind of value. */
function formOf(issues: readonly z.core.$ZodIssue[]): string {
  const keys = knownKeys(issues) ?? issues.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  return keys.length > 0
    ? `an object with ${keys.map(String).join(", ")}`
    : issues.map((inner) => sentence(inner)).join(", ");
}

/** Zod's sentence without its opening words: "expected number, received string". */
function sentence(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(
    /^(Invalid input|Invalid option|Too small|Too big|Invalid string): /,
    "",
  );
  return message.replace(/, received (?:undefined|NaN)$/, "");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** As many problems of a file as anyone reads in one go. */
const shownProblems = 40;
/** Characters of a value that is printed in a column; the message of a longer one is printed on the next line. */
const columnWidth = 48;

/** Path, value and message in aligned columns. A missing value has an empty column. */
function table(problems: readonly Problem[]): string {
  const rows = problems.slice(0, shownProblems).map(({ path, value, message }) => ({
    path: cut(printable(path), 120),
    value: value === undefined ? "" : shown(value),
    message,
  }));
  const width = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => (text.length > columnWidth ? 0 : text.length)), 0);
  const [paths, values] = [width(rows.map(({ path }) => path)), width(rows.map(({ value }) => value))];
  const lines = rows.map(({ path, value, message }) =>
    value.length > columnWidth || path.length > columnWidth
      ? `  ${path}  ${value}\n  ${" ".repeat(4)}${message}`
      : `  ${path.padEnd(paths)}  ${value.padEnd(values)}  ${message}`,
  );
  const more = problems.length - rows.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

/** The value as written in the file: a text as whole as what is wrong with it may be anywhere in it. */
function shown(value: unknown): string {
  // JSON has no word for NaN and infinity, which YAML has.
  const written = typeof value === "number" ? String(value) : asJson(value);
  const json = withoutCredentials(written ?? String(value));
  return cut(json, typeof value === "string" ? 240 : columnWidth);
}

/** A YAML anchor can refer to a value that contains itself. */
function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return "[contains itself]";
    throw error;
  }
}

/** Without its middle, where it is longer. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = Math.floor((longest - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\u{fffd}");
}

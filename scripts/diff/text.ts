import type { EnvironmentDiff } from "./plans.ts";
import { sectionsOf } from "./sections.ts";

/** Base and head of a change, in sentences. */
export type Heading = readonly string[];

/** The report for a terminal. @param width columns */
export function diffText(heading: Heading, outcomes: readonly EnvironmentDiff[], width = 80): string {
  const lines = outcomes.flatMap((outcome) => [
    "",
    outcome.environment,
    ...sectionsOf(outcome).flatMap(({ title, lines }) => [
      ...(title === "" ? [] : [`  ${title}`]),
      ...lines.map((line) => (title === "" ? `  ${line}` : `    ${line}`)),
    ]),
  ]);
  return [...heading, ...lines].flatMap((line) => wrapped(line, width)).join("\n");
}

/** Lines of at most the width, with what follows set in by two more; a word that is longer stays whole. */
function wrapped(line: string, width: number): string[] {
  const indent = " ".repeat(line.length - line.trimStart().length);
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    const isFirst = current.trim() === "";
    if (!isFirst && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current].map((each) => each.trimEnd());
}

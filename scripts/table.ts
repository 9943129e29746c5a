import { stripVTControlCharacters } from "node:util";

/** Narrower than this a column holds no words any more. */
const narrowest = 8;
/** Words up to here stay whole where others can be wrapped, such as the name of an instance type. */
const longestKept = 14;

/**
 * Aligned columns, two spaces apart.
 * @param right columns that are right-aligned and never wrapped
 * @param columns width of the terminal: where the table is wider, its widest cells are wrapped @default any width
 */
export function table(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const natural = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ""))),
  );
  const words = natural.map((_, column) => Math.max(...rows.map((row) => longestWord(row[column] ?? ""))));
  // Words stay whole as long as the table can be narrowed without.
  const whole = narrowed(natural, right, columns, (column) => Math.min(words[column] ?? 0, longestKept));
  const widths = narrowed(whole, right, columns, () => 0);
  return rows.flatMap((row) => {
    const cells = row.map((cell, column) =>
      width(cell) > (widths[column] ?? 0) ? wrapped(cell, widths[column] ?? 0) : [cell],
    );
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      `  ${cells
        .map((lines, column) => {
          const cell = lines[line] ?? "";
          const space = " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
          return right.includes(column) ? space + cell : cell + space;
        })
        .join("  ")}`.trimEnd(),
    );
  });
}

/**
 * Takes from the widest column, as long as the table is too wide and one has something to give.
 * @param least what a column keeps, besides the narrowest
 */
function narrowed(
  natural: readonly number[],
  right: readonly number[],
  columns: number,
  least: (column: number) => number,
): readonly number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one + 2, 0);
  while (total() > columns) {
    const [widest] = widths
      .map((one, column) => ({ one, column }))
      .filter(({ one, column }) => !right.includes(column) && one > Math.max(narrowest, least(column)))
      .sort((a, b) => b.one - a.one);
    if (widest === undefined) break;
    widths[widest.column] = widest.one - 1;
  }
  return widths;
}

function longestWord(cell: string): number {
  return Math.max(...cell.split(" ").map(width));
}

/** A sentence in lines of a terminal's width, the further ones indented by two more. @param columns width of the terminal */
export function sentence(text: string, columns: number): string[] {
  if (width(text) <= columns) return [text];
  const indent = text.match(/^ */)?.[0] ?? "";
  const lines = wrapped(text.trimStart(), columns - indent.length - 2);
  return lines.map((line, index) => `${indent}${index === 0 ? "" : "  "}${line}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that colour a terminal's text begin with one
const code = /\u001b\[[0-9;]*m/g;
const reset = "\u001b[0m";

/** A text in lines of this width, broken at spaces, or in a word that is longer. A colour ends and begins with a line. */
function wrapped(text: string, longest: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, longest))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && width(longer) > longest) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  let open = "";
  return [...lines, line].map((one) => {
    const begun = open + one;
    open = begun.match(code)?.at(-1) ?? open;
    const isOpen = open !== "" && !/\[(?:0|22|39)m$/.test(open);
    if (!isOpen) open = "";
    return isOpen ? begun + reset : begun;
  });
}

function pieces(word: string, longest: number): string[] {
  if (width(word) <= longest || stripVTControlCharacters(word) !== word) return [word];
  return word.match(new RegExp(`.{1,${longest}}`, "gu")) ?? [word];
}

/** Letters that a reader sees: without the codes that colour them. */
function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

import { stripVTControlCharacters } from "node:util";

/** Aligned columns, two spaces apart. @param right columns that stand flush right */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - width(cell));
        return right.includes(column) ? space + cell : cell + space;
      })
      .join("  ")}`.trimEnd(),
  );
}

/** Letters that a reader sees: without the codes that colour them. */
function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

import type { Rule } from "../../policies/framework/rule.ts";
import type { Style } from "../plan/report/style.ts";
import { table } from "../table.ts";
import type { Outside } from "./readme.ts";

/** Narrower than this, why and fix are a word a line. */
const narrowest = 120;

/** The catalogue for a terminal: a table for each area, in as many columns as the terminal has. */
export function listing(
  areas: Readonly<Record<string, readonly Rule[]>>,
  unexercised: Readonly<Record<string, readonly string[]>>,
  outside: readonly Outside[],
  { columns, style }: { readonly columns: number; readonly style: Style },
): string {
  const all = Object.values(areas).flat();
  const waiting = new Set(Object.values(unexercised).flat());
  const name = (rule: Rule) => `${waiting.has(rule.name) ? "○" : " "} ${rule.name}`;
  const widest = Math.max(...all.map((rule) => name(rule).length));
  const ids = 24;
  const rest = Math.max(columns, narrowest) - widest - "mandatory".length - ids - 10;
  const head = ["  rule", "level", "why", "fix", "ids in other tools"].map((title) => style("dim", title));
  const rows = (rule: Rule) =>
    beside([
      [name(rule)],
      [rule.level ?? "mandatory"],
      wrapped(rule.why, Math.ceil(rest / 2)),
      wrapped(rule.fix, Math.floor(rest / 2)),
      wrapped("none" in rule.relatedChecks ? "none" : rule.relatedChecks.join(", "), ids),
    ]);
  const lines = table([head, ...all.flatMap(rows)]);
  const [titles = "", ...body] = lines;
  let next = 0;
  const sections = Object.entries(areas)
    .filter(([, rules]) => rules.length > 0)
    .flatMap(([area, rules]) => {
      const height = rules.flatMap(rows).length;
      next += height;
      return ["", style("bold", area), ...body.slice(next - height, next)];
    });
  return [
    titles,
    ...sections,
    "",
    `${all.length} rules, ${all.filter(({ level }) => level === undefined).length} of them mandatory.`,
    ...(waiting.size === 0 ? [] : ["○ has nothing to check in a shipped environment yet:"]),
    ...Object.entries(unexercised).map(([lack, names]) => `  ${lack} ${names.length}`),
    "",
    style("bold", "outside the scope of the rules"),
    ...outside.flatMap(({ what, why }) => [
      ...wrapped(`  ${what}.`, Math.max(columns, narrowest)),
      ...wrapped(why, Math.max(columns, narrowest) - 4).map((line) => style("dim", `    ${line}`)),
    ]),
  ].join("\n");
}

/** Cells of several lines as rows of one line. */
function beside(cells: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ""));
}

/** Lines of whole words; a word that is longer than a line has one of its own. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

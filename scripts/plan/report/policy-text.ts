import { table } from "../../table.ts";
import type { ExemptionReport, FindingReport, Report } from "./report.ts";
import type { Style } from "./style.ts";

/** The pack's report as lines: lowered rules, findings by rule, resources checked as recorded. @param columns of the output */
export function policyLines({ policies }: Report, style: Style, columns: number): string[] {
  const { pack, rules, violations, findings, exemptions, lowered, recorded } = policies;
  const notes = findings.length - violations;
  const sum = `${rules} rules, ${violations} ${violations === 1 ? "violation" : "violations"}, ${notes} ${notes === 1 ? "note" : "notes"}`;
  const byRule = Map.groupBy(findings, ({ rule, violation }) => `${violation} ${rule}`);
  return [
    `${style("bold", "Policies")}  ${pack.name} ${pack.version}: ${style(violations === 0 ? "green" : "red", sum)}; ${openExemptions(exemptions)}`,
    ...lowered.map(({ rule, level, usual, file }) =>
      style(
        "yellow",
        `  ${level === "disabled" ? "disabled" : `${level}, not ${usual}`} ${rule}  by ${file}`,
      ),
    ),
    ...[...byRule.values()].flatMap((group) => findingLines(group, style, columns)),
    ...recorded.map(({ from, count }) =>
      style(
        "dim",
        `  ${count} resources that ${from} creates were checked as recorded; no provider was called`,
      ),
    ),
  ];
}

function openExemptions({ open, nextEnd }: ExemptionReport): string {
  if (nextEnd === undefined) return "no exemptions";
  return open === 1 ? `1 exemption, until ${nextEnd}` : `${open} exemptions, the next ends ${nextEnd}`;
}

/** As many findings of one rule as are read one by one. */
const shownFindings = 5;

/** The findings of one rule: each with its place and its key, and once what all of them share. */
function findingLines(group: readonly FindingReport[], style: Style, columns: number): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { rule, severity, title, why, violation } = first;
  const head = violation ? style("red", `${severity} ${rule}`) : style("yellow", `note ${rule}`);
  const more = group.length - shownFindings;
  const shared = (["allowed", "fix"] as const).filter((part) =>
    group.every((one) => one[part] === first[part]),
  );
  const rows = [
    ["rule", title],
    ...group.slice(0, shownFindings).flatMap((one) => findingRows(one, style, shared)),
    ...(more > 0 ? [["", `and ${more} more, which --json lists`]] : []),
    ...shared.map((part) => [part, first[part]]),
    ["why", why],
  ].flatMap(([label = "", text]) => (text === undefined || text === "" ? [] : [[style("dim", label), text]]));
  return [
    `  ${head}${group.length > 1 ? `  ${group.length} findings` : ""}`,
    ...table(rows, [], columns - 2).map((line) => `  ${line}`),
  ];
}

function findingRows(one: FindingReport, style: Style, shared: readonly string[]) {
  const { where, found, value, key, allowed, fix, id } = one;
  const text = value === undefined ? found : `${found}: ${value}`;
  return [
    ["found", where === undefined ? text : `${style("bold", where)}: ${text}`],
    ["edit", key],
    ["id", id],
    ...(shared.includes("allowed") ? [] : [["allowed", allowed]]),
    ...(shared.includes("fix") ? [] : [["fix", fix]]),
  ];
}

import type { Rule } from "../../policies/framework/rule.ts";
import type { Setting } from "../../policies/framework/settings.ts";

/** Entries of a list that are shown; the rule's file has the others. */
const shownEntries = 3;

/** Something that no rule checks. */
export interface Outside {
  readonly what: string;
  readonly why: string;
}

/** The catalogue as policies/README.md: a table for each area, and one of the settings. */
export function readme(
  areas: Readonly<Record<string, readonly Rule[]>>,
  unexercised: Readonly<Record<string, readonly string[]>>,
  outside: readonly Outside[],
): string {
  const waiting = new Set(Object.values(unexercised).flat());
  const shown = Object.entries(areas).filter(([, rules]) => rules.length > 0);
  return `# Policies

The rules that every change of a stack is checked against before it is deployed. Generated from the rules by \`npm run policies -- --write\`; \`npm run policies\` shows why each exists and how to fix a finding.

A mandatory finding fails the preview, an advisory one is a note. Each message ends with the finding's id, \`rule[resource name#path]\`; an entry in [exemptions.ts](exemptions.ts) exempts one finding until a date, and is refused once it matches no finding.

${shown.map(([area, rules]) => `[${area}](#${area}) ${rules.length}`).join(" · ")}

${shown.map(([area, rules]) => section(area, rules, waiting)).join("\n\n")}

## Not exercised yet

Rules marked ○ have nothing to check in any shipped environment: no mutation of one makes them report. Fixtures cover them.

${Object.entries(unexercised)
  .map(([lack, names]) => `- ${plain(lack)} ${names.map((name) => `[${name}](#${name})`).join(", ")}`)
  .join("\n")}

## Outside

What no rule checks, and what covers it instead.

${outside.map(({ what, why }) => `- **${plain(what)}.** ${linked(why)}`).join("\n")}

## Settings

A file given with \`--policy-pack-config\` changes them, as \`{ "gpu-pool-capped": { "maxGpus": 32 } }\`, or a rule's level, as \`{ "slot-release-evaluated": "advisory" }\`. Each environment has one, \`config/<environment>.json\`, which \`npm start\` reads as well. A list adds to the default; \`{ "only": [...] }\` in its place replaces it.

Resources that serve no model declare it once, for all rules: pods by the label \`gantry.dev/purpose: application\` on their template, AWS resources by a tag of the same name. Node agents, such as DaemonSets that read logs, carry \`gantry.dev/purpose: node-agent\`. [declared-purpose-holds](#declared-purpose-holds) refuses a declaration that isn't true.

${table(
  ["Rule", "Setting", "What it is", "Allowed", "Default"],
  Object.values(areas)
    .flat()
    .flatMap(({ name, config = {} }) =>
      Object.entries(config).map(([setting, schema]) => [
        `[${name}](#${name})`,
        `\`${setting}\``,
        plain(schema.description),
        allowed(schema),
        defaultOf(schema),
      ]),
    ),
)}
`;
}

function section(area: string, rules: readonly Rule[], waiting: ReadonlySet<string>): string {
  const rows = rules.map((rule) => [
    `<a id="${rule.name}"></a>[${rule.name}](rules/${area}/${rule.name}.ts)${waiting.has(rule.name) ? " ○" : ""}`,
    plain(rule.title),
    `${rule.level === undefined ? "" : `${rule.level}, `}${rule.severity}`,
    "none" in rule.relatedChecks ? "" : plain(rule.relatedChecks.join(", ")),
  ]);
  return `## ${area}\n\n${table(["Rule", "What holds", "Severity", "Ids in other tools"], rows)}`;
}

/** Text in which commands are set as code. */
function linked(text: string): string {
  return plain(text).replaceAll(/npm run [a-z-]+/g, "`$&`");
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text
    .replaceAll("<", "&lt;")
    .replaceAll("*", "\\*")
    .replaceAll(/\b_|_\b/g, "\\_");
}

function allowed(setting: Setting): string {
  switch (setting.type) {
    case "boolean":
      return "true, false";
    case "integer":
      return `${setting.minimum} to ${setting.maximum}`;
    case "string":
      return `\`${setting.pattern.replaceAll("\\", "\\\\")}\``;
    case "array":
      return "strings";
  }
}

function defaultOf(setting: Setting): string {
  const entries = [setting.default].flat().map(String);
  const more = entries.length - shownEntries;
  const shown = more > 1 ? [...entries.slice(0, shownEntries), `and ${more} more`] : entries;
  return plain(shown.join("<br>")).replaceAll("&lt;br>", "<br>") || "none";
}

/** A Markdown table with its columns aligned, as the formatter wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [first = [], ...rest] = lines.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)),
  );
  return [first, widths.map((width) => "-".repeat(width)), ...rest]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

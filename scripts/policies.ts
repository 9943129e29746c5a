import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Rule } from "../policies/lib/rule.ts";
import type { Setting } from "../policies/lib/settings.ts";
import { rules } from "../policies/rules/index.ts";

const usage = `npm run policies [-- --write | --check]

Prints what the policy pack demands, from the rules' own words.

  --write  puts it into policies/README.md
  --check  ends with 1 when policies/README.md says something else`;

const readme = fileURLToPath(new URL("../policies/README.md", import.meta.url));
process.exitCode = main();

function main(): number {
  try {
    const { values } = parseArgs({ options: { write: { type: "boolean" }, check: { type: "boolean" } } });
    const text = catalogue(rules);
    if (values.write) writeFileSync(readme, text);
    else if (values.check) {
      if (existsSync(readme) && readFileSync(readme, "utf8") === text) return 0;
      console.error("policies/README.md is stale: npm run policies -- --write");
      return 1;
    } else console.log(text);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 1;
  }
}

function catalogue(all: readonly Rule[]): string {
  const settings = all.flatMap(({ name, config }) =>
    Object.entries(config).map(([setting, schema]) => ({ name, setting, schema })),
  );
  return `# Policies

What every change of a stack is held to before it is deployed. Generated from the rules: \`npm run policies -- --write\`.

A mandatory finding fails the preview. Each message ends with the finding's id, \`rule[resource name#path]\`; an entry in [exemptions.ts](exemptions.ts) lets one finding pass until a date.

## Rules

${table(
  ["Rule", "Level", "Severity", "Why", "Fix", "Ids in other tools"],
  all.map((rule) => [
    `<a id="${rule.name}"></a>\`${rule.name}\`<br>${plain(rule.title)}`,
    rule.level,
    rule.severity,
    plain(rule.why),
    plain(rule.fix),
    plain("none" in rule.anchors ? `none: ${rule.anchors.none}` : rule.anchors.join(", ")),
  ]),
)}

## Settings

A file given with \`--policy-pack-config\` changes them, as \`{ "gpu-pool-capped": { "maxGpus": 32 } }\`, or a rule's level, as \`{ "slot-release-evaluated": "advisory" }\`. Each environment has one, \`config/<environment>.json\`, which \`npm start\` reads as well.

${table(
  ["Rule", "Setting", "What it is", "Allowed", "Default"],
  settings.map(({ name, setting, schema }) => [
    `\`${name}\``,
    `\`${setting}\``,
    plain(schema.description),
    allowed(schema),
    [schema.default].flat().join("<br>") || "none",
  ]),
)}
`;
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("*", "\\*").replaceAll("_", "\\_");
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
      return `texts, at least ${setting.minItems}`;
  }
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

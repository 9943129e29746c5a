import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { suggestion } from "../components/shared/problems.ts";
import { type Base, checkout, findBase } from "./diff/base.ts";
import { diffMarkdown } from "./diff/markdown.ts";
import { type BaseFolder, compareAll, type EnvironmentDiff, environmentsOf } from "./diff/plans.ts";
import { diffText } from "./diff/text.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { environments } from "./plan/environment.ts";
import { showProgress } from "./plan/progress.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const usage = `npm run diff [-- <environment> …] [--base <git ref>] [--json] [--markdown]

Compares the plan of a commit with that of the working tree, without a cloud account: what is created, changed, replaced
and deleted, the blast radius, traffic, cost, memory, policies, and what reverting the change wouldn't undo.
Exits with 0 when every environment can be planned and nothing is violated, with 1 otherwise.

  <environment>  any of: ${environments(root).join(", ")}  (all)
  --base         the commit to compare with  (the merge base with origin's default branch or main)
  --json         as JSON, for machines: npm run --silent diff -- --json
  --markdown     as a comment for a pull request`;

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { chosen, base: ref, json, markdown } = readArguments();
  const base = findBase(root, ref);
  const progress = showProgress("planning base and head", process.stderr);
  const copy = await checkout(root, base).catch((error: Error) => ({ problem: error.message }));
  try {
    const known = environmentsOf(copy, root);
    const stranger = chosen.find((environment) => !known.includes(environment));
    if (stranger !== undefined) throw new Error(`no environment ${stranger}${suggestion(stranger, known)}`);
    const outcomes = await compareAll({
      base: copy,
      head: root,
      changed: base.changed,
      environments: chosen.length === 0 ? known : [...new Set(chosen)],
      onResource: progress.count,
    });
    progress.end();
    const heading = headingOf(base, copy);
    if (json) print(JSON.stringify({ base, notes: heading, environments: outcomes }, null, 2));
    else if (markdown) print(diffMarkdown(heading, outcomes));
    else print(diffText(heading, outcomes, Math.min(process.stdout.columns ?? 80, 120)));
    return outcomes.every(isFine) ? 0 : 1;
  } finally {
    progress.end();
    if (Symbol.dispose in copy) copy[Symbol.dispose]();
  }
}

function headingOf(
  { name, commit, uncommitted }: Base,
  copy: BaseFolder & { readonly note?: string },
): string[] {
  const files = uncommitted.length === 1 ? "1 file isn't" : `${uncommitted.length} files aren't`;
  return [
    `base: ${name} (${commit.slice(0, 12)}); head: the working tree${
      uncommitted.length === 0 ? "" : `, of which ${files} committed`
    }`,
    ...[copy.note ?? []].flat(),
  ];
}

function isFine(outcome: EnvironmentDiff): boolean {
  if ("problem" in outcome) return false;
  return "isGone" in outcome || outcome.comparison.policies.violations === 0;
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      base: { type: "string" },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
    },
  });
  if (values.json && values.markdown) throw new Error(`either --json or --markdown, not both\n\n${usage}`);
  return { chosen: positionals, ...values };
}

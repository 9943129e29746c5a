import { fileURLToPath } from "node:url";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { loadConfig } from "./plan/report/report.ts";
import { askOnTerminal } from "./question.ts";
import type { LeftBehind } from "./recover/left-behind.ts";
import { Pulumi } from "./recover/pulumi.ts";
import { findLeftBehind, type Recovery, recover } from "./recover/recover.ts";
import { taggedResources } from "./recover/tagged.ts";
import { table } from "./table.ts";

const usage = `npm run recover -- <environment> [--yes] [--json]

Recovers from an interrupted update: finds resources that exist in AWS or the cluster and not in the stack's state, and
asks for each whether to import or delete it. Run it before the next pulumi up, which would create them again. Exits with
0 when nothing is left to do, with 1 otherwise.

  --yes   don't ask
  --json  for machines; without --yes it only lists`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { environment, values } = readCommand(usage, ["environment"], {
    yes: booleanOption,
    json: booleanOption,
  });
  loadConfig(root, environment);
  const say = (line: string) => (values.json ? console.error(line) : console.log(line));
  const recovery: Recovery = {
    pulumi: new Pulumi(root, environment),
    tagged: taggedResources,
    approve: async (left) => values.yes || (await asked(left)),
    say,
  };
  const found = await findLeftBehind(recovery);
  const mayAsk = values.yes || (process.stdin.isTTY && !values.json);
  if (!values.json) report(environment, found);
  const left = found.length > 0 && mayAsk ? await recover(recovery, found) : found;
  if (values.json) console.log(JSON.stringify({ environment, found, left }, undefined, 2));
  else if (found.length > 0) conclude(environment, left, mayAsk);
  return left.length === 0 ? 0 : 1;
}

function report(environment: string, found: readonly LeftBehind[]) {
  if (found.length === 0) {
    console.log(`${environment}: nothing was left behind`);
    return;
  }
  const rows = found.map(({ action, type, name, id, because }) => [
    action,
    type.slice(type.lastIndexOf(":") + 1),
    name,
    id ?? "",
    because,
  ]);
  console.log(table([["action", "type", "name", "id", "reason"], ...rows]).join("\n"));
}

function conclude(environment: string, left: readonly LeftBehind[], asked: boolean) {
  if (left.length === 0) {
    console.log(`${environment}: the state and the cloud agree again; continue with pulumi up`);
    return;
  }
  if (!asked) console.log("nothing was changed; run it from a terminal, or with --yes");
  else console.log(`${left.length} are left: ${left.map(({ name }) => name).join(", ")}`);
}

async function asked({ action, type, name, id, because }: LeftBehind): Promise<boolean> {
  const subject = [type.slice(type.lastIndexOf(":") + 1), name, id && `(${id})`].filter(Boolean).join(" ");
  const answer = await askOnTerminal(`${action} ${subject}: ${because}. Yes? [y/N] `, process.stdout);
  return /^y(es)?$/i.test(answer);
}

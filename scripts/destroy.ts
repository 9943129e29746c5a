import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { environmentTags } from "../stacks/environment-names.ts";
import { heldByFile, heldByState } from "./destroy/guards.ts";
import { awsAfterlife, remains, taggedRoles } from "./destroy/sweep.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { askOnTerminal } from "./question.ts";
import { Pulumi } from "./recover/pulumi.ts";
import { taggedResources } from "./recover/tagged.ts";
import { table } from "./table.ts";
import { runPulumi } from "./traffic/pulumi-cli.ts";

const usage = `npm run destroy -- <environment> [--confirm <environment>] [--sweep]

Takes an environment down, and looks afterwards under its tags whether anything is left. Refuses while gantry:protect is
true in the stack's file, while anything in the state is still protected, and while an interrupted operation isn't
settled. Asks for the environment's name. Exits with 0 when nothing is left, with 1 when something is, with 2 when it
couldn't do its work.

  --confirm  the environment's name, where there is no terminal to type it
  --sweep    destroy nothing, only look what is left`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { confirm: { type: "string" }, sweep: { type: "boolean", default: false } },
  });
  const [environment, ...more] = positionals;
  if (environment === undefined || more.length > 0) throw new Error(usage);
  const config = loadConfig(root, environment);
  if (!values.sweep) {
    const obstacle =
      heldByFile(config) ?? heldByState(environment, await new Pulumi(root, environment).export());
    if (obstacle !== undefined) throw new Error(obstacle);
    const name = values.confirm ?? (await typed(environment));
    if (name !== environment) throw new Error(`"${name}" isn't ${environment}: nothing was deleted`);
    console.error(
      `destroying ${environment}: half an hour, most of it EKS; Ctrl-C lets the operation under way end`,
    );
    // With its own preview, which is what finds a protected resource before anything is deleted.
    await runPulumi({ root, environment, args: ["destroy", "--yes", "--color", "never"], writes: true });
  }
  const tags = environmentTags(environment);
  const { region } = config.account;
  const tagged = [...(await taggedResources(region, tags)), ...(await taggedRoles(tags))];
  const found = await remains(tagged, awsAfterlife(region));
  const left = found.filter(({ expected }) => expected === undefined);
  const rows = found.map(({ arn, expected = "left behind: delete it" }) => [arn, expected]);
  print(
    [
      left.length === 0
        ? `${environment}: nothing is left in ${region} that costs anything`
        : `${environment}: ${left.length} are left in ${region}`,
      ...table(rows, [], process.stdout.columns),
      ...(left.length === 0
        ? [`pulumi stack rm ${environment} removes its history and settings`]
        : [`AWS's list may be minutes old: npm run destroy -- ${environment} --sweep looks again`]),
    ].join("\n"),
  );
  return left.length === 0 ? 0 : 1;
}

async function typed(environment: string): Promise<string> {
  if (!process.stdin.isTTY) return "";
  return askOnTerminal(`this deletes ${environment} and what it holds; type its name: `, process.stderr);
}

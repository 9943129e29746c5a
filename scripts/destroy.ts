import { fileURLToPath } from "node:url";
import { booleanOption, readCommand } from "./arguments.ts";
import { heldByFile, heldByState } from "./destroy/guards.ts";
import { resourcesLeft } from "./destroy/left-under-tags.ts";
import { showDeletions } from "./destroy/progress.ts";
import { sweepReport } from "./destroy/report.ts";
import { awsAfterlife, remains } from "./destroy/sweep.ts";
import { exitWith, interruptedCode } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { askOnTerminal } from "./question.ts";
import { Pulumi } from "./recover/pulumi.ts";
import { runPulumi, UpdateCancelledError } from "./traffic/pulumi-cli.ts";

const usage = `npm run destroy -- <environment> [--confirm <environment>] [--sweep]

Destroys an environment, then checks by its tags that nothing is left. Refuses while gantry:protect is true in the
stack's file, while any resource in the state is still protected, and while an interrupted operation isn't resolved.
Prompts for the environment's name. Exits with 0 when nothing is left, with 1 when something is, with 2 when it failed,
with 130 when Ctrl-C stopped it.

  --confirm  the environment's name, for runs without a terminal
  --sweep    destroy nothing, only list what is left`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const options = { confirm: { type: "string" }, sweep: booleanOption } as const;
  const { environment, values } = readCommand(usage, ["environment"], options);
  const config = loadConfig(root, environment);
  if (!values.sweep) {
    const held = heldByFile(config);
    if (held !== undefined) throw new Error(held);
    const state = await new Pulumi(root, environment).export();
    const heldStill = heldByState(environment, state);
    if (heldStill !== undefined) throw new Error(heldStill);
    const name = values.confirm ?? (await typed(environment));
    if (name !== environment) throw new Error(`"${name}" isn't ${environment}: nothing was deleted`);
    console.error(
      `destroying ${environment}: about half an hour, most of it for EKS; Ctrl-C stops it after the deletions in progress`,
    );
    if (!(await deleted(environment, state.deployment.resources?.length ?? 0))) return interruptedCode;
  }
  const { region } = config.account;
  const found = await remains(await resourcesLeft(environment, region), awsAfterlife(region));
  print(sweepReport(environment, region, found));
  return found.every(({ expected }) => expected !== undefined) ? 0 : 1;
}

/** Whether it came to its end. Minutes long, so the first signal cancels it, which Pulumi does between two deletions. */
async function deleted(environment: string, total: number): Promise<boolean> {
  const { onOutput, end } = showDeletions(total, process.stderr);
  try {
    // With its own preview, which is what finds a protected resource before anything is deleted.
    await runPulumi({ root, environment, args: ["destroy", "--yes", "--color", "never"], onOutput });
  } catch (error) {
    if (!(error instanceof UpdateCancelledError)) throw error;
  } finally {
    end();
  }
  // A destroy that was cancelled between two deletions ends with 0, too.
  const { deployment } = await new Pulumi(root, environment).export();
  if ((deployment.resources ?? []).length === 0) return true;
  console.error(
    "stopped: deleted resources stay deleted, and the same command continues; if it reports unfinished operations, run npm run recover first",
  );
  return false;
}

async function typed(environment: string): Promise<string> {
  if (!process.stdin.isTTY) return "";
  return askOnTerminal(`this deletes ${environment} and everything in it; type its name: `, process.stderr);
}

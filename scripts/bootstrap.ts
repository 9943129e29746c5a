import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundaryName } from "../stacks/bootstrap/boundary.ts";
import { booleanOption, readCommand } from "./arguments.ts";
import { BootstrapBackend, StateFolder } from "./bootstrap/backend.ts";
import { bootstrapSettings } from "./bootstrap/settings-of.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { askOnTerminal } from "./question.ts";
import { withFile } from "./temporary-file.ts";

const usage = `npm run bootstrap -- <environment> --repository <owner/name> [options]

Creates what an account needs before its first environment: the bucket for Pulumi's state, and the roles that the
workflows of one GitHub repository assume. Keeps its own state in a local folder until the bucket exists, then moves it
there. Run it again after an interruption, or to add an environment: existing resources stay as they are.

  <environment>        its file names the account and the region; every environment in both gets a role
  --bucket             the state bucket (gantry-state-<account>-<region>)
  --branch             the branch that the nightly drift runs on (main)
  --existing-provider  the account has an OpenID Connect provider for GitHub already
  --yes                don't ask`;

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "stacks/bootstrap");

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { environment, values } = readCommand(usage, ["environment"], {
    repository: { type: "string" },
    bucket: { type: "string" },
    branch: { type: "string", default: "main" },
    "existing-provider": booleanOption,
    yes: booleanOption,
  });
  const { repository, bucket, branch } = values;
  if (repository === undefined) throw new Error(usage);
  const settings = bootstrapSettings(root, environment, {
    ...{ repository, bucket, branch },
    existingProvider: values["existing-provider"],
  });
  const names = Object.keys(settings.environments);
  const question = `account ${settings.account}: bucket ${settings.bucket}, roles for ${names.join(", ")} of ${repository}; create them? [y/N] `;
  if (!values.yes && !(process.stdin.isTTY && (await askOnTerminal(question, process.stderr)) === "y"))
    throw new Error("nothing was created; answer y, or pass --yes");

  // Nothing in this stack is secret.
  process.env.PULUMI_CONFIG_PASSPHRASE ??= "";
  const state = `s3://${settings.bucket}?region=${settings.region}`;
  const config = { "gantry-bootstrap:settings": settings };
  await withFile("Pulumi.yaml", JSON.stringify({ config }), (file) =>
    makeAndMove(settings.account, state, ["--config-file", file]),
  );
  const role = (suffix: string) =>
    `  AWS_ROLE_ARN       arn:aws:iam::${settings.account}:role/gantry-ci-${suffix}`;
  print(
    [
      `the state of this account is in ${settings.bucket}; in GitHub, ${repository}, Settings, Variables:`,
      `for the repository`,
      role("preview"),
      `  AWS_REGION         ${settings.region}`,
      `  PULUMI_BACKEND_URL ${state}`,
      ...names.flatMap((name) => [`for the environment ${name}`, role(`deploy-${name}`)]),
      `on this machine: pulumi login '${state}'`,
      ...names.flatMap((name) => [
        `  pulumi stack init ${name} --secrets-provider 'awskms://alias/gantry-state?region=${settings.region}'`,
        `  pulumi config set --stack ${name} gantry:permissionsBoundary ${boundaryName(name)}`,
      ]),
    ].join("\n"),
  );
  return 0;
}

/** Each step finds out first whether an earlier run has done it. */
async function makeAndMove(account: string, state: string, options: readonly string[]) {
  const local = new StateFolder(join(root, ".gantry"), account);
  const inBucket = new BootstrapBackend(state, program, account);
  const inFolder = new BootstrapBackend(local.url, program, account);
  const moved = local.exists ? undefined : await inBucket.state();
  if (moved?.deployment.resources !== undefined) {
    console.error("updating the account to this version");
    await inBucket.up(options);
    return;
  }
  local.make();
  if ((await inFolder.state()) === undefined) await inFolder.create();
  console.error(`creating the bucket and the roles; until it is moved, the state is in ${local.url}`);
  await inFolder.up(options);
  console.error("moving the state into the bucket");
  const made = await inFolder.state();
  if (made === undefined) throw new Error(`no state in ${local.url}`);
  if ((await inBucket.state()) === undefined) await inBucket.create();
  await inBucket.adopt(made);
  const count = (one: typeof made | undefined) => one?.deployment.resources?.length ?? 0;
  if (count(await inBucket.state()) !== count(made))
    throw new Error(`the state in the bucket is less complete than ${local.url}: run the command again`);
  local.remove();
}

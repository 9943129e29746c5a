import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { withSetting } from "./rotate/setting.ts";
import { rotationStep } from "./rotate/steps.ts";
import { putProviderValue } from "./secrets/provider-value.ts";
import { secretsOf } from "./secrets/secrets-manager.ts";
import { replaceFile } from "./traffic/stack-file.ts";

const usage = `npm run rotate -- <environment> <secret> [--finish]

Rotates a secret, one step per run: edits the stack's file or stores a value, and prints what to do next. It keeps no
state: the next step follows from the file and Secrets Manager, so that it can be interrupted and run again at any time.
No value is shown.

  tenants/<tenant>  a tenant's keys: two are valid until --finish
  models/<model>    the key of a model's engines: each slot takes one, the gateway sends both
  redis             the password of the environment's own cache: two are valid until --finish
  <provider>        the key of openai and others: the new one comes from standard input
  gateway-master-key, gateway-metrics-key, grafana-admin

  --finish          every client has the new value: revokes the previous one`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(rotate, { usage });

async function rotate(): Promise<number> {
  const { environment, secret, values } = readCommand(usage, ["environment", "secret"], {
    finish: booleanOption,
  });
  const config = loadConfig(root, environment);
  const exists = (name: string) => secretsOf(config).hasValue(name);
  const step = await rotationStep(config, { secret, finish: values.finish, exists });
  const done: string[] = [];
  if (step.put !== undefined) done.push(await putProviderValue(config, step.put));
  if (step.edit !== undefined) {
    const { path, value } = step.edit;
    const file = `Pulumi.${environment}.yaml`;
    const [first = "", ...rest] = path;
    const text = withSetting(
      readFileSync(join(root, file), "utf8"),
      ["config", `gantry:${first}`, ...rest],
      value,
    );
    replaceFile(join(root, file), text);
    done.push(`${file}: ${path.join(".")} is ${JSON.stringify(value)}`);
  }
  print([...done, ...step.after.map((line, index) => `${index + 1}. ${line}`)].join("\n"));
  return 0;
}

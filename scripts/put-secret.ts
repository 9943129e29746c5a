import { fileURLToPath } from "node:url";
import { readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { putProviderValue } from "./secrets/provider-value.ts";

const usage = `npm run put-secret -- <environment> <provider>

Puts the key of a provider of hosted models, the model hub's token (huggingface), the password of an existing cache
(redis), a Slack webhook's URL (slack), a PagerDuty integration's key (pagerduty) or the secret of Grafana's client
(grafana) into Secrets Manager. The value is read from standard input and stored nowhere else: not in the configuration,
not in Pulumi's state, not in a log.

  pbpaste | npm run put-secret -- dev openai`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(putSecret, { usage });

async function putSecret(): Promise<number> {
  const { environment, provider } = readCommand(usage, ["environment", "provider"], {});
  print(await putProviderValue(loadConfig(root, environment), provider));
  return 0;
}

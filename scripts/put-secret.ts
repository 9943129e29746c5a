import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { suggestion } from "../components/shared/problems.ts";
import { existingCache, modelHub, secretProviders } from "../stacks/secret-providers.ts";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";

const usage = `npm run put-secret -- <environment> <provider>

Puts the key of a provider of hosted models, the model hub's token (huggingface) or the password of an existing
cache (redis) into Secrets Manager. The value comes from standard input and goes nowhere else: not to the configuration, not to Pulumi's state, not to a log.

  pbpaste | npm run put-secret -- dev openai`;

/** Why an environment has no place for a value that isn't a provider's. */
const missing: Readonly<Record<string, string>> = {
  [modelHub]: "doesn't set modelStore.hubToken to true",
  [existingCache]: "has no cache.existing: the password of a cache of its own is generated",
  bedrock: "needs no key of Bedrock: the gateway's role invokes its models",
};

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(putSecret, { usage });

async function putSecret(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const [environment, provider, ...more] = positionals;
  if (environment === undefined || provider === undefined || more.length > 0) throw new Error(usage);
  const config = loadConfig(root, environment);
  const { account } = config;
  const providers = secretProviders(config);
  if (!providers.includes(provider)) {
    const way = Object.hasOwn(missing, provider) ? missing[provider] : `has no hosted model of "${provider}"`;
    throw new Error(`Pulumi.${environment}.yaml ${way}${suggestion(provider, providers)}`);
  }
  const name = `gantry/${environment}/providers/${provider}`;
  const client = new SecretsManagerClient({ region: account.region });

  await checkContainer(client, name, account.id);
  const value = (await readValue(`value of ${name}, not shown: `)).trim();
  if (value === "" || /\s/.test(value)) {
    throw new Error(
      "a provider's key is one word: the value on standard input is empty or holds white space",
    );
  }
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
  print(`${name} has a new value (version ${VersionId}); pods see it within 5 minutes`);
  return 0;
}

/** The container is made by the program, in the account that the configuration names. */
async function checkContainer(client: SecretsManagerClient, name: string, accountId: string) {
  const found = await client.send(new DescribeSecretCommand({ SecretId: name })).catch((error: Error) => {
    if (error.name !== "ResourceNotFoundException") throw error;
    throw new Error(`secret ${name} doesn't exist in this account and region: run pulumi up first`);
  });
  const owner = found.ARN?.split(":")[4];
  if (owner !== accountId) {
    throw new Error(
      `these credentials are of account ${owner}, the environment is in ${accountId}: nothing was changed`,
    );
  }
}

/** All of standard input; from a terminal one line, which isn't echoed. */
async function readValue(prompt: string): Promise<string> {
  const { stdin: input, stderr } = process;
  if (!input.isTTY) return text(input);
  stderr.write(prompt);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: silence, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    stderr.write("\n");
  }
}

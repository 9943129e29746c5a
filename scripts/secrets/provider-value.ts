import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import {
  existingCache,
  grafanaClient,
  modelHub,
  pagerDuty,
  secretProviders,
  slack,
} from "../../stacks/secret-providers.ts";
import { secretsOf } from "./secrets-manager.ts";

/** Why an environment can't store a value that isn't a provider's. */
const missing: Readonly<Record<string, string>> = {
  [modelHub]: "doesn't set modelStore.hubToken to true",
  [existingCache]: "has no cache.existing: the password of a cache of its own is generated",
  [slack]: "doesn't set monitoring.slack",
  [pagerDuty]: "doesn't set monitoring.pagerDuty to true",
  [grafanaClient]: "doesn't set monitoring.signIn",
  bedrock: "needs no key of Bedrock: the gateway's role invokes its models",
};

/**
 * Puts the value on standard input where a provider's key is kept.
 * @returns what was done, without the value
 * @throws Error for the user: a provider that the environment doesn't have, no value, another account
 */
export async function putProviderValue(config: Config, provider: string): Promise<string> {
  const { environment } = config;
  const providers = secretProviders(config);
  if (!providers.includes(provider)) {
    const way = Object.hasOwn(missing, provider) ? missing[provider] : `has no hosted model of "${provider}"`;
    throw new Error(`Pulumi.${environment}.yaml ${way}${suggestion(provider, providers)}`);
  }
  const name = `gantry/${environment}/providers/${provider}`;
  const version = await secretsOf(config).put(name, async () => {
    const value = (await readValue(`value of ${name}, not shown: `)).trim();
    if (value === "" || /\s/.test(value))
      throw new Error(
        "a provider's key is one word: the value on standard input is empty or holds white space",
      );
    return value;
  });
  return `${name} has a new value (version ${version}); pods that start 5 minutes from now have it`;
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

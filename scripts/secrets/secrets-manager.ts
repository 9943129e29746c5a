import { scryptSync } from "node:crypto";
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Config } from "../../stacks/config.ts";
import { unlessAbsent } from "../absent.ts";

/** An environment's secrets. Containers are made by the program; values are never read here. */
export interface SecretsManager {
  /** Whether a secret exists and holds a value. @throws Error where the credentials are of another account */
  hasValue(name: string): Promise<boolean>;
  /**
   * Makes a value the current one, with the one before as AWSPREVIOUS. The same value again changes nothing: it would
   * take the place of the one before, too, when a command that was broken off is repeated.
   * @returns the version's id @throws Error where the container isn't there, or is another account's
   */
  put(name: string, value: () => Promise<string>): Promise<string | undefined>;
}

/** The secrets of the account and the region that a configuration names. */
export function secretsOf({ account }: Config): SecretsManager {
  const client = new SecretsManagerClient({ region: account.region });
  const described = async (name: string) => {
    const found = await unlessAbsent(
      client.send(new DescribeSecretCommand({ SecretId: name })),
      /^ResourceNotFoundException$/,
    );
    const owner = found?.ARN?.split(":")[4];
    if (found !== undefined && owner !== account.id)
      throw new Error(
        `these credentials are of account ${owner}, the environment is in ${account.id}: nothing was changed`,
      );
    return found;
  };
  return {
    hasValue: async (name) => Object.keys((await described(name))?.VersionIdsToStages ?? {}).length > 0,
    put: async (name, value) => {
      const found = await described(name);
      if (found === undefined)
        throw new Error(`secret ${name} doesn't exist in this account and region: run pulumi up first`);
      const SecretString = await value();
      const id = versionOf(name, SecretString);
      const stages = found.VersionIdsToStages?.[id];
      if (stages?.includes("AWSCURRENT")) return id;
      // A version that exists already isn't made current by another put with its id.
      const token = stages === undefined ? { ClientRequestToken: id } : {};
      return (await client.send(new PutSecretValueCommand({ SecretId: name, SecretString, ...token })))
        .VersionId;
    },
  };
}

/** The same ID for the same value, from which the value can't be derived: scrypt makes each guess slow. */
function versionOf(name: string, value: string): string {
  return scryptSync(value, name, 16).toString("hex");
}

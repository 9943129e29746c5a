import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Config } from "../../stacks/config.ts";

/** An environment's secrets. Containers are made by the program; values are never read here. */
export interface SecretsManager {
  /** Whether a secret exists and holds a value. @throws Error where the credentials are of another account */
  hasValue(name: string): Promise<boolean>;
  /** @returns the new version's id @throws Error where the container isn't there, or is another account's */
  put(name: string, value: () => Promise<string>): Promise<string | undefined>;
}

/** The secrets of the account and the region that a configuration names. */
export function secretsOf({ account }: Config): SecretsManager {
  const client = new SecretsManagerClient({ region: account.region });
  const described = async (name: string) => {
    const found = await client.send(new DescribeSecretCommand({ SecretId: name })).catch((error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
      return undefined;
    });
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
      if ((await described(name)) === undefined)
        throw new Error(`secret ${name} doesn't exist in this account and region: run pulumi up first`);
      const put = new PutSecretValueCommand({ SecretId: name, SecretString: await value() });
      return (await client.send(put)).VersionId;
    },
  };
}

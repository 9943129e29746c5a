import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { tenantKey, tenantSigningKey } from "../../components/secrets/secret-names.ts";
import type { Config } from "../../stacks/config.ts";
import { localDataPath } from "../local/local-place.ts";
import type { Caller } from "./expected-peak.ts";

/** Where a load test sends its requests, and how it reads the tenants' keys. */
export interface LoadTarget {
  readonly address: string;
  readonly secret: (name: string) => Promise<string>;
}

/** The data path of `npm run local`. @throws TrafficError where it doesn't run */
export function localTarget(root: string, environment: string): LoadTarget {
  const { control, tell } = localDataPath(root, environment);
  return { address: control.address, secret: (name) => tell<string>({ verb: "secret", name }) };
}

/**
 * The deployed environment: keys come from Secrets Manager with the caller's credentials.
 * @param address in place of the public edge's domain
 * @throws Error where the edge is internal and no address is given
 */
export function deployedTarget({ account, edge }: Config, address: string | undefined): LoadTarget {
  if (address === undefined && edge.internal)
    throw new Error(
      "the edge is internal: run this in the VPC, and name where the gateway answers with --address https://<host>",
    );
  const client = new SecretsManagerClient({ region: account.region });
  return {
    address: address ?? `https://${edge.internal ? "" : edge.domain}`,
    secret: async (name) => {
      const { SecretString, ARN } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      const owner = ARN?.split(":")[4];
      if (owner !== account.id)
        throw new Error(`these credentials are of account ${owner}, the environment is in ${account.id}`);
      return SecretString ?? "";
    },
  };
}

/** A tenant as `streams.py` takes it: who sends, with what, how many of all requests. */
export interface Sender {
  readonly name: string;
  readonly key: string;
  readonly signingKey: string;
  readonly users: number;
  readonly share: number;
}

/** The callers with their keys, which they need to send. */
export function senders(
  environment: string,
  callers: readonly Caller[],
  { secret }: LoadTarget,
): Promise<Sender[]> {
  const all = callers.reduce((sum, { requestsPerMinute }) => sum + requestsPerMinute, 0);
  const read = (subject: string) => secret(`gantry/${environment}/${subject}`);
  return Promise.all(
    callers.map(async ({ tenant, key, users, requestsPerMinute }) => ({
      name: tenant,
      key: await read(tenantKey(tenant, key)),
      signingKey: await read(tenantSigningKey(tenant, key)),
      users,
      share: requestsPerMinute / all,
    })),
  );
}

import type { Config } from "../../stacks/config.ts";

/** What puts an edited stack file into effect. */
export function up(environment: string): string {
  return `pulumi up --stack ${environment}`;
}

/** What lets a deployment's pods read their secrets anew. */
export function restart(namespace: string, what: string): string {
  return `kubectl --namespace ${namespace} rollout restart deployment ${what}: pods read it when they start`;
}

/** What writes a secret into a file that its owner alone can read: a terminal keeps what it shows. */
export function read({ account }: Config, name: string): string {
  return `(umask 077; aws secretsmanager get-secret-value --region ${account.region} --secret-id ${name} --query SecretString --output text > key.txt)`;
}

import type { Config } from "../../stacks/config.ts";

/** The command that deploys an edited stack file. */
export function up(environment: string): string {
  return `pulumi up --stack ${environment}`;
}

/** The command that restarts a Deployment's pods, so that they read their secrets again. */
export function restart(namespace: string, what: string): string {
  return `kubectl --namespace ${namespace} rollout restart deployment ${what}: pods read it when they start`;
}

/** The command that writes a secret to a file that only its owner can read: a terminal keeps its scrollback. */
export function read({ account }: Config, name: string): string {
  return `(umask 077; aws secretsmanager get-secret-value --region ${account.region} --secret-id ${name} --query SecretString --output text > key.txt)`;
}

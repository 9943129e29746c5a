import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { type Account, arn, decryptStatement, policyDocument } from "../shared/account.ts";
import { keyDeletion, secretDeletion } from "../shared/deletion.ts";
import { clusterSecretStore } from "./external-secret.ts";

export interface SecretsArgs {
  /** Prefix of every secret's name, such as `gantry/dev`. */
  readonly prefix: string;
  readonly account: Account;
  /** Providers of hosted models. Each gets a container, whose value is put with `npm run put-secret`. */
  readonly providers: readonly string[];
  /** Namespaces that may read secrets. */
  readonly namespaces: readonly string[];
  /** The External Secrets operator: its role reads exactly these secrets. */
  readonly reader: { readonly roleName: pulumi.Input<string>; readonly release: pulumi.Resource };
  /** How many keys of engines there are, the earlier ones for engines that don't have the last one yet. */
  readonly engineKeyGenerations: number;
  /** Refuse deletion of the key and the secrets. */
  readonly protect: boolean;
}

/** What clients of an engine send; engines and gateway both read it. */
const engineApiKey = "engine-api-key";
const grafanaAdmin = "grafana-admin";

/** The secret with the key of a generation, from 1. */
export function engineKeyName(prefix: string, generation: number): string {
  return `${prefix}/${generation === 1 ? engineApiKey : `${engineApiKey}-${generation}`}`;
}

/** Days after which `npm run put-secret` or a new generation should have replaced a value. */
const rotationDays = 90;

/**
 * Keys and passwords, in Secrets Manager under a key of their own. The program generates what nobody needs to
 * know and holds containers for the rest; values from people never pass through it.
 * Stateful: deleting a secret loses its value after the recovery window, and without `protect` at once.
 */
export class Secrets extends pulumi.ComponentResource {
  /** Secrets with the keys of engines, the first generation first. */
  readonly engineApiKeys: readonly string[];
  readonly grafanaAdmin: string;
  /** Secret of each provider. */
  readonly providerNames: Readonly<Record<string, string>>;
  /** What an ExternalSecret has to wait for. */
  readonly store: pulumi.Resource;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:secrets:Secrets", name, {}, opts);
    this.engineApiKeys = Array.from({ length: args.engineKeyGenerations }, (_, index) =>
      engineKeyName(args.prefix, index + 1),
    );
    this.grafanaAdmin = `${args.prefix}/${grafanaAdmin}`;
    this.providerNames = Object.fromEntries(
      args.providers.map((provider) => [provider, `${args.prefix}/providers/${provider}`]),
    );

    const key = this.createKey(name, args);
    const values = [...this.createGenerated(name, args, key), ...this.createContainers(name, args, key)];
    const grant = this.grantReader(name, args);
    this.store = this.createStore(name, args, [grant, ...values]);
    this.registerOutputs({});
  }

  private createKey(name: string, { prefix, protect }: SecretsArgs): Key {
    const key = new Key(
      name,
      { description: `Secrets of ${prefix}`, enableKeyRotation: true, ...keyDeletion(protect) },
      { parent: this, protect },
    );
    new Alias(name, { name: keyAlias(prefix), targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  private createGenerated(name: string, args: SecretsArgs, key: Key): pulumi.Resource[] {
    return [...this.engineApiKeys, this.grafanaAdmin].map((secretName) => {
      const subject = secretName.slice(args.prefix.length + 1);
      const secret = this.createSecret(`${name}-${subject}`, secretName, args, key);
      const password = new RandomPassword(
        `${name}-${subject}`,
        { length: 40, special: false },
        { parent: this },
      );
      return new SecretVersion(
        `${name}-${subject}`,
        { secretId: secret.id, secretString: password.result },
        { parent: this },
      );
    });
  }

  private createContainers(name: string, args: SecretsArgs, key: Key): pulumi.Resource[] {
    return Object.entries(this.providerNames).map(([provider, secretName]) =>
      this.createSecret(`${name}-provider-${provider}`, secretName, args, key),
    );
  }

  private createSecret(name: string, secretName: string, { protect }: SecretsArgs, key: Key): Secret {
    return new Secret(
      name,
      {
        name: secretName,
        kmsKeyId: key.arn,
        ...secretDeletion(protect),
        tags: { "gantry.dev/rotate-after-days": String(rotationDays) },
      },
      { parent: this, protect },
    );
  }

  private grantReader(name: string, { prefix, account, reader }: SecretsArgs): RolePolicy {
    return new RolePolicy(
      `${name}-reader`,
      {
        role: reader.roleName,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            Resource: arn(account, "secretsmanager", `secret:${prefix}/*`),
          },
          decryptStatement(account, keyAlias(prefix)),
        ]),
      },
      { parent: this },
    );
  }

  /** After the secrets: what is read through it names them, and waits minutes for one that wasn't there. */
  private createStore(
    name: string,
    { account, namespaces, reader }: SecretsArgs,
    waits: readonly pulumi.Resource[],
  ): CustomResource {
    return new CustomResource(`${name}-store`, clusterSecretStore(account.region, namespaces), {
      parent: this,
      dependsOn: [reader.release, ...waits],
    });
  }
}

function keyAlias(prefix: string): string {
  return `alias/${prefix}/secrets`;
}

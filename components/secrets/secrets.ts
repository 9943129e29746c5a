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
import type { GeneratedSecret } from "./secret-names.ts";

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
  readonly generated: readonly GeneratedSecret[];
  /** Refuse deletion of the key and the secrets. */
  readonly protect: boolean;
}

/** Days after which `npm run put-secret` or a new generation should have replaced a value. */
const rotationDays = 90;

/**
 * Keys and passwords, in Secrets Manager under a key of their own. The program generates what no person needs to
 * know and holds containers for the rest; values from people never pass through it.
 * Stateful: deleting a secret loses its value after the recovery window, and without `protect` at once.
 */
export class Secrets extends pulumi.ComponentResource {
  /** Secret of each provider. */
  readonly providerNames: Readonly<Record<string, string>>;
  /** What an ExternalSecret has to wait for. */
  readonly store: pulumi.Resource;
  private readonly prefix: string;
  /** Generated values by subject. */
  private readonly values = new Map<string, pulumi.Output<string>>();

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:secrets:Secrets", name, {}, opts);
    this.prefix = args.prefix;
    this.providerNames = Object.fromEntries(
      args.providers.map((provider) => [provider, this.nameOf(providerSubject(provider))]),
    );

    const key = this.createKey(name, args);
    const values = [...this.createGenerated(name, args, key), ...this.createContainers(name, args, key)];
    const grant = this.grantReader(name, args);
    this.store = this.createStore(name, args, [grant, ...values]);
    this.registerOutputs({});
  }

  /** The name in Secrets Manager. */
  nameOf(subject: string): string {
    return `${this.prefix}/${subject}`;
  }

  /** What was generated, for a service that is set up with it. @throws RangeError for what isn't among them */
  generated(subject: string): pulumi.Output<string> {
    const value = this.values.get(subject);
    if (value === undefined) throw new RangeError(`no value of ${subject} is generated`);
    return value;
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
    return args.generated.map(({ subject, beginsWith = "", revocable = false }) => {
      const resource = `${name}-${subject.replaceAll("/", "-")}`;
      const secret = this.createSecret(resource, subject, { key, protect: args.protect, revocable });
      const password = new RandomPassword(resource, { length: 40, special: false }, { parent: this });
      const value = pulumi.interpolate`${beginsWith}${password.result}`;
      this.values.set(subject, value);
      return new SecretVersion(resource, { secretId: secret.id, secretString: value }, { parent: this });
    });
  }

  private createContainers(name: string, { providers, protect }: SecretsArgs, key: Key): pulumi.Resource[] {
    return providers.map((provider) =>
      this.createSecret(`${name}-provider-${provider}`, providerSubject(provider), {
        key,
        protect,
        revocable: false,
      }),
    );
  }

  private createSecret(
    name: string,
    subject: string,
    {
      key,
      protect,
      revocable,
    }: { readonly key: Key; readonly protect: boolean; readonly revocable: boolean },
  ): Secret {
    const guarded = protect && !revocable;
    return new Secret(
      name,
      {
        name: this.nameOf(subject),
        kmsKeyId: key.arn,
        ...secretDeletion(guarded),
        tags: {
          "gantry.dev/rotate-after-days": String(rotationDays),
          ...(revocable && { "gantry.dev/revoked-by-removal": "true" }),
        },
      },
      { parent: this, protect: guarded },
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

function providerSubject(provider: string): string {
  return `providers/${provider}`;
}

function keyAlias(prefix: string): string {
  return `alias/${prefix}/secrets`;
}

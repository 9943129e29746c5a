import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import { Policy } from "@pulumi/aws/iam/policy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../../components/data/private-bucket.ts";
import {
  type Account,
  decryptStatement,
  iamArn,
  policyDocument,
  type Statement,
} from "../../components/shared/account.ts";
import { keyDeletion } from "../../components/shared/deletion.ts";
import { nameTag } from "../../components/shared/name-tag.ts";
import { boundaryName, boundaryStatements } from "./boundary.ts";
import { deployStatements } from "./deploy-statements.ts";
import { describeStatements, refreshStatements } from "./describe-statements.ts";
import { githubIssuer, githubTrust } from "./github-trust.ts";
import type { BootstrapArgs } from "./settings.ts";
import { stateStatements } from "./state-statements.ts";

/** Days that an overwritten or deleted state can still be brought back. */
const keepOldStatesDays = 90;
/** A deployment may take two hours, which is how long its job runs. */
const sessionSeconds = 2 * 60 * 60;
/** What the names of the roles begin with. */
const ci = "gantry-ci";
const stateKeyAlias = "alias/gantry-state";

/**
 * What an account needs before its first environment: the bucket of Pulumi's state, and roles that the workflows of one
 * repository assume. Stateful: the bucket and its key, protected.
 */
export class Bootstrap extends pulumi.ComponentResource {
  /** ARNs for the workflows' variable AWS_ROLE_ARN: of the repository, and of each GitHub environment. */
  readonly roles: {
    readonly preview: string;
    readonly deploy: Readonly<Record<string, string>>;
  };

  private readonly account: Account;
  private readonly settings: BootstrapArgs;

  constructor(name: string, args: BootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    const { account, region, environments } = args;
    super("gantry:index:Bootstrap", name, {}, { ...opts, transformations: [nameTag] });
    this.account = { id: account, region };
    this.settings = args;

    this.createState();
    const trusted = this.trustGitHub();
    const role = (suffix: string) => iamArn(this.account, `role/${ci}-${suffix}`);
    this.createPreviewRole(trusted);
    for (const environment of Object.keys(environments)) {
      this.createBoundary(environment);
      this.createDeployRole(environment, trusted);
    }
    this.roles = {
      preview: role("preview"),
      deploy: Object.fromEntries(
        Object.keys(environments).map((environment) => [environment, role(`deploy-${environment}`)]),
      ),
    };
    this.registerOutputs({});
  }

  private createState() {
    const { account, settings } = this;
    const key = new Key(
      "gantry-state",
      { description: "State of Gantry's environments", enableKeyRotation: true, ...keyDeletion(true) },
      { parent: this, protect: true },
    );
    new Alias("gantry-state", { name: stateKeyAlias, targetKeyId: key.keyId }, { parent: this });
    new PrivateBucket(
      "gantry-state",
      {
        account,
        bucket: settings.bucket,
        encryption: { kmsKeyArn: key.arn },
        keepOldVersionsDays: keepOldStatesDays,
        protect: true,
      },
      { parent: this },
    );
  }

  /** An account has one provider for GitHub; another project may have made it. */
  private trustGitHub(): pulumi.Resource[] {
    if (this.settings.oidcProvider === "existing") return [];
    const provider = new OpenIdConnectProvider(
      ci,
      { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
      { parent: this },
    );
    return [provider];
  }

  /** For pull requests, and for the nightly drift on the branch. */
  private createPreviewRole(trusted: pulumi.Resource[]) {
    const { account, settings } = this;
    const environments = Object.keys(settings.environments);
    this.createRole(`${ci}-preview`, ["pull_request", `ref:refs/heads/${settings.branch}`], trusted, {
      state: this.withKey(["kms:Decrypt"], {
        account,
        bucket: settings.bucket,
        environments,
        write: false,
      }),
      read: describeStatements(account, environments),
      ...Object.fromEntries(
        environments.map((environment) => [
          environment,
          refreshStatements(Object.values(this.deployStatements(environment)).flat()),
        ]),
      ),
    });
  }

  /** What a deployment can't exceed when it writes the policies of roles. */
  private createBoundary(environment: string) {
    const { buckets = [] } = this.settings.environments[environment] ?? {};
    const boundary = boundaryName(environment);
    new Policy(
      boundary,
      { name: boundary, policy: policyDocument(boundaryStatements(this.account, environment, buckets)) },
      { parent: this },
    );
  }

  private createDeployRole(environment: string, trusted: pulumi.Resource[]) {
    const { account, settings } = this;
    const state = { account, bucket: settings.bucket, environments: [environment], write: true };
    this.createRole(`${ci}-deploy-${environment}`, [`environment:${environment}`], trusted, {
      state: this.withKey(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], state),
      read: describeStatements(account, [environment]),
      ...this.deployStatements(environment),
    });
  }

  private deployStatements(environment: string) {
    const { buckets = [] } = this.settings.environments[environment] ?? {};
    return deployStatements(this.account, environment, buckets);
  }

  private withKey(actions: readonly string[], state: Parameters<typeof stateStatements>[0]): Statement[] {
    const { account } = this;
    return [...stateStatements(state), { ...decryptStatement(account, stateKeyAlias), Action: actions }];
  }

  /** @param policies statements by subject, each a managed policy of its own */
  private createRole(
    role: string,
    subjects: readonly string[],
    trusted: pulumi.Resource[],
    policies: Readonly<Record<string, readonly Statement[]>>,
  ) {
    const { account, settings } = this;
    const made = new Role(
      role,
      {
        name: role,
        assumeRolePolicy: githubTrust(account, settings.repository, subjects),
        maxSessionDuration: sessionSeconds,
      },
      { parent: this, dependsOn: trusted },
    );
    for (const [subject, statements] of Object.entries(policies)) {
      const policy = new Policy(
        `${role}-${subject}`,
        { name: `${role}-${subject}`, policy: policyDocument(statements) },
        { parent: this },
      );
      new RolePolicyAttachment(
        `${role}-${subject}`,
        // By name, so that what is attached is known at preview.
        { role, policyArn: iamArn(account, `policy/${role}-${subject}`) },
        { parent: this, dependsOn: [made, policy] },
      );
    }
  }
}

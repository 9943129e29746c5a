import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Job } from "@pulumi/kubernetes/batch/v1/job.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { PrivateBucket } from "../data/private-bucket.ts";
import { externalSecret } from "../secrets/external-secret.ts";
import { type Account, decryptStatement, type Statement, s3Arn } from "../shared/account.ts";
import { keyDeletion } from "../shared/deletion.ts";
import { denyAll, stagingPolicy } from "./network-policies.ts";
import type { Release } from "./release.ts";
import { hubToken, stagedWeights, stagingJob, stagingSeconds } from "./staging-job.ts";

export interface ModelStoreArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly bucket: string;
  /** Those in use: one that lists its files determines what its commit's Job stages. */
  readonly releases: readonly Release[];
  /** What Jobs wait for: nodes to run on, and the agent that hands out credentials. */
  readonly cluster: readonly pulumi.Resource[];
  /** Secret in Secrets Manager with a token of the hub, and the store it is read through. @default public models only */
  readonly hubToken?: { readonly secret: string; readonly store: pulumi.Resource } | undefined;
  readonly protect: boolean;
}

/** The namespace of the Jobs. */
export const stagingNamespace = "model-staging";

/**
 * The bucket that engines load weights from, and the Jobs that fill it: one for each commit of a model.
 * Stateful: the bucket, though everything in it can be fetched again.
 */
export class ModelStore extends pulumi.ComponentResource {
  readonly bucket: string;
  readonly keyAlias: string;
  private readonly account: Account;
  private readonly releases: readonly Release[];
  private readonly namespace = stagingNamespace;
  private readonly jobs = new Map<string, Job>();
  private readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ModelStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:ModelStore", name, {}, opts);
    this.bucket = args.bucket;
    this.account = args.account;
    this.releases = args.releases;
    this.keyAlias = `alias/${args.controlPlane.clusterName}/models`;

    const bucket = this.createBucket(name, args);
    const namespace = this.createNamespace(name);
    const identity = this.createIdentity(name, args, namespace);
    const script = this.createScript(name, namespace);
    const token = this.createToken(name, args, namespace);

    this.ready = [...args.cluster, bucket, identity, script, ...token];
    this.registerOutputs({});
  }

  /** The Job that brings a release's weights into the bucket. */
  stage({ model }: Release): Job {
    const weights = stagedWeights(model);
    const job = this.jobs.get(weights) ?? this.createJob(model);
    this.jobs.set(weights, job);
    return job;
  }

  private createBucket(name: string, args: ModelStoreArgs): PrivateBucket {
    const key = new Key(
      name,
      {
        description: `Model weights of ${args.controlPlane.clusterName}`,
        enableKeyRotation: true,
        ...keyDeletion(args.protect),
      },
      { parent: this, protect: args.protect },
    );
    new Alias(name, { name: this.keyAlias, targetKeyId: key.keyId }, { parent: this });
    return new PrivateBucket(
      name,
      {
        account: args.account,
        bucket: args.bucket,
        encryption: { kmsKeyArn: key.arn },
        keepOldVersionsDays: 7,
        protect: args.protect,
      },
      { parent: this },
    );
  }

  private createNamespace(name: string): Namespace {
    const namespace = new Namespace(
      name,
      { metadata: { name: this.namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
      { parent: this },
    );
    for (const [policy, spec] of Object.entries({ "deny-all": denyAll, staging: stagingPolicy })) {
      new NetworkPolicy(
        `${name}-${policy}`,
        { metadata: { name: policy, namespace: this.namespace }, spec },
        { parent: this, dependsOn: namespace },
      );
    }
    return namespace;
  }

  private createIdentity(
    name: string,
    { account, controlPlane, bucket }: ModelStoreArgs,
    namespace: Namespace,
  ) {
    return new PodIdentity(
      name,
      {
        controlPlane,
        namespace: this.namespace,
        serviceAccount: "stage-model",
        namespaceReady: namespace,
        statements: [
          {
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            Resource: s3Arn(account, `${bucket}/*`),
          },
          { Effect: "Allow", Action: "s3:ListBucket", Resource: s3Arn(account, bucket) },
          { ...decryptStatement(account, this.keyAlias), Action: ["kms:Decrypt", "kms:GenerateDataKey"] },
        ],
      },
      { parent: this },
    );
  }

  private createScript(name: string, namespace: Namespace): ConfigMap {
    return new ConfigMap(
      name,
      {
        metadata: { name: "stage-model", namespace: this.namespace },
        data: { "stage-model.sh": readFileSync(new URL("stage-model.sh", import.meta.url), "utf8") },
      },
      { parent: this, dependsOn: namespace },
    );
  }

  private createToken(name: string, { hubToken: token }: ModelStoreArgs, namespace: Namespace) {
    if (token === undefined) return [];
    const synced = externalSecret({
      name: hubToken.secret,
      namespace: this.namespace,
      entries: { [hubToken.entry]: { secret: token.secret } },
    });
    const options = { parent: this, dependsOn: [namespace, token.store] };
    return [new CustomResource(`${name}-hub-token`, synced, options)];
  }

  private createJob(model: Release["model"]): Job {
    const { repository, revision, file, weightsGiB } = model;
    const name = stagingName(model);
    const ofCommit = this.releases.filter((release) => stagedWeights(release.model) === stagedWeights(model));
    return new Job(
      name,
      {
        // A Job that failed is made anew by the next update, rather than waited for again.
        metadata: { name, namespace: this.namespace, annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: stagingJob({
          repository,
          revision,
          file,
          files: ofCommit.find((release) => release.model.files !== undefined)?.model.files,
          weightsGiB,
          bucket: this.bucket,
          region: this.account.region,
        }),
      },
      {
        parent: this,
        dependsOn: [...this.ready],
        // The Job's own deadline comes first, so that its reason is what is shown.
        customTimeouts: { create: `${stagingSeconds(model) + 300}s` },
      },
    );
  }
}

/** The statements that let an engine read the store. */
export function readStatements(account: Account, bucket: string, keyAlias: string): Statement[] {
  return [
    { Effect: "Allow", Action: "s3:GetObject", Resource: s3Arn(account, `${bucket}/*`) },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: s3Arn(account, bucket) },
    decryptStatement(account, keyAlias),
  ];
}

/**
 * A Job's name, at most 63 characters. The hash tells apart what only begins alike: a repository's copy under another
 * organization has the same commits, and one of GGUF holds many models.
 */
function stagingName(model: Release["model"]): string {
  const { repository, revision, file } = model;
  const subject = (file ?? repository.split("/")[1] ?? repository)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  const identity = createHash("sha256").update(stagedWeights(model)).digest("hex");
  return `stage-${subject.slice(0, 34).replace(/-$/, "")}-${revision.slice(0, 12)}-${identity.slice(0, 8)}`;
}

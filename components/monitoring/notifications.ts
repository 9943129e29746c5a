import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { type Account, arn, decryptStatement, policyDocument } from "../shared/account.ts";
import { keyDeletion } from "../shared/deletion.ts";

export interface NotificationsArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  /** E-mail addresses. Each has to confirm its subscription once. */
  readonly notify: readonly string[];
  /** The service account that sends: Alertmanager's. */
  readonly sender: { readonly namespace: string; readonly serviceAccount: string };
  readonly protect: boolean;
}

/** From an alert to people: an encrypted topic that only Alertmanager writes to, with an e-mail for each address. */
export class Notifications extends pulumi.ComponentResource {
  /** The topic's ARN, plain. */
  readonly topicArn: string;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:Notifications", name, {}, opts);
    const { clusterName } = args.controlPlane;
    const topicName = `${clusterName}-alerts`;
    this.topicArn = arn(args.account, "sns", topicName);

    this.createSender(name, args);
    const key = this.createKey(name, args);
    const topic = this.createTopic(name, topicName, key);
    this.closeTopic(name, topic);
    this.subscribe(name, args, topic);
    this.registerOutputs({});
  }

  /** Whoever publishes to an encrypted topic needs its key, too. */
  private createSender(name: string, { account, controlPlane, sender }: NotificationsArgs) {
    new PodIdentity(
      name,
      {
        controlPlane,
        ...sender,
        statements: [
          { Effect: "Allow", Action: "sns:Publish", Resource: this.topicArn },
          {
            ...decryptStatement(account, keyAlias(controlPlane.clusterName)),
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          },
        ],
        createServiceAccount: false,
      },
      { parent: this },
    );
  }

  private createKey(name: string, { controlPlane: { clusterName }, protect }: NotificationsArgs): Key {
    const key = new Key(
      name,
      { description: `Alerts of ${clusterName}`, enableKeyRotation: true, ...keyDeletion(protect) },
      { parent: this, protect },
    );
    new Alias(name, { name: keyAlias(clusterName), targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  private createTopic(name: string, topicName: string, key: Key): Topic {
    return new Topic(name, { name: topicName, kmsMasterKeyId: key.arn }, { parent: this });
  }

  /** Without a policy of its own a topic lets the whole account publish; with this one IAM decides. */
  private closeTopic(name: string, topic: Topic) {
    new TopicPolicy(
      name,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sns:Publish",
            Resource: this.topicArn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      { parent: this },
    );
  }

  private subscribe(name: string, { notify }: NotificationsArgs, topic: Topic) {
    for (const endpoint of notify) {
      new TopicSubscription(
        `${name}-${endpoint}`,
        { topic: topic.arn, protocol: "email", endpoint },
        { parent: this },
      );
    }
  }
}

function keyAlias(clusterName: string): string {
  return `alias/${clusterName}/alerts`;
}

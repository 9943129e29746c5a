import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { type Account, accountRoot, arn, decryptStatement, policyDocument } from "../shared/account.ts";
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

/** From an alert to people: an encrypted topic that only Alertmanager and CloudWatch's alarms write to, with an e-mail for each address. */
export class Notifications extends pulumi.ComponentResource {
  /** The topic's ARN, plain. */
  readonly topicArn: string;
  /** ARN and name of the topic of Alertmanager's heartbeat, which has no subscriber: CloudWatch counts its messages. */
  readonly heartbeat: { readonly arn: string; readonly name: string };

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:monitoring:Notifications", name, {}, opts);
    const { clusterName } = args.controlPlane;
    const topicName = `${clusterName}-alerts`;
    this.topicArn = arn(args.account, "sns", topicName);
    const heartbeatName = `${clusterName}-heartbeat`;
    this.heartbeat = { arn: arn(args.account, "sns", heartbeatName), name: heartbeatName };

    this.createSender(name, args);
    const key = this.createKey(name, args);
    const topic = this.createTopic(name, topicName, key);
    this.closeTopic(name, topic, [...tlsOnly(this.topicArn), fromCloudWatch(args.account, this.topicArn)]);
    const heartbeat = this.createTopic(`${name}-heartbeat`, heartbeatName, key);
    this.closeTopic(`${name}-heartbeat`, heartbeat, tlsOnly(this.heartbeat.arn));
    this.subscribe(name, args, topic);
    this.registerOutputs({});
  }

  /** Publishers to an encrypted topic need its key, too. */
  private createSender(name: string, { account, controlPlane, sender }: NotificationsArgs) {
    new PodIdentity(
      name,
      {
        controlPlane,
        ...sender,
        statements: [
          { Effect: "Allow", Action: "sns:Publish", Resource: [this.topicArn, this.heartbeat.arn] },
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

  /** CloudWatch's alarms publish to the topic, too, and need its key. */
  private createKey(
    name: string,
    { account, controlPlane: { clusterName }, protect }: NotificationsArgs,
  ): Key {
    const key = new Key(
      name,
      {
        description: `Alerts of ${clusterName}`,
        enableKeyRotation: true,
        ...keyDeletion(protect),
        policy: policyDocument([
          accountRoot(account),
          { ...byCloudWatch(account), Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: "*" },
        ]),
      },
      { parent: this, protect },
    );
    new Alias(name, { name: keyAlias(clusterName), targetKeyId: key.keyId }, { parent: this });
    return key;
  }

  private createTopic(name: string, topicName: string, key: Key): Topic {
    return new Topic(name, { name: topicName, kmsMasterKeyId: key.arn }, { parent: this });
  }

  /** Without a policy of its own a topic lets the whole account publish; with this one IAM decides. */
  private closeTopic(name: string, topic: Topic, statements: readonly object[]) {
    new TopicPolicy(name, { arn: topic.arn, policy: policyDocument(statements) }, { parent: this });
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

function tlsOnly(topicArn: string): object[] {
  return [
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
}

/** Alarms of this account, and of no other. [AWS SNS developer guide, encryption with CloudWatch alarms as source] */
function byCloudWatch(account: Account): object {
  return {
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceAccount": account.id } },
  };
}

function fromCloudWatch(account: Account, topicArn: string): object {
  return { Sid: "Alarms", ...byCloudWatch(account), Action: "sns:Publish", Resource: topicArn };
}

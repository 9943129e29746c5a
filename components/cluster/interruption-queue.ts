import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type Account, arn, policyDocument } from "../shared/account.ts";

export interface InterruptionQueueArgs {
  readonly account: Account;
  /** The queue's own name. */
  readonly queueName: string;
}

/** The events that AWS sends before it interrupts an instance. */
const events = {
  "spot-interruption": { source: "aws.ec2", "detail-type": "EC2 Spot Instance Interruption Warning" },
  rebalance: { source: "aws.ec2", "detail-type": "EC2 Instance Rebalance Recommendation" },
  "state-change": { source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
  "reservation-end": {
    source: "aws.ec2",
    "detail-type": "EC2 Capacity Reservation Instance Interruption Warning",
  },
  health: { source: "aws.health", "detail-type": "AWS Health Event" },
} as const;

/** An older warning is obsolete: the instance is already interrupted. */
const retentionSeconds = 300;

/** The queue from which Karpenter learns of interruptions, so that it can drain the node first. */
export class InterruptionQueue extends pulumi.ComponentResource {
  constructor(name: string, args: InterruptionQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:InterruptionQueue", name, {}, opts);
    const queue = this.createQueue(name, args);
    this.createRules(name, args, queue);
    this.registerOutputs({});
  }

  private createQueue(name: string, { account, queueName }: InterruptionQueueArgs): Queue {
    const queue = new Queue(
      name,
      { name: queueName, messageRetentionSeconds: retentionSeconds, sqsManagedSseEnabled: true },
      { parent: this },
    );
    const queueArn = arn(account, "sqs", queueName);
    new QueuePolicy(
      name,
      {
        queueUrl: queue.url,
        policy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: { StringEquals: { "aws:SourceAccount": account.id } },
          },
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: queueArn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      { parent: this },
    );
    return queue;
  }

  private createRules(name: string, { queueName }: InterruptionQueueArgs, queue: Queue) {
    for (const [event, pattern] of Object.entries(events)) {
      const rule = new EventRule(
        `${name}-${event}`,
        {
          name: `${queueName}-${event}`,
          eventPattern: JSON.stringify({ source: [pattern.source], "detail-type": [pattern["detail-type"]] }),
        },
        { parent: this },
      );
      new EventTarget(`${name}-${event}`, { rule: rule.name, arn: queue.arn }, { parent: this });
    }
  }
}

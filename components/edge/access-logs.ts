import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../data/private-bucket.ts";
import { type Account, s3Arn } from "../shared/account.ts";

export interface AccessLogsArgs {
  readonly account: Account;
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly protect: boolean;
}

/** Long enough for an incident that is noticed at the end of a quarter. */
const keepDays = 90;

/** The bucket of the public load balancer's access logs: addresses and paths, but no prompts, answers or keys. */
export class AccessLogs extends pulumi.ComponentResource {
  readonly bucket: string;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:edge:AccessLogs", name, {}, opts);
    const { account, owner, protect } = args;
    // Account and region make it unique in all of AWS.
    this.bucket = `${owner}-edge-${account.id}-${account.region}`;
    new PrivateBucket(
      name,
      {
        account,
        bucket: this.bucket,
        // Load balancers can't write under any other key. [ELB, access logs of an ALB]
        encryption: "s3",
        expireAfterDays: keepDays,
        keepOldVersionsDays: 1,
        statements: [
          {
            Effect: "Allow",
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: s3Arn(account, `${this.bucket}/AWSLogs/${account.id}/*`),
          },
        ],
        protect,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

import { WebAcl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation.js";
import { WebAclLoggingConfiguration } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import { EncryptedLogGroup } from "../data/log-group.ts";
import type { Account } from "../shared/account.ts";
import { keyHeader, otherKeyHeaders, type WebAclRates, webAclArgs } from "./web-acl.ts";

export interface FirewallArgs {
  readonly account: Account;
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly rates: WebAclRates;
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Headers with which a tenant's server names its user. */
  readonly userHeaders: readonly string[];
  readonly protect: boolean;
}

/** The web ACL of the public load balancer, and its log of blocked and counted requests, without keys and users. */
export class Firewall extends pulumi.ComponentResource {
  /** The ACL is in front of the load balancer. */
  readonly attached: pulumi.Resource;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:edge:Firewall", name, {}, opts);
    const acl = new WebAcl(name, webAclArgs(args.owner, args.rates), { parent: this });
    this.createLog(name, args, acl);
    this.attached = new WebAclAssociation(
      name,
      { resourceArn: args.loadBalancerArn, webAclArn: acl.arn },
      { parent: this },
    );
    this.registerOutputs({});
  }

  private createLog(name: string, { account, owner, userHeaders, protect }: FirewallArgs, acl: WebAcl) {
    // WAF writes to groups whose names begin like this only. [AWS WAF, logging destinations]
    const log = new EncryptedLogGroup(
      `${name}-log`,
      { account, group: `aws-waf-logs-${owner}`, protect },
      { parent: this },
    );
    new WebAclLoggingConfiguration(
      name,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [log.arn],
        redactedFields: [keyHeader, ...otherKeyHeaders, "cookie", ...userHeaders].map((header) => ({
          singleHeader: { name: header },
        })),
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
      },
      { parent: this },
    );
  }
}

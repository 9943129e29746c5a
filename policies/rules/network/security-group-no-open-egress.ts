import type { ResourceRule } from "../../framework/rule.ts";
import {
  closedEgress,
  securityGroup,
  securityGroupRules,
  wideOpenings,
} from "../../read/aws/security-group.ts";
import { rangeSettings } from "../../read/text/wide-ranges.ts";

export const securityGroupNoOpenEgress: ResourceRule<typeof rangeSettings> = {
  name: "security-group-no-open-egress",
  title: "Security groups allow egress to wide ranges only for HTTPS.",
  why: "Open egress lets stolen weights and prompts leave over any protocol, and lets an attacker send commands.",
  fix: "Name the ranges and ports that are needed, or another security group; leave egress unset where no connection is opened.",
  severity: "medium",
  relatedChecks: ["CKV_AWS_382", "AWS-0104"],
  resourceTypes: [securityGroup, ...securityGroupRules.egress],
  example: {
    good: 'egress: [{ protocol: tcp, fromPort: 8000, toPort: 8000, cidrBlocks: ["10.40.0.0/16"] }]',
    bad: 'egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]',
  },
  config: rangeSettings,

  // Without egress the provider removes AWS's default rule, which allows all egress. [aws.ec2.SecurityGroup]
  *check(resource, config) {
    yield* wideOpenings(closedEgress(resource), "egress", config);
  },
};

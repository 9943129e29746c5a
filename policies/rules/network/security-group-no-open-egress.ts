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
  title: "Security groups let nothing out to wide ranges but HTTPS.",
  why: "Open ways out carry stolen weights and prompts over any protocol, and bring commands back in.",
  fix: "Name the ranges and ports that are needed, or another security group; leave egress out where nothing goes out.",
  severity: "medium",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_382", "AWS-0104"],
  resourceTypes: [securityGroup, ...securityGroupRules.egress],
  example: {
    good: 'egress: [{ protocol: tcp, fromPort: 8000, toPort: 8000, cidrBlocks: ["10.40.0.0/16"] }]',
    bad: 'egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]',
  },
  config: rangeSettings,

  // Without egress the provider takes AWS's own rule out, which would let everything out. [aws.ec2.SecurityGroup]
  *check(resource, config) {
    yield* wideOpenings(closedEgress(resource), "egress", config);
  },
};

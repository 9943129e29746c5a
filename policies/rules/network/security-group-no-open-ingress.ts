import type { ResourceRule } from "../../framework/rule.ts";
import {
  closedIngress,
  groupSettings,
  securityGroup,
  securityGroupRules,
  wideOpenings,
} from "../../read/aws/security-group.ts";

export const securityGroupNoOpenIngress: ResourceRule<typeof groupSettings> = {
  name: "security-group-no-open-ingress",
  title: "Security groups let nobody in from wide ranges.",
  why: "What the internet reaches is scanned within minutes; only the public load balancer is made to be asked by anybody.",
  fix: "Name the ranges that have to get in, or another security group; list the public load balancer's group in publicGroups, public ranges of your own in ownRanges.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_24", "CKV_AWS_260", "CKV_AWS_277", "AwsSolutions-EC23"],
  resourceTypes: [securityGroup, ...securityGroupRules.ingress],
  example: {
    good: 'ingress: [{ protocol: tcp, fromPort: 80, toPort: 80, cidrBlocks: ["10.40.0.0/16"] }]',
    bad: 'ingress: [{ protocol: tcp, fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }]',
  },
  config: groupSettings,

  *check(resource, config) {
    yield* wideOpenings(closedIngress(resource, config), "ingress", config);
  },
};

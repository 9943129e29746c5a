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
  title: "Security groups don't allow ingress from wide ranges.",
  why: "Whatever the internet can reach is scanned within minutes; only the public load balancer is meant to be public.",
  fix: "Use only the ranges that need access, or another security group; list the public load balancer's group in publicGroups, and your own public ranges in ownRanges.",
  severity: "critical",
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

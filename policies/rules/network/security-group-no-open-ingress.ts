import type { ResourceRule } from "../../framework/rule.ts";
import type { Settings } from "../../framework/settings.ts";
import {
  isOnlyPort,
  openings,
  prefixListSettings,
  securityGroup,
  securityGroupRules,
  tooWide,
} from "../../read/aws/security-group.ts";

const settings = {
  publicGroups: {
    type: "array",
    description:
      "Resource names of security groups, or of rules on their own, that may open ports 80 and 443 to all.",
    items: { type: "string", pattern: "^[\\w.-]+$" },
    minItems: 0,
    default: ["edge"],
  },
  ...prefixListSettings,
} as const satisfies Settings;

export const securityGroupNoOpenIngress: ResourceRule<typeof settings> = {
  name: "security-group-no-open-ingress",
  title: "Security groups let nobody in from wide ranges.",
  why: "What the internet reaches is scanned within minutes; only the public load balancer is made to be asked by anybody.",
  fix: "Name the ranges that have to get in, or another security group; list the public load balancer's group in publicGroups.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_24", "CKV_AWS_260", "CKV_AWS_277", "AwsSolutions-EC23"],
  resourceTypes: [securityGroup, ...securityGroupRules.ingress],
  example: {
    good: 'ingress: [{ protocol: tcp, fromPort: 80, toPort: 80, cidrBlocks: ["10.40.0.0/16"] }]',
    bad: 'ingress: [{ protocol: tcp, fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }]',
  },
  config: settings,

  *check(resource, { publicGroups, prefixLists }) {
    const isPublic = publicGroups.includes(resource.name);
    const closed = openings(resource, "ingress").filter((one) => !(isPublic && isOnlyPort(one, [80, 443])));
    yield* tooWide(closed, "ingress", prefixLists);
  },
};

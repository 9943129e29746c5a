import type { Rule } from "../../framework/rule.ts";
import { defaultSecurityGroupClosed } from "./default-security-group-closed.ts";
import { engineEgressNarrow } from "./engine-egress-narrow.ts";
import { engineIngressNarrow } from "./engine-ingress-narrow.ts";
import { engineReachable } from "./engine-reachable.ts";
import { loadBalancerReachesTargets } from "./load-balancer-reaches-targets.ts";
import { networkPolicyEnforced } from "./network-policy-enforced.ts";
import { publicRangesNarrow } from "./public-ranges-narrow.ts";
import { ruleHostResolves } from "./rule-host-resolves.ts";
import { securityGroupNoOpenEgress } from "./security-group-no-open-egress.ts";
import { securityGroupNoOpenIngress } from "./security-group-no-open-ingress.ts";
import { vpcFlowLogsOn } from "./vpc-flow-logs-on.ts";
import { weightsReachable } from "./weights-reachable.ts";

export const network: readonly Rule[] = [
  securityGroupNoOpenIngress,
  securityGroupNoOpenEgress,
  publicRangesNarrow,
  defaultSecurityGroupClosed,
  vpcFlowLogsOn,
  engineIngressNarrow,
  engineEgressNarrow,
  engineReachable,
  networkPolicyEnforced,
  ruleHostResolves,
  loadBalancerReachesTargets,
  weightsReachable,
];

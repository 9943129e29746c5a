import type { Rule } from "../../framework/rule.ts";
import { edgeLogsOn } from "./edge-logs-on.ts";
import { internetFacingExpected } from "./internet-facing-expected.ts";
import { listenerHttpsOnly } from "./listener-https-only.ts";
import { listenerTlsPolicy } from "./listener-tls-policy.ts";
import { loadBalancerRequestHygiene } from "./load-balancer-request-hygiene.ts";
import { publicLoadBalancerHasWaf } from "./public-load-balancer-has-waf.ts";
import { publicPathsListed } from "./public-paths-listed.ts";
import { wafManagedRulesBlock } from "./waf-managed-rules-block.ts";

export const edge: readonly Rule[] = [
  listenerHttpsOnly,
  listenerTlsPolicy,
  loadBalancerRequestHygiene,
  internetFacingExpected,
  publicLoadBalancerHasWaf,
  wafManagedRulesBlock,
  publicPathsListed,
  edgeLogsOn,
];

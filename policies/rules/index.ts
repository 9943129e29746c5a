import type { Rule } from "../lib/rule.ts";
import { clusterEndpointNotOpen } from "./cluster/cluster-endpoint-not-open.ts";
import { requiredTags } from "./cost/required-tags.ts";
import { listenerHttpsOnly } from "./edge/listener-https-only.ts";
import { gpuPoolCapped } from "./nodes/gpu-pool-capped.ts";
import { nodeImagePinned } from "./nodes/node-image-pinned.ts";
import { exemptionsInForce } from "./pack/exemptions-in-force.ts";
import { exemptionsListed } from "./pack/exemptions-listed.ts";
import { publicListenerRateLimited } from "./rate-limits/public-listener-rate-limited.ts";
import { wafRateRuleEnforces } from "./rate-limits/waf-rate-rule-enforces.ts";
import { secretCustomerKey } from "./secrets/secret-customer-key.ts";
import { chartVersionPinned } from "./supply-chain/chart-version-pinned.ts";
import { imageDigestPinned } from "./supply-chain/image-digest-pinned.ts";
import { modelRevisionPinned } from "./supply-chain/model-revision-pinned.ts";

/** Every rule of the pack, in the order in which the catalogue shows them. */
export const rules: readonly Rule[] = [
  imageDigestPinned,
  modelRevisionPinned,
  chartVersionPinned,
  publicListenerRateLimited,
  wafRateRuleEnforces,
  gpuPoolCapped,
  nodeImagePinned,
  clusterEndpointNotOpen,
  listenerHttpsOnly,
  secretCustomerKey,
  requiredTags,
  exemptionsInForce,
  exemptionsListed,
];

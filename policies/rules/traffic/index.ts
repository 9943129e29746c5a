import type { Rule } from "../../framework/rule.ts";
import { forwardWeightsValid } from "./forward-weights-valid.ts";
import { gatewayFallbacksResolve } from "./gateway-fallbacks-resolve.ts";
import { gatewayTimeoutsBounded } from "./gateway-timeouts-bounded.ts";
import { gracePeriodCoversDrain } from "./grace-period-covers-drain.ts";
import { idleTimeoutsOrdered } from "./idle-timeouts-ordered.ts";
import { onlySlotReleaseEvaluated } from "./only-slot-release-evaluated.ts";
import { rolloutKeepsReplicas } from "./rollout-keeps-replicas.ts";
import { slotReleaseEvaluated } from "./slot-release-evaluated.ts";
import { slotsServeSameContract } from "./slots-serve-same-contract.ts";
import { standbySlotWarm } from "./standby-slot-warm.ts";
import { targetBindingGatesReadiness } from "./target-binding-gates-readiness.ts";
import { targetGroupDrains } from "./target-group-drains.ts";
import { targetGroupHealthCheck } from "./target-group-health-check.ts";
import { targetsByBinding } from "./targets-by-binding.ts";

export const traffic: readonly Rule[] = [
  forwardWeightsValid,
  standbySlotWarm,
  slotsServeSameContract,
  slotReleaseEvaluated,
  onlySlotReleaseEvaluated,
  targetGroupHealthCheck,
  targetGroupDrains,
  idleTimeoutsOrdered,
  gracePeriodCoversDrain,
  rolloutKeepsReplicas,
  targetBindingGatesReadiness,
  targetsByBinding,
  gatewayTimeoutsBounded,
  gatewayFallbacksResolve,
];

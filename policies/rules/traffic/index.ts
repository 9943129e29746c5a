import type { Rule } from "../../lib/rule.ts";
import { forwardWeightsValid } from "./forward-weights-valid.ts";
import { gracePeriodCoversDrain } from "./grace-period-covers-drain.ts";
import { standbySlotWarm } from "./standby-slot-warm.ts";
import { targetBindingGatesReadiness } from "./target-binding-gates-readiness.ts";
import { targetGroupDrains } from "./target-group-drains.ts";
import { targetGroupHealthCheck } from "./target-group-health-check.ts";

export const traffic: readonly Rule[] = [
  forwardWeightsValid,
  standbySlotWarm,
  targetGroupHealthCheck,
  targetGroupDrains,
  gracePeriodCoversDrain,
  targetBindingGatesReadiness,
];

import type { Rule } from "../../framework/rule.ts";
import { budgetAlertPresent } from "./budget-alert-present.ts";
import { gpuDemandFitsPools } from "./gpu-demand-fits-pools.ts";
import { requiredTags } from "./required-tags.ts";
import { selfHostedCostRecorded } from "./self-hosted-cost-recorded.ts";

export const cost: readonly Rule[] = [
  requiredTags,
  budgetAlertPresent,
  gpuDemandFitsPools,
  selfHostedCostRecorded,
];

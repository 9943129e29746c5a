import type { Rule } from "../../lib/rule.ts";
import { referencesResolve } from "./references-resolve.ts";
import { workloadHasDisruptionBudget } from "./workload-has-disruption-budget.ts";
import { workloadSpread } from "./workload-spread.ts";

export const kubernetes: readonly Rule[] = [workloadHasDisruptionBudget, workloadSpread, referencesResolve];

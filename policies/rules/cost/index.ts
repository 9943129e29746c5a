import type { Rule } from "../../lib/rule.ts";
import { budgetAlertPresent } from "./budget-alert-present.ts";
import { requiredTags } from "./required-tags.ts";

export const cost: readonly Rule[] = [requiredTags, budgetAlertPresent];

import type { Rule } from "../../lib/rule.ts";
import { requiredTags } from "./required-tags.ts";

export const cost: readonly Rule[] = [requiredTags];

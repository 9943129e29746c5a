import type { Rule } from "../../lib/rule.ts";

export const kubernetes: readonly Rule[] = [];

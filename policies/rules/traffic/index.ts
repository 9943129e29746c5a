import type { Rule } from "../../lib/rule.ts";

export const traffic: readonly Rule[] = [];

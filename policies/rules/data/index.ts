import type { Rule } from "../../lib/rule.ts";

export const data: readonly Rule[] = [];

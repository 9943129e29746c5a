import type { Rule } from "../../lib/rule.ts";

export const serving: readonly Rule[] = [];

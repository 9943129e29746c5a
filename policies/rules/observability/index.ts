import type { Rule } from "../../lib/rule.ts";

export const observability: readonly Rule[] = [];

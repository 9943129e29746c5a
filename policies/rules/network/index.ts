import type { Rule } from "../../lib/rule.ts";

export const network: readonly Rule[] = [];

import type { Rule } from "../../lib/rule.ts";

export const iam: readonly Rule[] = [];

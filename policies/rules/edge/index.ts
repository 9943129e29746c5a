import type { Rule } from "../../lib/rule.ts";
import { listenerHttpsOnly } from "./listener-https-only.ts";

export const edge: readonly Rule[] = [listenerHttpsOnly];

import type { Rule } from "../../lib/rule.ts";
import { exemptionsInForce } from "./exemptions-in-force.ts";
import { exemptionsListed } from "./exemptions-listed.ts";

export const pack: readonly Rule[] = [exemptionsInForce, exemptionsListed];

import type { Rule } from "../../framework/rule.ts";
import { exemptionsInForce } from "./exemptions-in-force.ts";
import { exemptionsListed } from "./exemptions-listed.ts";
import { exemptionsNeeded } from "./exemptions-needed.ts";

/** Last of all, when it is known what was found. */
export const pack: readonly Rule[] = [exemptionsInForce, exemptionsListed, exemptionsNeeded];

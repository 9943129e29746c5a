import type { Rule } from "../../framework/rule.ts";
import { exemptionsInForce } from "./exemptions-in-force.ts";
import { exemptionsListed } from "./exemptions-listed.ts";
import { exemptionsNeeded } from "./exemptions-needed.ts";

/** Runs last, when all findings are known. */
export const pack: readonly Rule[] = [exemptionsInForce, exemptionsListed, exemptionsNeeded];

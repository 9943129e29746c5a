import { PolicyPack } from "@pulumi/policy";
import { exemptions } from "./exemptions.ts";
import { policies } from "./framework/policy.ts";
import { rules } from "./rules/index.ts";

const today = new Date().toISOString().slice(0, 10);

new PolicyPack("gantry", { policies: policies({ rules, exemptions, today }) });

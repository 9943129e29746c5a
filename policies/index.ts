import { PolicyPack } from "@pulumi/policy";
import { exemptions } from "./exemptions.ts";
import { watchServer } from "./framework/applicable.ts";
import { decodeOnce } from "./framework/decode-once.ts";
import { policies } from "./framework/policy.ts";
import { rules } from "./rules/index.ts";

const today = new Date().toISOString().slice(0, 10);

watchServer();
for (const left of decodeOnce()) console.error(left);
new PolicyPack("gantry", { policies: policies({ rules, exemptions, today }) });

import { rules } from "../../policies/rules/index.ts";
import { total } from "./totality.ts";

total(rules.filter((rule) => "check" in rule));

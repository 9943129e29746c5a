import type { Rule } from "../../lib/rule.ts";
import { secretCustomerKey } from "./secret-customer-key.ts";

export const secrets: readonly Rule[] = [secretCustomerKey];

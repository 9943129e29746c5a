import type { Rule } from "../../lib/rule.ts";
import { gatewayModelsClosed } from "./gateway-models-closed.ts";
import { promptLoggingDeclared } from "./prompt-logging-declared.ts";

export const serving: readonly Rule[] = [promptLoggingDeclared, gatewayModelsClosed];

import type { Rule } from "../../lib/rule.ts";
import { gatewayFallbacksResolve } from "./gateway-fallbacks-resolve.ts";
import { gatewayTimeoutsBounded } from "./gateway-timeouts-bounded.ts";

export const traffic: readonly Rule[] = [gatewayTimeoutsBounded, gatewayFallbacksResolve];

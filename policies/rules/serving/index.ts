import type { Rule } from "../../lib/rule.ts";
import { engineSurfaceMinimal } from "./engine-surface-minimal.ts";
import { gatewayModelsClosed } from "./gateway-models-closed.ts";
import { livenessSeesStall } from "./liveness-sees-stall.ts";
import { promptLoggingDeclared } from "./prompt-logging-declared.ts";

export const serving: readonly Rule[] = [
  engineSurfaceMinimal,
  livenessSeesStall,
  promptLoggingDeclared,
  gatewayModelsClosed,
];

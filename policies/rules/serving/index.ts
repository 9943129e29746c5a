import type { Rule } from "../../lib/rule.ts";
import { engineSurfaceMinimal } from "./engine-surface-minimal.ts";
import { livenessSeesStall } from "./liveness-sees-stall.ts";

export const serving: readonly Rule[] = [engineSurfaceMinimal, livenessSeesStall];

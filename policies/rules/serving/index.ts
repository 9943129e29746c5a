import type { Rule } from "../../framework/rule.ts";
import { autoscalerFailsSafe } from "./autoscaler-fails-safe.ts";
import { declaredPurposeHolds } from "./declared-purpose-holds.ts";
import { engineAnswersWhereAsked } from "./engine-answers-where-asked.ts";
import { engineKeyRequired } from "./engine-key-required.ts";
import { engineNotPublic } from "./engine-not-public.ts";
import { engineSurfaceMinimal } from "./engine-surface-minimal.ts";
import { gatewayModelsClosed } from "./gateway-models-closed.ts";
import { livenessSeesStall } from "./liveness-sees-stall.ts";
import { promptLoggingDeclared } from "./prompt-logging-declared.ts";
import { quantizationFitsGpu } from "./quantization-fits-gpu.ts";
import { quantizationNative } from "./quantization-native.ts";
import { scalerCountsOwnModel } from "./scaler-counts-own-model.ts";
import { servedNameMatchesRoute } from "./served-name-matches-route.ts";
import { startupBudgetCoversLoad } from "./startup-budget-covers-load.ts";
import { tensorParallelMatchesGpus } from "./tensor-parallel-matches-gpus.ts";
import { vramFits } from "./vram-fits.ts";

export const serving: readonly Rule[] = [
  servedNameMatchesRoute,
  declaredPurposeHolds,
  engineNotPublic,
  engineSurfaceMinimal,
  quantizationFitsGpu,
  quantizationNative,
  tensorParallelMatchesGpus,
  vramFits,
  startupBudgetCoversLoad,
  livenessSeesStall,
  autoscalerFailsSafe,
  promptLoggingDeclared,
  gatewayModelsClosed,
  engineAnswersWhereAsked,
  scalerCountsOwnModel,
  engineKeyRequired,
];

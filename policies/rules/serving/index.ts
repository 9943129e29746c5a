import type { Rule } from "../../lib/rule.ts";
import { autoscalerFailsSafe } from "./autoscaler-fails-safe.ts";
import { engineNotPublic } from "./engine-not-public.ts";
import { quantizationFitsGpu } from "./quantization-fits-gpu.ts";
import { quantizationNative } from "./quantization-native.ts";
import { servedNameMatchesRoute } from "./served-name-matches-route.ts";
import { startupBudgetCoversLoad } from "./startup-budget-covers-load.ts";
import { tensorParallelMatchesGpus } from "./tensor-parallel-matches-gpus.ts";
import { vramFits } from "./vram-fits.ts";

export const serving: readonly Rule[] = [
  engineNotPublic,
  quantizationFitsGpu,
  quantizationNative,
  tensorParallelMatchesGpus,
  vramFits,
  startupBudgetCoversLoad,
  autoscalerFailsSafe,
  servedNameMatchesRoute,
];

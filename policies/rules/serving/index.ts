import type { Rule } from "../../lib/rule.ts";
import { quantizationFitsGpu } from "./quantization-fits-gpu.ts";
import { quantizationNative } from "./quantization-native.ts";
import { startupBudgetCoversLoad } from "./startup-budget-covers-load.ts";
import { tensorParallelMatchesGpus } from "./tensor-parallel-matches-gpus.ts";
import { vramFits } from "./vram-fits.ts";

export const serving: readonly Rule[] = [
  quantizationFitsGpu,
  quantizationNative,
  tensorParallelMatchesGpus,
  vramFits,
  startupBudgetCoversLoad,
];

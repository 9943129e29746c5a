import type { Rule } from "../../lib/rule.ts";
import { gpuDemandFitsPools } from "./gpu-demand-fits-pools.ts";
import { requiredTags } from "./required-tags.ts";

export const cost: readonly Rule[] = [requiredTags, gpuDemandFitsPools];

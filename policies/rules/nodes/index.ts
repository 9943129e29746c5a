import type { Rule } from "../../lib/rule.ts";
import { gpuPoolCapped } from "./gpu-pool-capped.ts";
import { nodeImagePinned } from "./node-image-pinned.ts";

export const nodes: readonly Rule[] = [gpuPoolCapped, nodeImagePinned];

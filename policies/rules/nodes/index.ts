import type { Rule } from "../../framework/rule.ts";
import { computeRunsNoModel } from "./compute-runs-no-model.ts";
import { gpuNodesTainted } from "./gpu-nodes-tainted.ts";
import { gpuPodToleratesTaint } from "./gpu-pod-tolerates-taint.ts";
import { gpuPoolCapped } from "./gpu-pool-capped.ts";
import { gpuPoolConsolidatesWhenEmpty } from "./gpu-pool-consolidates-when-empty.ts";
import { interruptionQueueSet } from "./interruption-queue-set.ts";
import { machineTemplateKnown } from "./machine-template-known.ts";
import { nodeDiskEncrypted } from "./node-disk-encrypted.ts";
import { nodeGroupKindKnown } from "./node-group-kind-known.ts";
import { nodeImagePinned } from "./node-image-pinned.ts";
import { nodeMetadataProtected } from "./node-metadata-protected.ts";
import { nodeNotReachable } from "./node-not-reachable.ts";
import { spotUseSafe } from "./spot-use-safe.ts";

export const nodes: readonly Rule[] = [
  gpuNodesTainted,
  gpuPodToleratesTaint,
  gpuPoolCapped,
  gpuPoolConsolidatesWhenEmpty,
  spotUseSafe,
  interruptionQueueSet,
  nodeMetadataProtected,
  nodeDiskEncrypted,
  nodeImagePinned,
  nodeNotReachable,
  computeRunsNoModel,
  nodeGroupKindKnown,
  machineTemplateKnown,
];

import type { Rule } from "../../lib/rule.ts";
import { chartVersionPinned } from "./chart-version-pinned.ts";
import { engineCommandReadable } from "./engine-command-readable.ts";
import { engineVersionFloor } from "./engine-version-floor.ts";
import { imageDigestPinned } from "./image-digest-pinned.ts";
import { imageRegistryAllowed } from "./image-registry-allowed.ts";
import { modelRevisionPinned } from "./model-revision-pinned.ts";

export const supplyChain: readonly Rule[] = [
  imageDigestPinned,
  imageRegistryAllowed,
  engineVersionFloor,
  engineCommandReadable,
  modelRevisionPinned,
  chartVersionPinned,
];

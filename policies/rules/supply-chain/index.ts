import type { Rule } from "../../lib/rule.ts";
import { chartVersionPinned } from "./chart-version-pinned.ts";
import { gatewayConfigReadable } from "./gateway-config-readable.ts";
import { imageDigestPinned } from "./image-digest-pinned.ts";
import { modelRevisionPinned } from "./model-revision-pinned.ts";
import { providerModelNotRetired } from "./provider-model-not-retired.ts";
import { providerModelPinned } from "./provider-model-pinned.ts";
import { providerModelRetiresSoon } from "./provider-model-retires-soon.ts";

export const supplyChain: readonly Rule[] = [
  imageDigestPinned,
  modelRevisionPinned,
  gatewayConfigReadable,
  providerModelPinned,
  providerModelNotRetired,
  providerModelRetiresSoon,
  chartVersionPinned,
];

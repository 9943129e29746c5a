import type { Rule } from "../../framework/rule.ts";
import { chartValuesKeepPins } from "./chart-values-keep-pins.ts";
import { chartVersionPinned } from "./chart-version-pinned.ts";
import { engineCommandReadable } from "./engine-command-readable.ts";
import { engineVersionFloor } from "./engine-version-floor.ts";
import { gatewayConfigReadable } from "./gateway-config-readable.ts";
import { imageDigestPinned } from "./image-digest-pinned.ts";
import { imageRegistryAllowed } from "./image-registry-allowed.ts";
import { modelCompanionsPinned } from "./model-companions-pinned.ts";
import { modelRevisionPinned } from "./model-revision-pinned.ts";
import { modelSourceAllowed } from "./model-source-allowed.ts";
import { noRemoteCode } from "./no-remote-code.ts";
import { providerModelNotRetired } from "./provider-model-not-retired.ts";
import { providerModelPinned } from "./provider-model-pinned.ts";
import { providerModelRetiresSoon } from "./provider-model-retires-soon.ts";
import { serviceKnown } from "./service-known.ts";

export const supplyChain: readonly Rule[] = [
  imageDigestPinned,
  imageRegistryAllowed,
  engineVersionFloor,
  engineCommandReadable,
  modelRevisionPinned,
  modelCompanionsPinned,
  modelSourceAllowed,
  noRemoteCode,
  gatewayConfigReadable,
  providerModelPinned,
  providerModelNotRetired,
  providerModelRetiresSoon,
  chartVersionPinned,
  serviceKnown,
  chartValuesKeepPins,
];

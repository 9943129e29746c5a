import type { Rule } from "../../framework/rule.ts";
import { addonVersionPinned } from "./addon-version-pinned.ts";
import { clusterAccessByEntries } from "./cluster-access-by-entries.ts";
import { clusterEndpointNotOpen } from "./cluster-endpoint-not-open.ts";
import { clusterLogsComplete } from "./cluster-logs-complete.ts";
import { clusterSecretsEncrypted } from "./cluster-secrets-encrypted.ts";
import { clusterVersionSupported } from "./cluster-version-supported.ts";
import { systemConfigMapsKept } from "./system-config-maps-kept.ts";

export const cluster: readonly Rule[] = [
  clusterEndpointNotOpen,
  clusterSecretsEncrypted,
  clusterLogsComplete,
  clusterVersionSupported,
  clusterAccessByEntries,
  addonVersionPinned,
  systemConfigMapsKept,
];

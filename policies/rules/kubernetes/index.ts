import type { Rule } from "../../framework/rule.ts";
import { containerNonRoot } from "./container-non-root.ts";
import { containerPrivilegesDropped } from "./container-privileges-dropped.ts";
import { containerProbesSet } from "./container-probes-set.ts";
import { containerResourcesSet } from "./container-resources-set.ts";
import { containerRootReadOnly } from "./container-root-read-only.ts";
import { helmReleaseOutsideInference } from "./helm-release-outside-inference.ts";
import { podNoHostAccess } from "./pod-no-host-access.ts";
import { podNoServiceAccountToken } from "./pod-no-service-account-token.ts";
import { referencesResolve } from "./references-resolve.ts";
import { workloadHasDisruptionBudget } from "./workload-has-disruption-budget.ts";
import { workloadKindKnown } from "./workload-kind-known.ts";
import { workloadSpread } from "./workload-spread.ts";

export const kubernetes: readonly Rule[] = [
  workloadKindKnown,
  containerPrivilegesDropped,
  containerNonRoot,
  containerRootReadOnly,
  containerResourcesSet,
  containerProbesSet,
  podNoHostAccess,
  podNoServiceAccountToken,
  workloadHasDisruptionBudget,
  workloadSpread,
  referencesResolve,
  helmReleaseOutsideInference,
];

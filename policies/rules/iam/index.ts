import type { Rule } from "../../framework/rule.ts";
import { iamNoStaticKeys } from "./iam-no-static-keys.ts";
import { iamNoWildcards } from "./iam-no-wildcards.ts";
import { iamTrustScoped } from "./iam-trust-scoped.ts";
import { policyKnownAtPreview } from "./policy-known-at-preview.ts";
import { rbacNarrow } from "./rbac-narrow.ts";
import { resourcePolicyNotPublic } from "./resource-policy-not-public.ts";

export const iam: readonly Rule[] = [
  iamNoWildcards,
  iamTrustScoped,
  resourcePolicyNotPublic,
  policyKnownAtPreview,
  iamNoStaticKeys,
  rbacNarrow,
];

import type { Rule } from "../../lib/rule.ts";
import { iamNoStaticKeys } from "./iam-no-static-keys.ts";
import { iamNoWildcards } from "./iam-no-wildcards.ts";
import { iamTrustScoped } from "./iam-trust-scoped.ts";
import { rbacNarrow } from "./rbac-narrow.ts";

export const iam: readonly Rule[] = [iamNoWildcards, iamTrustScoped, iamNoStaticKeys, rbacNarrow];

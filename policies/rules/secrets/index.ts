import type { Rule } from "../../framework/rule.ts";
import { externalSecretSurvivesOutage } from "./external-secret-survives-outage.ts";
import { kmsKeyHardened } from "./kms-key-hardened.ts";
import { noPlaintextSecret } from "./no-plaintext-secret.ts";
import { secretCustomerKey } from "./secret-customer-key.ts";
import { secretRotated } from "./secret-rotated.ts";
import { secretValueNotInCode } from "./secret-value-not-in-code.ts";

export const secrets: readonly Rule[] = [
  secretCustomerKey,
  secretRotated,
  secretValueNotInCode,
  noPlaintextSecret,
  externalSecretSurvivesOutage,
  kmsKeyHardened,
];

import type { Rule } from "../../framework/rule.ts";
import { bucketEncryptedAndVersioned } from "./bucket-encrypted-and-versioned.ts";
import { bucketNotPublic } from "./bucket-not-public.ts";
import { cacheEncryptedAndAuthenticated } from "./cache-encrypted-and-authenticated.ts";
import { cacheFailsOver } from "./cache-fails-over.ts";
import { databaseGuarded } from "./database-guarded.ts";
import { deletionProtected } from "./deletion-protected.ts";

export const data: readonly Rule[] = [
  databaseGuarded,
  cacheEncryptedAndAuthenticated,
  cacheFailsOver,
  bucketNotPublic,
  bucketEncryptedAndVersioned,
  deletionProtected,
];

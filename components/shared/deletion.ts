/*
 * The effect of `gantry:protect` on each kind of resource that holds data or keeps a name: with it, deletion is refused or
 * waits as long as AWS lets it; without, everything goes at once and its name is free for the next environment.
 */

/** KMS has no shorter wait than a week; an alias is free at once. */
export function keyDeletion(protect: boolean) {
  return { deletionWindowInDays: protect ? 30 : 7 };
}

/** Secrets Manager keeps a name for as long as its secret can be recovered. */
export function secretDeletion(protect: boolean) {
  return { recoveryWindowInDays: protect ? 30 : 0 };
}

/** A bucket with objects can't be deleted, unless they are deleted with it. */
export function bucketDeletion(protect: boolean) {
  return { forceDestroy: !protect };
}

/** So does a zone with records that others have put there. */
export function zoneDeletion(protect: boolean) {
  return { forceDestroy: !protect };
}

/** CloudWatch refuses to delete a log group with deletion protection. */
export function logGroupDeletion(protect: boolean) {
  return { deletionProtectionEnabled: protect };
}

import type { StackResource } from "../../framework/rule.ts";
import { at, unknown } from "../../framework/value.ts";

/** What a key of ours is made by. */
export const keyTypes: readonly string[] = [
  "aws:kms/key:Key",
  "aws:kms/alias:Alias",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/externalKey:ExternalKey",
];

/** A key by its id or ARN, or an alias that isn't one of AWS's own. */
const customerKey =
  /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?(?:key\/)?(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$|^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/(?!aws\/)[\w/-]+$/;

/** How messages describe the KMS keys that pass. */
export const allowedKey =
  "the id, ARN or alias of a key of ours; one that is not known yet comes from a KMS key of the stack";

/** Why a property names no key of ours; nothing where it does. The rule has to read `keyTypes`. */
export function withoutCustomerKey(resource: StackResource, property: string): string | undefined {
  const key = at(resource.props, property);
  if (key === undefined) return "states no key, which takes AWS's own";
  if (key === unknown)
    return resource.behind(property).some(({ type }) => keyTypes.includes(type))
      ? undefined
      : `${property} is not known at preview and comes from no KMS key of the stack`;
  return typeof key === "string" && customerKey.test(key) ? undefined : `${property} is not a key of ours`;
}

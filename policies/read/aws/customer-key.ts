import type { StackResource } from "../../framework/rule.ts";
import { at, unknown } from "../../framework/value.ts";

/** Types of customer managed keys and their aliases. */
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
  "the id, ARN or alias of a customer managed key; an unknown one comes from a KMS key of the stack";

/** Why a property doesn't name a customer managed key; undefined where it does. The rule has to read `keyTypes`. */
export function withoutCustomerKey(resource: StackResource, property: string): string | undefined {
  const key = at(resource.props, property);
  if (key === undefined) return "no key is set, so the AWS managed key is used";
  if (key === unknown)
    return resource.behind(property).some(({ type }) => keyTypes.includes(type))
      ? undefined
      : `${property} is not known at preview and comes from no KMS key of the stack`;
  return typeof key === "string" && customerKey.test(key)
    ? undefined
    : `${property} is not a customer managed key`;
}

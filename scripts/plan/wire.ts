/**
 * How Pulumi's protocol writes what plain JSON can't: a value that only `pulumi up` will know, and a value that
 * must stay secret. Plans keep these forms, so that they can be stored, compared and sent on as they are.
 * [pulumi/pulumi sdk/nodejs/runtime/rpc.ts]
 */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value as the protocol carries it. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [key: string]: Wire };
/** An object as the protocol carries it. */
export type Properties = { readonly [key: string]: Wire };

export function secret(value: Wire): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** Whether a value is marked as secret; what is inside is under `value`. */
export function isSecret(value: Wire): value is { readonly value: Wire } {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Whether a value is an object, marked ones such as secrets included. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

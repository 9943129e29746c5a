import { z } from "zod";

/** The keys of all members of a union. */
export type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/**
 * A union's members, each without the keys of the others. TypeScript by itself takes an object that is two members at
 * once, such as a network that is both made and there.
 */
export type ExactlyOne<Union, Keys extends PropertyKey = KeysOf<Union>> = Union extends unknown
  ? Union & { readonly [Key in Exclude<Keys, keyof Union>]?: undefined }
  : never;

/** These keys of an object, all of them there. */
export type Given<Source, Keys extends keyof Source> = {
  readonly [Key in Keys]-?: NonNullable<Source[Key]>;
};

/** A schema of one of several strict objects, with the corresponding type. */
export function exactlyOne<Members extends readonly [z.ZodObject, z.ZodObject, ...z.ZodObject[]]>(
  ...members: Members
): z.ZodType<ExactlyOne<z.output<Members[number]>>> {
  return z.union(members) as unknown as z.ZodType<ExactlyOne<z.output<Members[number]>>>;
}

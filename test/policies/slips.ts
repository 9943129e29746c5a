import { isObject, type Wire } from "../../scripts/plan/wire.ts";
import { put } from "./mutations.ts";
import { pathsOf } from "./variants.ts";

/** A slip of the hand in a value, as a whole: nothing good can be meant by it. */
export interface Slip {
  /** As `negative pools.a10g.maxGpus`. */
  readonly what: string;
  readonly value: Wire;
}

/** Every field once as something of another type. */
export function otherTypes(value: Wire): readonly Slip[] {
  return pathsOf(value).map((path) => ({
    what: `another type ${path.join(".")}`,
    value: put(value, path, (old) => (isObject(old) || Array.isArray(old) ? "x" : { x: "x" })) as Wire,
  }));
}

/** Numbers below zero, texts without letters, keys that are gone or misspelt. @param isName whether a key is a free name */
export function typingErrors(value: Wire, isName: (path: readonly string[]) => boolean): readonly Slip[] {
  return pathsOf(value).flatMap((path) => {
    const old = path.reduce<Wire>((inner, key) => (inner as Record<string, Wire>)[key] as Wire, value);
    const slip = (kind: string, becomes: Wire | undefined): Slip => ({
      what: `${kind} ${path.join(".")}`,
      value: put(value, path, () => becomes) as Wire,
    });
    const key = path.at(-1) ?? "";
    const misspelt = put(value, path.slice(0, -1), (around) => {
      const { [key]: moved, ...others } = around as Record<string, Wire>;
      return { ...others, [`${key}x`]: moved ?? null };
    });
    const isEntry = /^\d+$/.test(key);
    return [
      ...(typeof old === "number" ? [slip("negative", -1)] : []),
      ...(typeof old === "string" ? [slip("empty", "")] : []),
      ...(isEntry ? [] : [slip("gone", undefined)]),
      ...(isEntry || isName(path) ? [] : [{ what: `misspelt ${path.join(".")}`, value: misspelt as Wire }]),
    ];
  });
}

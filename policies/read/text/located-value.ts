import { elements, orUnknown, type Value } from "../../framework/value.ts";

/** A value and where it is written, as a finding names it. */
export interface LocatedValue {
  readonly path: string;
  readonly value: Value;
}

/** The elements of a list, each with its path; one unknown in place of a list that can't be read. */
export function locatedElements(path: string, value: Value): readonly LocatedValue[] {
  const list = elements(value);
  return orUnknown(list).map((element, index) => ({
    path: typeof list === "symbol" ? path : `${path}.${index}`,
    value: element,
  }));
}

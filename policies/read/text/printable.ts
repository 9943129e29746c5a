import type { Value } from "../../framework/value.ts";
import { imageReference } from "./image-reference.ts";

/** Patterns that a value must match to appear in a message, so that a misplaced secret doesn't. */
const shapes = {
  image: (text: string) => /[/:]/.test(text) && text.length <= 300 && imageReference(text) !== undefined,
  version: (text: string) => /^[~^<>=v ]{0,3}\d[\w.+*-]{0,40}$/.test(text) || text === "latest",
  revision: (text: string) => /^(?:[0-9a-f]{1,64}|main|master|v?\d[\d.]{0,20})$/.test(text),
  cidr: (text: string) => /^[0-9a-fA-F.:]{2,45}\/\d{1,3}$/.test(text),
  machineImage: (text: string) =>
    /^(?:ami-[0-9a-f]{1,17}|[a-z]{1,12}\d{0,6}@[\w.]{1,20}|resolve:ssm:[\w./-]{1,100})$/.test(text),
  variable: (text: string) => text.length <= 60 && /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(text),
  setting: (text: string) => text.length <= 60 && /^[a-z][a-z0-9]{0,19}(?:_[a-z]{1,20})*$/.test(text),
  // Words of a model's name are short; a key's are not.
  providerModel: (text: string) =>
    /^[a-z_]{3,20}(?:[/:.@-][a-z0-9_]{1,16}){1,14}$/.test(text) && !/\bsk-/.test(text),
  protocol: (text: string) => /^[A-Z]{2,8}(?:_\d{3})?$/.test(text),
  action: (text: string) => /^(?:\*|[a-z0-9-]{1,40}:[a-zA-Z0-9*?]{1,80})$/.test(text),
} as const;

/** A value in quotes, where it has the shape of what belongs there; otherwise no more than what kind of value it is. */
export function printable(shape: keyof typeof shapes, value: Value): string {
  if (typeof value === "string" && shapes[shape](value)) return `"${value}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? "(a string, not shown)" : "(not a string)";
}

import { isFields, isList, type Value } from "../../framework/value.ts";
import { holdsToken, looksLikeIdentifier, looksSecret } from "./secret-name.ts";

/** A setting deep inside of others. */
export interface Leaf {
  readonly path: string;
  readonly name: string;
  readonly value: Value;
}

/** The innermost settings of a tree. Of a pair such as `{ name: TOKEN, value: x }` the name is the setting's. */
export function leaves(path: string, value: Value, name = ""): readonly Leaf[] {
  if (isList(value)) return value.flatMap((one, index) => leaves(`${path}.${index}`, one, name));
  if (!isFields(value)) return [{ path, name, value }];
  const own = Object.hasOwn(value, "name") ? value.name : undefined;
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(`${path}.${key}`, inner, key === "value" && typeof own === "string" ? own : key),
  );
}

/** Why a setting may contain a plaintext secret; undefined where it doesn't. */
export function plainSecret(name: string, value: Value): string | undefined {
  switch (typeof value) {
    case "symbol":
      return looksLikeIdentifier(name) ? undefined : "isn't known at preview, so it may contain a secret";
    case "number":
      return looksSecret(name) ? underSecretName : undefined;
    case "string":
      return looksSecret(name) && !isHarmless(value) ? underSecretName : secretInText(value);
    default:
      return undefined;
  }
}

const underSecretName = "has a value under a name that looks like a secret's";

/** The value of a header that authenticates a caller; templates and words have no digits. [RFC 7235] */
const header = /\b(?:bearer|basic)\s+(?=[A-Za-z.~+/_-]*\d)[\w.~+/-]{12,}/i;

/** Why a string, which may be a document with settings, contains a plaintext secret. */
export function secretInText(text: string): string | undefined {
  if (holdsToken(text) || header.test(text)) return "contains what looks like a credential";
  return assignsSecret(text) ? "gives a value to a name that looks like a secret's" : undefined;
}

/** Whether a command line passes a secret by a flag, which the process list shows. */
export function passesSecret(text: string): boolean {
  return [...text.matchAll(/(?<![\w-])--?([A-Za-z][\w-]*)/g)].some(([, name = ""]) => looksSecret(name));
}

/** Whether a document in YAML, JSON, or lines of `name=value` sets a secret. */
function assignsSecret(text: string): boolean {
  const oneLine = text
    // The ARN of a secret isn't the secret: `secret:` in it names no value.
    .replace(/\barn:aws[\w-]*:[\w:/+=.@*-]+/g, "arn")
    .replace(/^[ \t]*(?:#|\/\/).*$/gm, "")
    // YAML takes a value from the next line too.
    .replace(/:[ \t]*\n[ \t]+(?![ \t]|[\w"'.-]+[ \t]*[:=]|[-#{[])/g, ": ");
  const names = oneLine.matchAll(/(?<![\w-])-{0,2}([A-Za-z_][\w-]*)\\?["']?[ \t]{0,20}[:=][ \t]{0,20}/g);
  return [...names].some(
    (match) =>
      looksSecret(match[1] ?? "") && !isHarmless(beginningOf(oneLine, match.index + match[0].length)),
  );
}

/** The value that begins at a position of a document, as far as it takes to tell what it is. */
function beginningOf(text: string, start: number): string {
  return /^(?:\\?"[^"\n]*|'[^'\n]*|[^\s,;}\])]*)/.exec(text.slice(start, start + 100))?.[0] ?? "";
}

/** Values that are never secrets: an empty one, a choice, the beginning of a structure, a file, and a reference. */
function isHarmless(text: string): boolean {
  const value = text.replace(/^\\?["']/, "").replace(/\\?["']?$/, "");
  return (
    /^arn(?::aws[\w-]*:[\w:/+=.@*-]+)?$/.test(value) ||
    /^(?:|null|~|true|false|none|required|optional|enabled|disabled|seconds|minutes|hours|days|\*+)$/i.test(
      value,
    ) ||
    /^(?:\/var)?\/run\/secrets\/|^(?:\/[\w.-]+)+\.(?:pem|key|crt|p12|pfx|jks)$/.test(value) ||
    /^[{[]/.test(text) ||
    /^(?:os\.environ\b|\$\(|\$\{\w+\}$|\$(?:[A-Z_][A-Z0-9_]*|\d)$|\$__(?:file|env)\{|\{\{)/.test(value)
  );
}

import type { PolicyConfigSchema } from "@pulumi/policy";
import { isFields, isList, type Value } from "./value.ts";

/** What each string of a list matches, and what it doesn't. */
interface StringItems {
  readonly pattern: string;
  readonly not?: { readonly pattern: string };
}

/**
 * What an environment may change about a rule: a JSON schema with the value that holds without configuration. The
 * Pulumi CLI compiles patterns with Go's regexp, which has no lookaround: what a pattern can't leave out, `not` does.
 */
export type Setting =
  | { readonly type: "boolean"; readonly description: string; readonly default: boolean }
  | {
      readonly type: "integer";
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly default: number;
    }
  | {
      readonly type: "string";
      readonly description: string;
      readonly pattern: string;
      readonly default: string;
    }
  | {
      readonly type: "array";
      readonly description: string;
      readonly items: StringItems & { readonly type: "string" };
      readonly minItems: number;
      readonly default: readonly string[];
    };

/** The settings that a rule accepts, by name, each with type, default and limits. */
export type RuleSettings = { readonly [name: string]: Setting };

/** The values of a rule's settings as its check gets them. */
export type ConfigOf<S extends RuleSettings> = {
  readonly [Name in keyof S]: S[Name] extends { readonly type: "integer" }
    ? number
    : S[Name] extends { readonly type: "boolean" }
      ? boolean
      : S[Name] extends { readonly type: "string" }
        ? string
        : readonly string[];
};

/** A setting that is true or false. */
export function flag(description: string, byDefault: boolean) {
  return { type: "boolean", description, default: byDefault } as const satisfies Setting;
}

/** A setting with a whole number between two bounds. */
export function integer(
  description: string,
  value: { readonly minimum: number; readonly maximum: number; readonly default: number },
) {
  return { type: "integer", description, ...value } as const satisfies Setting;
}

/** A setting with one string that matches a pattern. */
export function string(description: string, value: { readonly pattern: string; readonly default: string }) {
  return { type: "string", description, ...value } as const satisfies Setting;
}

/** A setting with a list of strings that match a pattern. */
export function strings(
  description: string,
  value: StringItems & {
    /** @default 0 */
    readonly minItems?: number;
    readonly default: readonly string[];
  },
) {
  const { minItems = 0, default: byDefault, ...items } = value;
  return {
    ...{ type: "array", description, minItems, default: byDefault },
    items: { type: "string", ...items },
  } as const satisfies Setting;
}

export interface SettingProblem {
  readonly name: string;
  readonly allowed: string;
}

/**
 * A setting as the Pulumi CLI reads it. A list adds to the default; `{ only: [...] }` replaces it. The package's type for
 * schemas has neither `oneOf` nor `not`, so both forms are in one: `items` is about lists, `properties` about objects.
 */
export function schemaOf(setting: Setting): PolicyConfigSchema["properties"][string] {
  if (setting.type !== "array") return setting;
  const { description, items, minItems } = setting;
  return {
    type: ["array", "object"],
    description: `${description} A list adds to the default; { "only": [...] } replaces it.`,
    items,
    properties: { only: { type: "array", items, minItems } },
    required: ["only"],
    additionalProperties: false,
    default: [...setting.default],
  };
}

/**
 * The configuration of a rule: the given value where it is valid, the default otherwise. A list is added to the default
 * unless it is given as `{ only: [...] }`.
 */
export function configure<S extends RuleSettings>(
  settings: S,
  given: Readonly<Record<string, Value>>,
): { readonly config: ConfigOf<S>; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(settings, name))
    .map((name) => ({ name, allowed: Object.keys(settings).join(", ") || "no setting" }));
  const entries = Object.entries(settings).map(([name, setting]) => {
    const value = given[name];
    if (value === undefined) return [name, setting.default];
    if (isLegal(setting, value)) return [name, effective(setting, value)];
    problems.push({ name, allowed: legal(setting) });
    return [name, setting.default];
  });
  return { config: Object.fromEntries(entries) as ConfigOf<S>, problems };
}

function isLegal(setting: Setting, value: Value): boolean {
  switch (setting.type) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value) && Number(value) >= setting.minimum && Number(value) <= setting.maximum;
    case "string":
      return typeof value === "string" && new RegExp(setting.pattern).test(value);
    case "array": {
      const { pattern, not } = setting.items;
      const matches = new RegExp(pattern);
      const excluded = not && new RegExp(not.pattern);
      const list = isList(value) ? value : onlyOf(value);
      return (
        list !== undefined &&
        (isList(value) || list.length >= setting.minItems) &&
        list.every((item) => typeof item === "string" && matches.test(item) && !excluded?.test(item))
      );
    }
  }
}

/** The list that replaces a default; undefined for any other form. */
function onlyOf(value: Value): readonly Value[] | undefined {
  if (!isFields(value) || Object.keys(value).length !== 1 || !isList(value.only)) return undefined;
  return value.only;
}

function effective(setting: Setting, value: Value): Value {
  if (setting.type !== "array") return value;
  return isList(value) ? [...new Set([...setting.default, ...value])] : onlyOf(value);
}

function legal(setting: Setting): string {
  switch (setting.type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number from ${setting.minimum} to ${setting.maximum}`;
    case "string":
      return `a string that matches ${setting.pattern}`;
    case "array": {
      const { pattern, not } = setting.items;
      const except = not === undefined ? "" : ` and not ${not.pattern}`;
      return `a list of strings that match ${pattern}${except}, which adds to the default; { "only": [...] } replaces it`;
    }
  }
}

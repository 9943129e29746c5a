import { RE2JS } from "re2js";
import { isObject } from "./wire.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that don't constrain a value. */
const annotations = ["default", "description", "title"];

/**
 * What is wrong with a value, by the keywords that the pack's settings use. Patterns are Go's: the Pulumi CLI validates
 * with github.com/xeipuuv/gojsonschema, which compiles them with its regexp.
 * @throws Error for a keyword or a pattern that can't be read here, so that no setting passes unread
 */
export function schemaProblems(schema: Schema, value: unknown, path = ""): string[] {
  const here = path === "" ? "the value" : path;
  return Object.entries(schema).flatMap(([keyword, wanted]): string[] => {
    if (annotations.includes(keyword)) return [];
    const check = keywords[keyword];
    if (check === undefined)
      throw new Error(`${here}: scripts/plan/json-schema.ts doesn't read the keyword ${keyword}`);
    return check(value, wanted as never, { schema, path: here });
  });
}

const patterns = new Map<string, RE2JS>();

/** Compiled once: a list has its pattern for each of its items. */
function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
  patterns.set(pattern, known);
  return known;
}

type Check = (value: unknown, wanted: never, at: { schema: Schema; path: string }) => string[];

const keywords: Readonly<Record<string, Check>> = {
  type: (value, wanted: string | readonly string[], { path }) =>
    [wanted].flat().some((type) => isOfType(value, type))
      ? []
      : [`${path} is not of type ${[wanted].flat().join(" or ")}`],
  enum: (value, wanted: readonly unknown[], { path }) =>
    wanted.includes(value) ? [] : [`${path} is not one of ${wanted.join(", ")}`],
  minimum: (value, wanted: number, { path }) =>
    typeof value === "number" && value < wanted ? [`${path} is less than ${wanted}`] : [],
  maximum: (value, wanted: number, { path }) =>
    typeof value === "number" && value > wanted ? [`${path} is more than ${wanted}`] : [],
  pattern: (value, wanted: string, { path }) =>
    typeof value === "string" && !compiled(wanted).matcher(value).find()
      ? [`${path} doesn't match ${wanted}`]
      : [],
  not: (value, wanted: Schema, { path }) =>
    schemaProblems(wanted, value, path).length === 0 ? [`${path} matches ${JSON.stringify(wanted)}`] : [],
  items: (value, wanted: Schema, { path }) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => schemaProblems(wanted, item, `${path}.${index}`))
      : [],
  minItems: (value, wanted: number, { path }) =>
    Array.isArray(value) && value.length < wanted ? [`${path} has fewer than ${wanted} items`] : [],
  maxItems: (value, wanted: number, { path }) =>
    Array.isArray(value) && value.length > wanted ? [`${path} has more than ${wanted} items`] : [],
  properties: (value, wanted: Readonly<Record<string, Schema>>, { path }) =>
    isObject(value)
      ? Object.entries(wanted).flatMap(([name, schema]) =>
          Object.hasOwn(value, name) ? schemaProblems(schema, value[name], `${path}.${name}`) : [],
        )
      : [],
  required: (value, wanted: readonly string[], { path }) =>
    isObject(value)
      ? wanted.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name} is missing`)
      : [],
  additionalProperties: (value, wanted: boolean, { schema, path }) => {
    if (wanted !== false) throw new Error(`${path}: additionalProperties is read only where it is false`);
    const known = Object.keys((schema.properties as object | undefined) ?? {});
    return isObject(value)
      ? Object.keys(value)
          .filter((name) => !known.includes(name))
          .map((name) => `${path}.${name} is not one of ${known.join(", ")}`)
      : [];
  },
  anyOf: (value, wanted: readonly Schema[], { path }) => {
    const problems = wanted.map((schema) => schemaProblems(schema, value, path));
    return problems.some((found) => found.length === 0) ? [] : (problems[0] ?? []);
  },
};

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

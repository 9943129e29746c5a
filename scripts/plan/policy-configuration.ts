import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ConfigurationError, type Problem, suggestion } from "../../components/shared/problems.ts";
import { refuseLong, repeatsKey } from "../../components/shared/yaml.ts";
import { schemaProblems } from "./json-schema.ts";
import type { Level } from "./policy-report.ts";
import { isObject, type Properties } from "./wire.ts";

/** What is configured of one rule. */
export interface RuleConfiguration {
  readonly level?: Level;
  readonly properties: Properties;
}

/** A rule as the pack describes it. */
export interface Configurable {
  readonly name: string;
  readonly level: Level;
  /** A JSON schema for each setting. */
  readonly settings: Readonly<Record<string, Properties>>;
}

const levels: readonly string[] = ["advisory", "mandatory", "remediate", "disabled"] satisfies Level[];

/**
 * Reads levels and settings by rule as the Pulumi CLI reads a file of `--policy-pack-config`: a level is written in lower
 * case, and everything is a level or an object. [pulumi/pulumi pkg/resource/analyzer/config.go parsePolicyPackConfig]
 * @throws ConfigurationError with all that the CLI would refuse
 */
export function readPolicyConfiguration(file: string): ReadonlyMap<string, RuleConfiguration> {
  return parsePolicyConfiguration(readFileSync(file, "utf8"), basename(file));
}

/** @param file what problems are reported of */
export function parsePolicyConfiguration(text: string, file: string): ReadonlyMap<string, RuleConfiguration> {
  if (text.trim() === "") return new Map();
  const given = parsed(text, file);
  const problems: Problem[] = [];
  const rules = new Map<string, RuleConfiguration>();
  for (const [name, value] of Object.entries(given)) {
    if (name === "environments") {
      const listed = Array.isArray(value) && value.every((one) => typeof one === "string");
      if (!listed) problems.push({ path: name, value, message: "is not a list of strings" });
      continue;
    }
    const found = typeof value === "string" ? { enforcementLevel: value } : value;
    if (!isObject(found)) {
      problems.push({ path: name, value, message: `neither a level nor an object: ${levels.join(", ")}` });
      continue;
    }
    const { enforcementLevel, ...properties } = found;
    if (enforcementLevel !== undefined && !levels.includes(enforcementLevel as string)) {
      problems.push({ path: name, value: enforcementLevel, message: `not one of ${levels.join(", ")}` });
      continue;
    }
    if (enforcementLevel === undefined && Object.keys(properties).length === 0) continue;
    rules.set(name, {
      ...(enforcementLevel !== undefined && { level: enforcementLevel as Level }),
      properties,
    });
  }
  if (problems.length > 0) throw new ConfigurationError({ [file]: problems });
  return rules;
}

function parsed(text: string, file: string): Properties {
  let given: unknown;
  try {
    refuseLong(text);
    given = JSON.parse(text);
  } catch (error) {
    const message = `${(error as Error).message}${trailingComma(text, (error as Error).message)}`;
    throw new ConfigurationError({ [file]: [{ path: "", value: undefined, message }] });
  }
  if (repeatsKey(text))
    throw new ConfigurationError({
      [file]: [{ path: "", value: undefined, message: "names a key twice in an object; keep one" }],
    });
  if (!isObject(given))
    throw new ConfigurationError({
      [file]: [{ path: "", value: given, message: "is not an object of rules" }],
    });
  return given;
}

/** The parser names the place behind a comma that YAML and JavaScript allow. */
function trailingComma(text: string, message: string): string {
  const position = Number(/position (\d+)/.exec(message)?.[1]);
  return /,\s*$/.test(text.slice(0, position)) && /^\s*[}\]]/.test(text.slice(position))
    ? ": JSON has no comma before a closing bracket; take it out"
    : "";
}

/**
 * The configuration of every rule: its own level and the defaults of its settings, under what is configured for `all`
 * and then for itself. [pulumi/pulumi pkg/resource/analyzer/config.go ReconcilePolicyPackConfig]
 * @throws ConfigurationError for a setting that its schema doesn't allow, which the CLI refuses as well, and for a rule
 * or a setting that the pack doesn't have, which the CLI doesn't report
 */
export function reconciled(
  rules: readonly Configurable[],
  configured: ReadonlyMap<string, RuleConfiguration>,
  file: string,
): ReadonlyMap<string, Required<RuleConfiguration>> {
  const names = rules.map(({ name }) => name);
  const problems: Problem[] = [...configured.keys()]
    .filter((name) => name !== "all" && !names.includes(name))
    .map((path) => ({ path, value: undefined, message: `no such rule${suggestion(path, names)}` }));
  const all = configured.get("all");
  if (all !== undefined && Object.keys(all.properties).length > 0)
    problems.push({
      path: "all",
      value: all.properties,
      message: "settings of all rules; `all` has only a level",
    });

  const result = new Map<string, Required<RuleConfiguration>>();
  for (const { name, level, settings } of rules) {
    const own = configured.get(name);
    for (const [setting, value] of Object.entries(own?.properties ?? {}))
      if (!Object.hasOwn(settings, setting))
        problems.push({
          path: `${name}.${setting}`,
          value,
          message: `no such setting${suggestion(setting, ["enforcementLevel", ...Object.keys(settings)])}`,
        });
    const properties = { ...defaults(settings), ...own?.properties };
    for (const [setting, schema] of Object.entries(settings)) {
      const value = properties[setting];
      if (value === undefined) continue;
      const path = `${name}.${setting}`;
      for (const message of schemaProblems(schema, value, path)) problems.push({ path, value, message });
    }
    result.set(name, { level: own?.level ?? all?.level ?? level, properties });
  }
  if (problems.length > 0) throw new ConfigurationError({ [file]: problems });
  return result;
}

function defaults(settings: Configurable["settings"]): Properties {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, schema]) =>
      schema.default === undefined ? [] : [[name, schema.default]],
    ),
  );
}

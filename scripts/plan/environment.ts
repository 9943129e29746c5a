import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, suggestion } from "../../components/shared/problems.ts";
import { parseYaml } from "../../components/shared/yaml.ts";
import type { RawConfig } from "../../stacks/config.ts";
import { goScalars } from "./go-scalars.ts";

/** The environments of a project: one stack file each. */
export function environments(root: string): string[] {
  return readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/**
 * The configuration in a stack's file, by full key.
 * @param text what to read in place of the file's own @default the file's own
 * @throws ConfigurationError when the file is missing, isn't YAML, or holds encrypted values
 */
export function readStackConfig(root: string, environment: string, text?: string): RawConfig["config"] {
  const file = `Pulumi.${environment}.yaml`;
  const fail = (path: string, value: unknown, message: string): never => {
    throw new ConfigurationError({ [file]: [{ path, value, message }] });
  };
  const known = environments(root);
  if (!known.includes(environment)) {
    return fail("", undefined, `no such file${suggestion(environment, known)}`);
  }
  let document: unknown;
  try {
    document = parseYaml(text ?? readFileSync(join(root, file), "utf8"), goScalars);
  } catch (error) {
    return fail("", undefined, (error as Error).message);
  }
  const config = (document as { config?: unknown } | null)?.config;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    return fail("config", config, "missing: the settings stand under `config:`");
  }
  for (const [key, value] of Object.entries(config)) {
    if (typeof value === "object" && value !== null && "secure" in value) {
      fail(
        key,
        "[encrypted]",
        "no setting is secret; put values with `npm run put-secret` and take this one out",
      );
    }
    const refused = whatCliRefuses(value, []);
    if (refused !== undefined) fail(key, value, `${refused}, which the Pulumi CLI refuses`);
  }
  return config as Record<string, unknown>;
}

/** Levels and thresholds of an environment's rules, if it has any of its own. */
export function policyConfigurationFile(root: string, environment: string): string | undefined {
  const file = join(root, "policies/config", `${environment}.json`);
  return existsSync(file) ? file : undefined;
}

/**
 * Configuration as the Pulumi CLI hands it to a program: text, with objects as JSON and their keys in order, since the
 * CLI keeps them in maps. [pulumi/pulumi sdk/go/common/resource/config/object.go MarshalString]
 */
export function asProgramConfig(config: RawConfig["config"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null ? JSON.stringify(sorted(value)) : String(value ?? ""),
    ]),
  );
}

/** What YAML can express and JSON can't. @param inside the values around this one */
function whatCliRefuses(value: unknown, inside: readonly object[]): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "holds .inf or .nan";
  if (typeof value !== "object" || value === null) return undefined;
  if (inside.includes(value)) return "contains itself";
  for (const inner of Object.values(value)) {
    const refused = whatCliRefuses(inner, [...inside, value]);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, sorted(inner)]);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import { type Release, releaseSchema } from "../components/serving/release.ts";
import type { Account } from "../components/shared/account.ts";
import { own } from "../components/shared/own.ts";
import { ConfigurationError, type Problem, problemsOf } from "../components/shared/problems.ts";
import { parseYaml } from "../components/shared/yaml.ts";
import { withAdditions } from "./additions.ts";
import { consistencyProblems } from "./consistency.ts";
import { misplacedProblems } from "./misplaced.ts";
import { advisoryProblems } from "./release-advisories.ts";
import { fileListProblems, releaseProblems } from "./release-consistency.ts";
import { configSchema, environmentSchema, regionSchema, type Settings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

/** The program's raw input, before validation. */
export interface RawConfig {
  /** The stack's name. */
  readonly environment: string;
  /** The stack's configuration by full key (`gantry:pools`); values as YAML has them, or as the JSON text that Pulumi passes on. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Parsed release files by name, without their extension. */
  readonly releases: Readonly<Record<string, unknown>>;
  /** In the form `YYYY-MM-DD`: exemptions and reservations end. */
  readonly today: string;
}

/** A validated environment. */
export interface Config extends Omit<Settings, "account"> {
  readonly environment: string;
  readonly account: Account;
  /** In the form `YYYY-MM-DD`. */
  readonly today: string;
  /** The releases that slots name. */
  readonly releases: Readonly<Record<string, Release>>;
}

const project = "gantry";
export const releaseFolder = "stacks/releases";

/**
 * The configuration of an environment, checked field by field and then as a whole.
 * @throws ConfigurationError with every problem at once: file, path, value, what is allowed, what to do
 */
export function parseConfig(raw: RawConfig): Config {
  const problems: Record<string, Problem[]> = {};
  const report = (file: string, found: readonly Problem[]) => {
    if (found.length > 0) problems[file] = [...(problems[file] ?? []), ...found];
  };
  const file = `Pulumi.${raw.environment}.yaml`;

  const settingsInput = settingsOf(raw.config);
  report(file, misplacedProblems(raw.config, settingsInput));
  const settings = configSchema.safeParse(settingsInput);
  if (!settings.success) report(file, withAdditions(problemsOf(settings.error, settingsInput)));
  report(
    file,
    scalarProblems("aws:region", regionSchema.safeParse(raw.config["aws:region"]), raw.config["aws:region"]),
  );
  report(
    file,
    scalarProblems("the stack's name", environmentSchema.safeParse(raw.environment), raw.environment),
  );

  const releases: Record<string, Release> = {};
  for (const [name, input] of Object.entries(raw.releases)) {
    const release = releaseSchema.safeParse(input);
    if (release.success) {
      releases[name] = release.data;
      report(releaseFile(name), releaseProblems(release.data));
    } else {
      report(releaseFile(name), problemsOf(release.error, input));
    }
  }

  if (settings.success) {
    const given = raw.config["aws:region"];
    // Not String(): a map may have a key toString, which isn't a function.
    const region = typeof given === "string" ? given : "";
    report(file, consistencyProblems(settings.data, region, releases, Object.keys(raw.releases)));
    const used = Object.fromEntries(
      namedReleases(settings.data).flatMap((name) => {
        const release = own(releases, name);
        return release === undefined ? [] : [[name, release] as const];
      }),
    );
    for (const [name, release] of Object.entries(used))
      report(releaseFile(name), advisoryProblems(release, raw.today));
    for (const [name, found] of Object.entries(fileListProblems(used))) report(releaseFile(name), found);
  }
  if (!settings.success || Object.keys(problems).length > 0) throw new ConfigurationError(problems);

  const { account, ...rest } = settings.data;
  return {
    ...rest,
    environment: raw.environment,
    today: raw.today,
    account: { id: account, region: raw.config["aws:region"] as string },
    releases: Object.fromEntries(
      namedReleases(settings.data).map((name) => [name, releases[name] as Release]),
    ),
  };
}

/** Every release file, parsed but not yet trusted. @param root the project's folder */
export function readReleases(root: string): Record<string, unknown> {
  const folder = join(root, releaseFolder);
  const files = filesIn(folder).filter((file) => file.endsWith(".yaml"));
  return Object.fromEntries(
    files.map((file) => {
      try {
        return [
          file.replace(/\.yaml$/, ""),
          withTemplate(folder, parseYaml(readFileSync(join(folder, file), "utf8"))),
        ];
      } catch (error) {
        throw new ConfigurationError({
          [`${releaseFolder}/${file}`]: [{ path: "", value: undefined, message: (error as Error).message }],
        });
      }
    }),
  );
}

/** A release with the text of the chat template that it names, where there is such a file. */
function withTemplate(folder: string, release: unknown): unknown {
  const template = (release as { chatTemplate?: { file?: unknown } } | null)?.chatTemplate;
  const file = template?.file;
  if (typeof file !== "string" || file !== basename(file) || !existsSync(join(folder, file))) return release;
  const text = readFileSync(join(folder, file), "utf8");
  return { ...(release as object), chatTemplate: { ...template, text } };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const message = `the folder of releases can't be read: ${(error as Error).message}`;
    throw new ConfigurationError({ [releaseFolder]: [{ path: "", value: undefined, message }] });
  }
}

/** Keys of this project without their namespace, JSON text decoded. */
function settingsOf(config: RawConfig["config"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(`${project}:`))
      .map(([key, value]) => [key.slice(project.length + 1), decoded(value)]),
  );
}

/** Pulumi hands objects and booleans over as JSON text. Other text stays: an account's digits are not a number. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string" || !/^([[{]|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function scalarProblems(path: string, result: z.ZodSafeParseResult<unknown>, value: unknown): Problem[] {
  return result.success
    ? []
    : problemsOf(result.error, value).map((problem) => ({ ...problem, path, value }));
}

function releaseFile(name: string): string {
  return `${releaseFolder}/${name}.yaml`;
}

function namedReleases({ models }: Settings): string[] {
  return [
    ...new Set(
      Object.values(models)
        .flatMap(slotsOf)
        .map(({ slot }) => slot.release),
    ),
  ];
}

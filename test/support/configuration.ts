import { ConfigurationError } from "../../components/shared/problems.ts";
import { readStackConfig } from "../../scripts/plan/environment.ts";
import { parseConfig, type RawConfig, readReleases } from "../../stacks/config.ts";
import { changed } from "./changed.ts";
import { fixtureRoot } from "./plan.ts";

/** The fixture's dev environment, as a command reads it. */
export const shipped: RawConfig = {
  environment: "dev",
  config: readStackConfig(fixtureRoot, "dev"),
  releases: readReleases(fixtureRoot),
  today: "2026-11-24",
};

/** The dev environment with one place changed: `pools.a10g.maxGpus`, or `release:<file>.limits.contextLength`. */
export function configurationWith(path: string, value: unknown): RawConfig {
  const [first = "", ...rest] = path.split(".");
  const file = /^release:(.*)$/.exec(first)?.[1];
  return file === undefined
    ? {
        ...shipped,
        config: changed(shipped.config, [`gantry:${first}`, ...rest], value) as RawConfig["config"],
      }
    : { ...shipped, releases: changed(shipped.releases, [file, ...rest], value) as RawConfig["releases"] };
}

export function problemsWith(path: string, value: unknown): string[] {
  return problemsOf(configurationWith(path, value));
}

/** Each problem as `file: path: message`. */
export function problemsOf(raw: RawConfig): string[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.entries(error.problems).flatMap(([file, problems]) =>
      problems.map(({ path, message }) => `${file}: ${path}: ${message}`),
    );
  }
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { RawConfig } from "../../stacks/config.ts";
import { asProgramConfig, readStackConfig } from "./environment.ts";
import { type Judgement, startPolicyPack } from "./policy-pack.ts";
import { runProgram } from "./program.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties } from "./wire.ts";

export interface PlanArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  /** Changes the configuration before it is planned. @default as the stack's file has it */
  readonly edit?: (config: RawConfig["config"]) => RawConfig["config"];
  /** Outputs that the plan shall know. @default none */
  readonly outputs?: (resource: PlannedResource) => Properties;
}

/** What an environment would become. JSON through and through. */
export interface Plan {
  readonly environment: string;
  /** The configuration by full key, as it was planned. */
  readonly config: RawConfig["config"];
  readonly resources: readonly PlannedResource[];
  readonly warnings: readonly string[];
}

const organization = "organization";

/**
 * Runs the program for one environment on the embedded engine.
 * @throws ConfigurationError for a stack's file that can't be read, ProgramError with the program's own words
 */
export async function planProgram({ root, environment, edit, outputs }: PlanArgs): Promise<Plan> {
  const config = (edit ?? ((unchanged) => unchanged))(readStackConfig(root, environment));
  const { resources, warnings } = await runProgram({
    root,
    ...stackName(root, environment),
    config: asProgramConfig(config),
    ...(outputs && { outputs }),
  });
  return { environment, config, resources, warnings };
}

/** Plans an environment and puts the plan before the policy pack; both start at the same time. */
export async function planEnvironment(args: PlanArgs): Promise<Plan & { readonly judgement: Judgement }> {
  const { root, environment } = args;
  const configuration = policyConfigurationFile(root, environment);
  const starting = startPolicyPack({ root, configuration });
  // A program that fails is reported at once; the pack that is still starting is then of no interest.
  const closing = starting.then(
    (pack) => () => pack.close(),
    () => () => undefined,
  );
  try {
    const [plan, pack] = await Promise.all([planProgram(args), starting]);
    return { ...plan, judgement: await pack.judge(stackName(root, environment), plan.resources) };
  } finally {
    closing.then((close) => close());
  }
}

/** Levels and thresholds of an environment's rules, if it has any of its own. */
function policyConfigurationFile(root: string, environment: string): string | undefined {
  const file = join(root, "policies/config", `${environment}.json`);
  return existsSync(file) ? file : undefined;
}

function stackName(root: string, stack: string) {
  const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  return { project: name, stack, organization };
}

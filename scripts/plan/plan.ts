import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { RawConfig } from "../../stacks/config.ts";
import { asProgramConfig, policyConfigurationFile, readStackConfig } from "./environment.ts";
import { startPolicyPack } from "./policy-pack.ts";
import type { Diagnostic, PolicyReport } from "./policy-report.ts";
import { runProgram } from "./program.ts";
import type { PreviewEngineArgs } from "./registrations.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties } from "./wire.ts";

export interface PlanArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  /** A text of the stack's file. @default the file's own */
  readonly text?: string | undefined;
  /** Changes the configuration before it is planned. @default as the stack's file has it */
  readonly edit?: (config: RawConfig["config"]) => RawConfig["config"];
  /** Whether the stack is up and everything about it known. @default false: its first deployment */
  readonly deployed?: boolean;
  /** What a deployed stack's state knows of a resource; see `PreviewEngineArgs`. */
  readonly stateOf?: PreviewEngineArgs["stateOf"];
  /** Outputs that the plan shall know. @default none */
  readonly outputs?: (resource: PlannedResource) => Properties;
  /** Told of each resource as soon as the program asks for it. */
  readonly onResource?: (resource: PlannedResource) => void;
}

/** What an environment would become. JSON through and through. */
export interface Plan {
  readonly environment: string;
  /** The configuration by full key, as it was planned. */
  readonly config: RawConfig["config"];
  readonly resources: readonly PlannedResource[];
  /**
   * What the engine adds to them: children of remote components, marked with what they were recorded from, and default
   * providers. Rules see both.
   */
  readonly implied?: readonly PlannedResource[];
  /** What the stack shows when it is up. */
  readonly stackOutputs: Properties;
  readonly warnings: readonly string[];
}

const organization = "organization";

/**
 * Runs the program for one environment on the embedded engine.
 * @throws ConfigurationError for a stack's file that can't be read, ProgramError with the program's own words
 */
export async function planProgram(args: PlanArgs): Promise<Plan> {
  const { root, environment, text, deployed = false, edit, stateOf, outputs, onResource } = args;
  const config = (edit ?? ((unchanged) => unchanged))(readStackConfig(root, environment, text));
  const { resources, implied, stackOutputs, warnings } = await runProgram({
    root,
    ...stackName(root, environment),
    config: asProgramConfig(config),
    deployed,
    ...(stateOf && { stateOf }),
    ...(outputs && { outputs }),
    ...(onResource && { onResource }),
  });
  return { environment, config, resources, implied, stackOutputs, warnings };
}

/**
 * Plans an environment and puts the plan before the policy pack. Both start at the same time, and each resource is
 * judged as soon as the program has declared it.
 */
export async function planEnvironment(
  args: PlanArgs,
): Promise<Plan & { readonly policyReport: PolicyReport }> {
  const { root, environment, deployed = false } = args;
  const starting = startPolicyPack({
    root,
    stack: stackName(root, environment),
    configuration: policyConfigurationFile(root, environment),
    deployed,
    levels: { "exemptions-needed": "mandatory" },
  });
  const found: Promise<Diagnostic[]>[] = [];
  const judge = (resource: PlannedResource) => {
    args.onResource?.(resource);
    const diagnostics = starting.then((pack) => pack.analyzeResource(resource));
    // A program that fails is reported at once; what the pack says then is of no interest.
    diagnostics.catch(() => undefined);
    found.push(diagnostics);
  };
  try {
    const [plan, pack] = await Promise.all([planProgram({ ...args, onResource: judge }), starting]);
    // Rules about exemptions ask the whole stack last, when it is known what else was found.
    const ofResources = await Promise.all(found);
    const diagnostics = [
      ...ofResources.flat(),
      ...(await pack.analyzeStack([...plan.resources, ...(plan.implied ?? [])])),
    ];
    return {
      ...plan,
      policyReport: { pack: { name: pack.name, version: pack.version }, rules: pack.rules, diagnostics },
    };
  } finally {
    starting.then((pack) => pack.close()).catch(() => undefined);
  }
}

function stackName(root: string, stack: string) {
  const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  return { project: name, stack, organization };
}

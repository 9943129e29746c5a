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

/** A plan with what the policy pack says of it. */
export type JudgedPlan = Plan & { readonly policyReport: PolicyReport };

/**
 * Plans an environment and puts the plan before the policy pack. Both start at the same time, and each resource is
 * judged as soon as the program has declared it.
 */
export async function planEnvironment(args: PlanArgs): Promise<JudgedPlan> {
  const judging = startJudging(args);
  const onResource = (resource: PlannedResource) => {
    args.onResource?.(resource);
    judging.judge(resource);
  };
  try {
    const [plan] = await Promise.all([planProgram({ ...args, onResource }), judging.started]);
    return { ...plan, policyReport: await judging.report(plan) };
  } finally {
    judging.close();
  }
}

/** Puts a whole plan before the policy pack of a folder. */
export async function judgePlan(
  args: Pick<PlanArgs, "root" | "deployed"> & { readonly plan: Plan },
): Promise<PolicyReport> {
  const { plan, ...others } = args;
  const { environment, resources, implied = [] } = plan;
  const judging = startJudging({ ...others, environment });
  const isRecorded = ({ recorded }: PlannedResource) => recorded !== undefined;
  try {
    // Providers before what they make, and components before their children.
    for (const resource of implied) if (!isRecorded(resource)) judging.judge(resource);
    for (const resource of resources) judging.judge(resource);
    for (const resource of implied) if (isRecorded(resource)) judging.judge(resource);
    return await judging.report(plan);
  } finally {
    judging.close();
  }
}

function startJudging({ root, environment, deployed = false }: Omit<PlanArgs, "onResource">) {
  const started = startPolicyPack({
    root,
    stack: stackName(root, environment),
    configuration: policyConfigurationFile(root, environment),
    deployed,
    levels: { "exemptions-needed": "mandatory" },
  });
  const found: Promise<Diagnostic[]>[] = [];
  return {
    started,
    judge: (resource: PlannedResource) => {
      const diagnostics = started.then((pack) => pack.analyzeResource(resource));
      // A program that fails is reported at once; what the pack says then is of no interest.
      diagnostics.catch(() => undefined);
      found.push(diagnostics);
    },
    report: async ({ resources, implied = [] }: Plan): Promise<PolicyReport> => {
      const { name, version, rules, analyzeStack } = await started;
      // Rules about exemptions ask the whole stack last, when it is known what else was found.
      const ofResources = await Promise.all(found);
      const diagnostics = [...ofResources.flat(), ...(await analyzeStack([...resources, ...implied]))];
      return { pack: { name, version }, rules, diagnostics };
    },
    close: () => {
      started.then((pack) => pack.close()).catch(() => undefined);
    },
  };
}

function stackName(root: string, stack: string) {
  const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  return { project: name, stack, organization };
}

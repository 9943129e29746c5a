import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { RawConfig } from "../../stacks/config.ts";
import { asProgramConfig, policyConfigurationFile, readStackConfig } from "./environment.ts";
import { type PolicyPack, startPolicyPack } from "./policy-pack.ts";
import type { Diagnostic, PolicyReport } from "./policy-report.ts";
import { runProgram } from "./program.ts";
import type { PreviewEngineArgs } from "./registrations.ts";
import type { PlannedResource } from "./resource.ts";
import { SharedPack } from "./shared-pack.ts";
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
  /** Outputs that are known in the plan. @default none */
  readonly outputs?: (resource: PlannedResource) => Properties;
  /** Called with each resource as soon as the program registers it. */
  readonly onResource?: (resource: PlannedResource) => void;
}

/** The plan of an environment. Serializable as JSON. */
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
  /** The stack's outputs. */
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

/** A plan with the policy pack's report. */
export type AnalyzedPlan = Plan & { readonly policyReport: PolicyReport };

/**
 * Plans an environment and analyzes the plan with the policy pack. Both start at the same time, and each resource is
 * analyzed as soon as the program has declared it.
 */
export async function planEnvironment(args: PlanArgs): Promise<AnalyzedPlan> {
  const analysis = startAnalysis(args);
  const onResource = (resource: PlannedResource) => {
    args.onResource?.(resource);
    analysis.add(resource);
  };
  try {
    const [plan] = await Promise.all([planProgram({ ...args, onResource }), analysis.started]);
    return { ...plan, policyReport: await analysis.report(plan) };
  } finally {
    analysis.close();
  }
}

/** Analyzes a whole plan with the policy pack of a folder. @param pack a process of it that is shared @default one of its own */
export async function analyzePlan({
  root,
  plan,
  deployed = false,
  pack,
}: Pick<PlanArgs, "root" | "deployed"> & {
  readonly plan: Plan;
  readonly pack?: SharedPack;
}): Promise<PolicyReport> {
  const { environment, resources, implied = [] } = plan;
  const isRecorded = ({ recorded }: PlannedResource) => recorded !== undefined;
  // Providers before what they make, and components before their children.
  const inOrder = [...implied.filter((one) => !isRecorded(one)), ...resources, ...implied.filter(isRecorded)];
  const asked = pack ?? new SharedPack(root);
  try {
    return await asked.run(packArgs({ root, environment, deployed }), async (running) => {
      const found = await Promise.all(inOrder.map((resource) => running.analyzeResource(resource)));
      return await reportOf(running, plan, found);
    });
  } finally {
    if (pack === undefined) asked.close();
  }
}

function packArgs({
  root,
  environment,
  deployed = false,
}: Pick<PlanArgs, "root" | "environment" | "deployed">) {
  return {
    stack: stackName(root, environment),
    configuration: policyConfigurationFile(root, environment),
    deployed,
    levels: { "exemptions-needed": "mandatory" } as const,
  };
}

/** Rules about exemptions run last, over the whole stack, when all other findings are known. */
async function reportOf(
  { name, version, rules, analyzeStack }: Omit<PolicyPack, "close">,
  { resources, implied = [] }: Plan,
  ofResources: readonly (readonly Diagnostic[])[],
): Promise<PolicyReport> {
  const ofStack = await analyzeStack([...resources, ...implied]);
  return { pack: { name, version }, rules, diagnostics: [...ofResources.flat(), ...ofStack] };
}

function startAnalysis(args: Omit<PlanArgs, "onResource">) {
  const started = startPolicyPack({ root: args.root, ...packArgs(args) });
  const found: Promise<Diagnostic[]>[] = [];
  return {
    started,
    add: (resource: PlannedResource) => {
      const diagnostics = started.then((pack) => pack.analyzeResource(resource));
      // A program that fails is reported immediately; the pack's findings don't matter then.
      diagnostics.catch(() => undefined);
      found.push(diagnostics);
    },
    report: async (plan: Plan) => reportOf(await started, plan, await Promise.all(found)),
    close: () => {
      started.then((pack) => pack.close()).catch(() => undefined);
    },
  };
}

function stackName(root: string, stack: string) {
  const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };
  return { project: name, stack, organization };
}

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { environments } from "../plan/environment.ts";
import { type AnalyzedPlan, analyzePlan, type Plan, planProgram } from "../plan/plan.ts";
import type { PolicyReport } from "../plan/policy-report.ts";
import { SharedPack } from "../plan/shared-pack.ts";
import { type Comparison, compare } from "./comparison.ts";
import { concerns, isOfPolicies } from "./concerns.ts";
import type { KeptPlans } from "./kept-plans.ts";
import { type PlannedSide, sideOf } from "./side.ts";
import { type PlanStep, StepGenerator, stepsBetween } from "./steps.ts";

/** The outcome for one environment of a change. */
export type EnvironmentDiff =
  | { readonly environment: string; readonly comparison: Comparison; readonly baseProblem?: string }
  | { readonly environment: string; readonly problem: string }
  | { readonly environment: string; readonly isGone: true };

/** A folder with a project's files and plans of it that are kept, or why there is none. */
export type BaseFolder =
  | { readonly folder: string; readonly kept?: KeptPlans }
  | { readonly problem: string };

export interface Comparing {
  readonly base: BaseFolder;
  /** The project's folder as it is now. */
  readonly head: string;
  /** Files that differ between the two, from the project's folder. */
  readonly changed: readonly string[];
  readonly environments: readonly string[];
  readonly onResource: () => void;
}

/** A plan, with the policies' report if an earlier comparison already has it. */
type PerhapsAnalyzed = Plan & Partial<AnalyzedPlan>;

/** Compares environments, as many plans side by side as there are processors. The outcomes keep their order. */
export function compareAll({
  base,
  head,
  changed,
  environments: chosen,
  onResource,
}: Comparing): Promise<EnvironmentDiff[]> {
  const limit = limited(availableParallelism());
  const samePolicies = !changed.some(isOfPolicies);
  // Another commit's pack may not start anew with each stack, so it gets a process for each.
  const pack = new SharedPack(head);
  return Promise.all(chosen.map((environment) => compareOne(environment))).finally(() => pack.close());

  async function compareOne(environment: string): Promise<EnvironmentDiff> {
    if (!has(head, environment)) return { environment, isGone: true };
    const isChanged = changed.some((file) => concerns(file, environment));
    // An environment that nothing has changed for is planned once.
    const young = isChanged ? plan(head, environment) : (kept(environment) ?? plan(head, environment));
    const [old, now] = await Promise.allSettled([isChanged ? basePlan(environment) : young, young]);
    if (now.status === "rejected") return { environment, problem: words(now.reason) };
    const sides = await analyzedSides(old, now.value).catch((error) => ({ problem: words(error) }));
    if ("problem" in sides) return { environment, ...sides };
    const { before, after } = sides;
    if (before instanceof Error)
      return { environment, comparison: headAlone(after), baseProblem: words(before) };
    const steps = before === undefined ? created(after) : await exact(before, after);
    return { environment, comparison: compare(before, after, steps) };
  }

  function kept(environment: string): PerhapsAnalyzed | undefined {
    return "problem" in base ? undefined : base.kept?.find(environment);
  }

  function plan(root: string, environment: string): Promise<PerhapsAnalyzed> {
    return limit(() => planProgram({ root, environment, deployed: true, onResource }));
  }

  async function basePlan(environment: string): Promise<PerhapsAnalyzed | undefined> {
    if ("problem" in base) throw new Error(base.problem);
    if (!has(base.folder, environment)) return undefined;
    return kept(environment) ?? (await plan(base.folder, environment));
  }

  async function analyzedSides(
    old: PromiseSettledResult<PerhapsAnalyzed | undefined>,
    young: PerhapsAnalyzed,
  ): Promise<{ readonly before: PlannedSide | undefined | Error; readonly after: PlannedSide }> {
    const base = old.status === "fulfilled" ? old.value : undefined;
    // The same plan is analyzed once.
    const isAlike = base !== undefined && (base === young || (samePolicies && isSameToPolicies(base, young)));
    const analyzed = await analyze(head, young, isAlike ? base.policyReport : undefined);
    const after = await sideOf(head, analyzed);
    if (old.status === "rejected") return { before: new Error(words(old.reason)), after };
    if (base === undefined) return { before: undefined, after };
    if (base === young) {
      keep(analyzed);
      return { before: after, after };
    }
    const before = await baseSide(base, isAlike ? analyzed.policyReport : undefined).catch(
      (error) => new Error(words(error)),
    );
    return { before, after };
  }

  async function baseSide(planned: PerhapsAnalyzed, known?: PolicyReport): Promise<PlannedSide> {
    if ("problem" in base) throw new Error(base.problem);
    const analyzed = await analyze(base.folder, planned, known);
    keep(analyzed);
    return await sideOf(base.folder, analyzed);
  }

  async function analyze(
    root: string,
    planned: PerhapsAnalyzed,
    known?: PolicyReport,
  ): Promise<AnalyzedPlan> {
    const policyReport =
      planned.policyReport ??
      known ??
      (await (root === head || samePolicies
        ? analyzePlan({ root, plan: planned, deployed: true, pack })
        : limit(() => analyzePlan({ root, plan: planned, deployed: true }))));
    return { ...planned, policyReport };
  }

  function keep(analyzed: AnalyzedPlan) {
    if (!("problem" in base)) base.kept?.keep(analyzed);
  }

  /**
   * Values of a resource that is replaced are unknown until it is there, and what takes them may be replaced too: the
   * program runs once more as in the engine's preview. Without a replacement, both plans are complete.
   */
  async function exact(before: PlannedSide, after: PlannedSide): Promise<readonly PlanStep[]> {
    const steps = stepsBetween(before.plan, after.plan);
    if (steps.every(({ kind }) => kind !== "replace")) return steps;
    const generator = new StepGenerator(before.plan);
    const { environment } = after.plan;
    await limit(() =>
      planProgram({ root: head, environment, deployed: true, stateOf: generator.stateOf, onResource }),
    );
    return generator.steps();
  }
}

/** Whether two plans of an environment are the same to policies, which don't know an order. */
function isSameToPolicies(one: Plan, other: Plan): boolean {
  return isDeepStrictEqual(byUrn(one), byUrn(other));
}

function byUrn({ resources, implied = [] }: Plan) {
  return new Map([...resources, ...implied].map((resource) => [resource.urn, resource]));
}

/** The environments of base and head, in the order of their names. */
export function environmentsOf(base: BaseFolder, head: string): readonly string[] {
  const before = "folder" in base ? environments(base.folder) : [];
  return [...new Set([...before, ...environments(head)])].sort();
}

/** The report of the head alone: nothing in it can be called new. */
function headAlone(side: PlannedSide): Comparison {
  const { blastRadius: _, policies, ...rest } = compare(undefined, side, []);
  const none = { added: [], gone: [] };
  return { ...rest, slots: [], policies: { ...policies, ...none }, exemptions: none, evaluations: none };
}

function created({ plan }: PlannedSide): readonly PlanStep[] {
  const nothing = { ...plan, resources: [], implied: [] };
  return stepsBetween(nothing, plan);
}

function has(folder: string, environment: string): boolean {
  return existsSync(join(folder, `Pulumi.${environment}.yaml`));
}

function words(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

/** Limits how many promises run at a time. */
function limited(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

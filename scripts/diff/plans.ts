import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { environments } from "../plan/environment.ts";
import { planProgram } from "../plan/plan.ts";
import { type Comparison, compare } from "./comparison.ts";
import { type PlannedSide, sideOf } from "./side.ts";
import { type PlanStep, StepGenerator, stepsBetween } from "./steps.ts";

/** What became of one environment of a change. */
export type EnvironmentDiff =
  | { readonly environment: string; readonly comparison: Comparison; readonly baseProblem?: string }
  | { readonly environment: string; readonly problem: string }
  | { readonly environment: string; readonly isGone: true };

/** A folder with a project's files, or why there is none. */
export type BaseFolder = { readonly folder: string } | { readonly problem: string };

export interface Comparing {
  readonly base: BaseFolder;
  /** The project's folder as it is now. */
  readonly head: string;
  /** Files that differ between the two, from the project's folder. */
  readonly changed: readonly string[];
  readonly environments: readonly string[];
  readonly onResource: () => void;
}

/** Compares environments, as many plans side by side as there are processors. The outcomes keep their order. */
export function compareAll({
  base,
  head,
  changed,
  environments: chosen,
  onResource,
}: Comparing): Promise<EnvironmentDiff[]> {
  const limit = limited(availableParallelism());
  return Promise.all(chosen.map((environment) => compareOne(environment)));

  async function compareOne(environment: string): Promise<EnvironmentDiff> {
    if (!has(head, environment)) return { environment, isGone: true };
    const headSide = limit(() => sideOf(head, environment, onResource));
    // What nothing has changed for has one plan, made once.
    const isChanged = changed.some((file) => concerns(file, environment));
    const [before, after] = await Promise.allSettled([
      isChanged || "problem" in base ? baseSide(environment) : headSide,
      headSide,
    ]);
    if (after.status === "rejected") return { environment, problem: words(after.reason) };
    if (before.status === "rejected") {
      return { environment, comparison: headAlone(after.value), baseProblem: words(before.reason) };
    }
    const steps = before.value === undefined ? created(after.value) : await exact(before.value, after.value);
    return { environment, comparison: compare(before.value, after.value, steps) };
  }

  async function baseSide(environment: string): Promise<PlannedSide | undefined> {
    if ("problem" in base) throw new Error(base.problem);
    if (!has(base.folder, environment)) return undefined;
    return await limit(() => sideOf(base.folder, environment, onResource));
  }

  /**
   * Values of a resource that is replaced are unknown until it is there, and what takes them may be replaced too: the
   * program runs once more as in the engine's preview. Without a replacement, both plans say all.
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

/** Whether a change of a file can change what an environment plans, or what its plan is judged by. */
export function concerns(file: string, environment: string): boolean {
  if (/^(?:docs|test|\.github|\.ci)\/|^[^/]+\.md$/.test(file)) return false;
  const only = /^(?:Pulumi\.(.+)\.yaml|policies\/config\/(.+)\.json)$/.exec(file);
  return only === null || only.slice(1).includes(environment);
}

/** The environments of both ends, in the order of their names. */
export function environmentsOf(base: BaseFolder, head: string): readonly string[] {
  const before = "folder" in base ? environments(base.folder) : [];
  return [...new Set([...before, ...environments(head)])].sort();
}

/** What is known of one end alone: nothing of it can be called new. */
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

/** Lets so many promises work at a time. */
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

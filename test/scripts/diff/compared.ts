import { blastRadius } from "../../../scripts/diff/blast-radius.ts";
import { placesOf } from "../../../scripts/diff/place.ts";
import { settingChanges } from "../../../scripts/diff/settings.ts";
import { type PlanStep, StepGenerator, stepsBetween } from "../../../scripts/diff/steps.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { slotReports } from "../../../scripts/plan/report/slots.ts";
import { parseConfig, readReleases } from "../../../stacks/config.ts";
import { changed } from "../../support/changed.ts";
import { fixtureRoot } from "../../support/plan.ts";
import { planFixture } from "../../support/plan-fixture.ts";

/** Values by path: below `gantry:`, such as `models.chat.traffic.live`, or a key of another namespace. */
export type Edits = Readonly<Record<string, unknown>>;

/** The fixture's dev as once it is up, with settings changed. @param root of a copy with other releases @default the fixture's */
export function deployed(edits: Edits, stateOf?: StepGenerator["stateOf"], root?: string): Promise<Plan> {
  return planFixture({
    environment: "dev",
    deployed: true,
    ...(root !== undefined && { root }),
    edit: (config) => Object.entries(edits).reduce(edited, config),
    ...(stateOf && { stateOf }),
  });
}

/** What happens when settings of a deployed environment change. */
export async function stepsOf(base: Plan, edits: Edits): Promise<{ steps: readonly PlanStep[]; head: Plan }> {
  const head = await deployed(edits);
  const steps = stepsBetween(base, head);
  if (steps.every(({ kind }) => kind !== "replace")) return { steps, head };
  const generator = new StepGenerator(base);
  await deployed(edits, generator.stateOf);
  return { steps: generator.steps(), head };
}

/** The line for steps between two plans. */
export function lineOf(base: Plan, head: Plan, steps: readonly PlanStep[]): string {
  const resources = [base, head].flatMap(({ resources, implied = [] }) => [...resources, ...implied]);
  return blastRadius({
    steps,
    places: placesOf(steps, resources),
    slots: { before: slotsOf(base), after: slotsOf(head) },
    settings: settingChanges(base.config, head.config),
  }).line;
}

function edited(config: Plan["config"], [path, value]: [string, unknown]): Plan["config"] {
  if (path.includes(":")) return { ...config, [path]: value };
  const [section = "", ...rest] = path.split(".");
  return { ...config, [`gantry:${section}`]: changed(config[`gantry:${section}`], rest, value) };
}

function slotsOf({ config, environment }: Plan) {
  const today = new Date().toISOString().slice(0, 10);
  return slotReports(parseConfig({ environment, config, releases: readReleases(fixtureRoot), today }));
}

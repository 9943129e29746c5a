import type { Exemption } from "../../policies/framework/exemption.ts";
import type { FindingReport } from "../plan/report/report.ts";
import { type BlastRadius, blastRadius, stepName, stepType } from "./blast-radius.ts";
import { shortened } from "./changed-paths.ts";
import { type Evaluations, evaluations } from "./evaluations.ts";
import { irreversible } from "./irreversible.ts";
import { notes } from "./notes.ts";
import { placesOf } from "./place.ts";
import { type SettingChange, settingChanges } from "./settings.ts";
import type { PlannedSide } from "./side.ts";
import { slotChanges, trafficChanges } from "./slot-changes.ts";
import type { PlanStep } from "./steps.ts";

/** One resource that would change. */
export interface ChangedResource {
  readonly kind: PlanStep["kind"];
  /** The component directly under the environment. */
  readonly component: string;
  readonly type: string;
  readonly name: string;
  /** The name that it had, by its alias. */
  readonly formerName?: string;
  /** Changed inputs, three steps deep. */
  readonly properties: readonly string[];
  /** What forces the replacement. */
  readonly forcedBy: readonly string[];
  /** Changed inputs of which it isn't known whether they force one. */
  readonly unknown: readonly string[];
}

/** US dollars a month, with all slots at min and at max replicas. */
export interface Money {
  readonly minimum: number;
  readonly maximum: number;
}

/** What a change does to an environment. Serializable as JSON. */
export interface Comparison {
  readonly environment: string;
  /** Absent where the base can't be planned: how far the change reaches isn't known. */
  readonly blastRadius?: BlastRadius;
  readonly resources: readonly ChangedResource[];
  /** In words: `chat: green 0 → 5 %`. */
  readonly traffic: readonly string[];
  readonly money: { readonly before: Money | undefined; readonly after: Money; readonly budget: number };
  /** Memory, replicas and speed of slots, in words. */
  readonly slots: readonly string[];
  readonly policies: {
    readonly violations: number;
    readonly added: readonly FindingReport[];
    readonly gone: readonly FindingReport[];
  };
  readonly exemptions: { readonly added: readonly Exemption[]; readonly gone: readonly Exemption[] };
  readonly evaluations: Evaluations;
  readonly settings: readonly SettingChange[];
  /** What a revert of the change wouldn't undo, and what it would take. */
  readonly irreversible: readonly string[];
  /** Further notes: protected resources, another account or schema. */
  readonly notes: readonly string[];
}

/** @param before absent for an environment that the base doesn't have, or couldn't plan */
export function compare(
  before: PlannedSide | undefined,
  after: PlannedSide,
  steps: readonly PlanStep[],
): Comparison {
  const { plan, report } = after;
  const resources = [before?.plan, plan].flatMap((one) => [
    ...(one?.resources ?? []),
    ...(one?.implied ?? []),
  ]);
  const slots = { before: before?.report.slots ?? [], after: report.slots };
  const settings = before === undefined ? [] : settingChanges(before.plan.config, plan.config);
  const places = placesOf(steps, resources);
  const change = { steps, places, slots, settings };
  return {
    environment: plan.environment,
    blastRadius:
      before === undefined
        ? { reach: "nothing", line: "a new environment: nothing that is deployed changes" }
        : blastRadius(change),
    resources: steps.map((step) => resourceChange(step, places.get(step)?.component ?? "")),
    traffic: before === undefined ? [] : trafficChanges(before.plan.config, plan.config, slots),
    money: {
      before: before && money(before),
      after: money(after),
      budget: report.cost.budget,
    },
    slots: slotChanges(slots),
    policies: {
      violations: report.policies.violations,
      added: without(report.policies.findings, before?.report.policies.findings ?? [], findingKey),
      gone: without(before?.report.policies.findings ?? [], report.policies.findings, findingKey),
    },
    exemptions: {
      added: without(after.exemptions, before?.exemptions ?? [], exemptionKey),
      gone: without(before?.exemptions ?? [], after.exemptions, exemptionKey),
    },
    evaluations: evaluations(before, after),
    settings,
    irreversible: before === undefined ? [] : irreversible(change),
    notes: before === undefined ? [] : notes(before, after, steps),
  };
}

function resourceChange(step: PlanStep, component: string): ChangedResource {
  const { kind, old, paths, forced, unknown } = step;
  const name = stepName(step);
  return {
    kind,
    component,
    type: stepType(step),
    name,
    ...(old !== undefined && old.name !== name && { formerName: old.name }),
    properties: shortened(paths),
    forcedBy: shortened(forced),
    unknown: shortened(unknown),
  };
}

function money({ report: { cost } }: PlannedSide): Money {
  return { minimum: cost.minimum, maximum: cost.maximum };
}

function without<T>(these: readonly T[], those: readonly T[], key: (one: T) => string): T[] {
  const known = new Set(those.map(key));
  return these.filter((one) => !known.has(key(one)));
}

function findingKey({ rule, violation, urn = "", found }: FindingReport): string {
  return JSON.stringify([rule, violation, urn, found]);
}

function exemptionKey({ finding, expires }: Exemption): string {
  return JSON.stringify([finding, expires]);
}

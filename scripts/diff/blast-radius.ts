import type { SlotReport } from "../plan/report/slots.ts";
import type { ComponentPlace } from "./place.ts";
import { type Impact, type ReachClass, reachesOf, spaced } from "./reach.ts";
import { isLimit, type SettingChange } from "./settings.ts";
import type { PlanStep } from "./steps.ts";

/** How far a change reaches, the most severe first. */
const titles: Readonly<Record<ReachClass, string>> = {
  served: "stops serving",
  data: "deletes or replaces data, network or cluster",
  ended: "ends nodes",
  nodes: "replaces nodes",
  balancers: "deletes or replaces load balancers or target groups",
  standby: "removes the standby",
  pods: "restarts pods",
  other: "changes other resources",
  scaling: "scaling",
  rules: "listener rules",
  additions: "additions",
  limits: "limits and gateway settings",
  monitoring: "monitoring",
};
const severity = Object.keys(titles) as ReachClass[];

/** Classes that are worth reporting when a change has nothing else. */
const mild: readonly ReachClass[] = ["scaling", "rules", "additions", "limits", "monitoring"];

/** How far a change of an environment reaches. */
export interface BlastRadius {
  readonly reach: ReachClass | "nothing";
  /** One line: the most severe class with its resources, and the titles of the others. */
  readonly line: string;
}

/** The differences between two plans of an environment. */
export interface Change {
  readonly steps: readonly PlanStep[];
  readonly places: ReadonlyMap<PlanStep, ComponentPlace>;
  readonly slots: { readonly before: readonly SlotReport[]; readonly after: readonly SlotReport[] };
  readonly settings: readonly SettingChange[];
}

/** Names in a line; more are counted. */
const shownNames = 4;

export function blastRadius(change: Change): BlastRadius {
  const reached = new Map<ReachClass, Map<string, number>>();
  const note = ({ reach, what, rank = 0 }: Impact) =>
    reached.set(reach, (reached.get(reach) ?? new Map()).set(what, rank));
  const lost = lostStandbys(change);
  for (const model of goneModels(change)) note({ reach: "served", what: model });
  for (const slot of lost) note({ reach: "standby", what: slot });
  const limits = change.settings.filter(isLimit);
  for (const { path } of limits) note({ reach: "limits", what: path.split(".")[0] ?? "" });
  for (const step of change.steps) {
    const place = change.places.get(step);
    const found = place && reachesOf(step, place, { lost, hasLimits: limits.length > 0 });
    if (found !== undefined) note(found);
  }
  const [reach, ...more] = severity.filter((one) => reached.has(one));
  if (reach === undefined) return { reach: "nothing", line: "nothing that is deployed changes" };
  const only = mild.includes(reach) && more.length === 0 ? "only " : "";
  const also = more.length === 0 ? "" : `; also: ${more.map((one) => titles[one]).join(", ")}`;
  return {
    reach,
    line: `${only}${titles[reach]}: ${listed(ranked(reached.get(reach)))}${also}${unread(change)}`,
  };
}

/** By rank, and by name within one. */
function ranked(names: ReadonlyMap<string, number> = new Map()): readonly string[] {
  return [...names]
    .sort(([one, rank], [other, otherRank]) => rank - otherRank || (one < other ? -1 : 1))
    .map(([name]) => name);
}

function listed(names: readonly string[]): string {
  const rest = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
  return `${names.slice(0, shownNames).join(", ")}${rest}`;
}

function unread({ steps }: Change): string {
  const open = steps.filter(({ unknown }) => unknown.length > 0);
  if (open.length === 0) return "";
  return `; possibly replaced: ${listed(open.map((step) => `${stepType(step)} ${stepName(step)}`))}`;
}

/** Models that no slot serves any more. */
export function goneModels({ slots: { before, after } }: Pick<Change, "slots">): string[] {
  const served = new Set(after.map(({ model }) => model));
  return [...new Set(before.map(({ model }) => model))].filter((model) => !served.has(model));
}

/** Slots without traffic that are removed or have no replicas left: a rollback would need them. */
export function lostStandbys({ slots: { before, after } }: Pick<Change, "slots">): string[] {
  return before
    .filter(({ model, colour, trafficPercent, replicas }) => {
      const now = after.find((slot) => slot.model === model && slot.colour === colour);
      const stays = after.some((slot) => slot.model === model);
      if (trafficPercent > 0 || !stays) return false;
      return now === undefined || (replicas.min > 0 && now.replicas.min === 0 && !now.live);
    })
    .map(({ model, colour }) => spaced(`${model}-${colour}`));
}

/** The last part of a step's type token: `TargetGroup`. */
export function stepType({ young, old }: Pick<PlanStep, "young" | "old">): string {
  return (young ?? old)?.type.split(":").at(-1) ?? "";
}

/** The name of a step's resource, the new one where it is renamed. */
export function stepName({ young, old }: Pick<PlanStep, "young" | "old">): string {
  return (young ?? old)?.name ?? "";
}

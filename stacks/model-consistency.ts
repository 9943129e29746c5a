import { breaches, precedes } from "../components/serving/contract.ts";
import type { Release } from "../components/serving/release.ts";
import { other } from "../components/serving/traffic.ts";
import { own } from "../components/shared/own.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";
import { fitProblems } from "./fit-consistency.ts";
import { minMaxProblems } from "./min-max.ts";
import type { ModelSettings, Settings, SlotSettings } from "./schema.ts";
import { slotsOf } from "./slots.ts";

export interface ModelContext {
  readonly settings: Settings;
  readonly releases: Readonly<Record<string, Release>>;
  /** All release files, also those with problems of their own. */
  readonly releaseNames: readonly string[];
}

/** Traffic that its slots can take, releases that exist and fit their pools. @param path such as `models.chat` */
export function modelProblems(path: string, model: ModelSettings, context: ModelContext): Problem[] {
  const { live, canaryPercent, shadowPercent = 0 } = model.traffic;
  const problems: Problem[] = [];
  if (model[live] === undefined) {
    const standby = model[other(live)] === undefined ? "" : ` or set live to ${other(live)}`;
    problems.push({
      path: `${path}.traffic.live`,
      value: live,
      message: `the ${live} slot isn't defined; add ${path}.${live}${standby}`,
    });
  }
  if (canaryPercent > 0 && model[other(live)] === undefined) {
    problems.push({
      path: `${path}.traffic.canaryPercent`,
      value: canaryPercent,
      message: `there is no standby to take the canary; add ${path}.${other(live)} or set it to 0`,
    });
  }
  if (shadowPercent > 0 && model[other(live)] === undefined) {
    problems.push({
      path: `${path}.traffic.shadowPercent`,
      value: shadowPercent,
      message: `there is no standby to take the copies; add ${path}.${other(live)} or set it to 0`,
    });
  }
  if (shadowPercent > 0 && canaryPercent > 0) {
    problems.push({
      path: `${path}.traffic`,
      value: { canaryPercent, shadowPercent },
      message: "copies during a canary would be counted with its answers; set one of the two to 0",
    });
  }
  const served = slotsOf(model).flatMap(({ slot }) => own(context.releases, slot.release)?.servedName ?? []);
  if (new Set(served).size > 1) {
    problems.push({
      path,
      value: served,
      message: "the two slots answer to different names (servedName), so a switch would break every client",
    });
  }
  problems.push(...contractProblems(path, model, context));
  if (model.idle === "scale-to-zero") {
    problems.push({
      path: `${path}.idle`,
      value: model.idle,
      message:
        "the gateway doesn't hold a request for the minutes in which a replica starts, so callers would get errors or the fallback, and that their requests wake the slot isn't tested; take it out, and set replicas.min to 1 or more",
    });
  }
  for (const { colour, slot } of slotsOf(model)) {
    if (model.idle !== "scale-to-zero") problems.push(...idleProblems(`${path}.${colour}`, slot));
    problems.push(...slotProblems(`${path}.${colour}`, slot, context));
  }
  return problems;
}

/**
 * The live slot gives clients what the other one would. The way back to an earlier release of the same series is
 * never refused: it is what a rollback takes.
 */
function contractProblems(path: string, model: ModelSettings, { releases }: ModelContext): Problem[] {
  const { live, accepts = [] } = model.traffic;
  const [named, others] = [model[live]?.release ?? "", model[other(live)]?.release ?? ""];
  const [release, standby] = [own(releases, named), own(releases, others)];
  if (release === undefined || standby === undefined || precedes(named, others)) return [];
  return breaches(release, standby)
    .filter(({ term }) => !accepts.includes(term))
    .map(({ term, message }) => ({
      path: `${path}.traffic.live`,
      value: live,
      message: `${named} ${message}; accept the difference with ${path}.traffic.accepts: [${term}], or set live to ${other(live)}`,
    }));
}

function idleProblems(path: string, { replicas: { min } }: SlotSettings): Problem[] {
  if (min > 0) return [];
  const message = "a slot keeps one replica at least, so that it answers and a rollback finds it";
  return [{ path: `${path}.replicas.min`, value: min, message }];
}

function slotProblems(
  path: string,
  slot: SlotSettings,
  { settings, releases, releaseNames }: ModelContext,
): Problem[] {
  const problems = minMaxProblems(`${path}.replicas`, slot.replicas);
  const pool = own(settings.pools, slot.pool);
  if (pool === undefined) {
    const message = `no such pool${suggestion(slot.pool, Object.keys(settings.pools))}`;
    problems.push({ path: `${path}.pool`, value: slot.pool, message });
  }
  if (!releaseNames.includes(slot.release)) {
    const message = `no file stacks/releases/${slot.release}.yaml${suggestion(slot.release, releaseNames)}`;
    problems.push({ path: `${path}.release`, value: slot.release, message });
  }
  const release = own(releases, slot.release);
  if (pool === undefined || release === undefined) return problems;
  const at = (message: string) => ({ path, value: { release: slot.release, pool: slot.pool }, message });
  return [...problems, ...fitProblems(release, pool, slot.replicas).map(at)];
}

/** A model's host and another's direct host must not be one. */
export function hostProblems(models: Settings["models"]): Problem[] {
  return Object.keys(models).flatMap((name) => {
    const [, stem = "", colour] = /^(.+)-(blue|green)$/.exec(name) ?? [];
    if (!Object.hasOwn(models, stem)) return [];
    const message = `its host is the one that reaches the ${colour} slot of ${stem}; take a name that doesn't end in -${colour}`;
    return [{ path: `models.${name}`, value: name, message }];
  });
}

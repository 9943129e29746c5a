import { isDeepStrictEqual } from "node:util";
import { countRange, memorySum } from "../plan/report/figures.ts";
import type { SlotReport } from "../plan/report/slots.ts";

interface Slots {
  readonly before: readonly SlotReport[];
  readonly after: readonly SlotReport[];
}

type Settings = Readonly<Record<string, unknown>>;

/** The traffic split before and after, in words: each slot that gains traffic, and each that is removed. */
export function trafficChanges(was: Settings, is: Settings, { before, after }: Slots): string[] {
  const percent = (slots: readonly SlotReport[], { model, colour }: SlotReport): number | undefined =>
    slots.find((slot) => slot.model === model && slot.colour === colour)?.trafficPercent;
  const models = new Set(before.map(({ model }) => model));
  const gains = after.flatMap((slot): string[] => {
    const [old, young] = [percent(before, slot), slot.trafficPercent];
    if (!models.has(slot.model)) return [`${slot.model}: new, ${slot.colour} ${young} %`];
    return young > (old ?? 0) ? [`${slot.model}: ${slot.colour} ${old ?? 0} → ${young} %`] : [];
  });
  const gone = [...models].filter((model) => !after.some((slot) => slot.model === model));
  return [
    ...gains,
    ...gone.map((model) => `${model}: no longer served`),
    ...shadows(was, is).map(
      ({ model, old, young }) => `${model}: copies to the standby ${old} → ${young} % of the requests`,
    ),
  ];
}

function shadows(was: Settings, is: Settings): { model: string; old: number; young: number }[] {
  const percents = (settings: Settings) =>
    Object.entries((settings["gantry:models"] ?? {}) as Record<string, Model>).map(
      ([model, { traffic }]) => [model, traffic?.shadowPercent ?? 0] as const,
    );
  const before = new Map(percents(was));
  return percents(is).flatMap(([model, young]) => {
    const old = before.get(model) ?? 0;
    return old === young ? [] : [{ model, old, young }];
  });
}

interface Model {
  readonly traffic?: { readonly shadowPercent?: number };
}

/** Changes of slots in words: release, memory, replicas and throughput; unchanged slots are left out. */
export function slotChanges({ before, after }: Slots): string[] {
  const same = (one: SlotReport) => (other: SlotReport) =>
    one.model === other.model && one.colour === other.colour;
  const changed = after.flatMap((slot): string[] => {
    const old = before.find(same(slot));
    const name = `${slot.model} ${slot.colour}`;
    if (old === undefined) return [`${name}: new, ${described(slot)}`];
    const found = differences(old, slot);
    return found.length === 0 ? [] : [`${name}: ${found.join("; ")}`];
  });
  const gone = before.filter((slot) => !after.some(same(slot)));
  return [
    ...changed,
    ...gone.map(({ model, colour, release }) => `${model} ${colour}: gone, with ${release}`),
  ];
}

function described(slot: SlotReport): string {
  return `${slot.release} on ${slot.pool} × ${slot.gpusPerReplica}, ${replicas(slot)} replicas, ${memory(slot)}`;
}

function differences(old: SlotReport, young: SlotReport): string[] {
  const pairs: readonly [string, string, string][] = [
    ["release", old.release, young.release],
    ["pool", `${old.pool} × ${old.gpusPerReplica}`, `${young.pool} × ${young.gpusPerReplica}`],
    ["replicas", replicas(old), replicas(young)],
    ["memory", memory(old), memory(young)],
    ["output", speed(old), speed(young)],
  ];
  const found = pairs.filter(([, was, is]) => was !== is).map(([what, was, is]) => `${what} ${was} → ${is}`);
  // An edited release keeps its name: what it is has changed all the same.
  const edited = old.release === young.release && !isDeepStrictEqual(old.releaseId, young.releaseId);
  return edited ? [`release ${young.release} edited`, ...found] : found;
}

function replicas({ replicas: { min, max } }: SlotReport): string {
  return countRange(min, max);
}

function memory({ fit }: SlotReport): string {
  if (!fit.fits) return `doesn't fit (${fit.reason ?? "too large"})`;
  return `${memorySum(fit)} GiB, ${fit.freeKvTokens.toLocaleString("en-US")} KV tokens`;
}

function speed({ throughput }: SlotReport): string {
  return `${Math.round(throughput.outputTokensPerSecond).toLocaleString("en-US")} tokens/s a replica`;
}

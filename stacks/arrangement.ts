import { engineKey } from "../components/secrets/secret-names.ts";
import { type Placement, place } from "../components/serving/placement.ts";
import type { Release } from "../components/serving/release.ts";
import { idleTimeout } from "../components/serving/timeouts.ts";
import { type Colour, defaultLoadBalancer, rulePriority } from "../components/serving/traffic.ts";
import { own } from "../components/shared/own.ts";
import type { Config } from "./config.ts";
import type { ModelSettings, Settings, SlotSettings } from "./schema.ts";
import { keyGeneration, slotsOf } from "./slots.ts";

/** One slot of a model: its release, fitted to the instances of its pool. */
interface ArrangedSlot {
  readonly release: Release;
  readonly placement: Placement;
  /** The pool's name in the configuration. */
  readonly pool: string;
  readonly replicas: { readonly min: number; readonly max: number };
}

/** A model's arrangement: its load balancer, its listener priority, and each of its slots. */
export interface ArrangedModel {
  readonly loadBalancer: string;
  /** Of its first listener rule; the others follow. */
  readonly priority: number;
  /** Routes that lead to it. */
  readonly routes: readonly string[];
  readonly slots: Readonly<Partial<Record<Colour, ArrangedSlot>>>;
  /** The secret with the key that each slot's engines take. */
  readonly engineKeys: Readonly<Partial<Record<Colour, string>>>;
}

/** The inputs of a model's arrangement: nothing of one model depends on another. */
export type ArrangementSource = Pick<
  Config,
  "account" | "environment" | "models" | "modelStore" | "monitoring" | "pools" | "releases" | "routes"
>;

/**
 * Every model with its load balancer, listener priority and slots on nodes.
 * @throws RangeError for a release or a pool that isn't there; the configuration's check names it before
 */
export function arrangement(source: ArrangementSource): Record<string, ArrangedModel> {
  const { environment, routes } = source;
  return Object.fromEntries(
    Object.entries(source.models).map(([name, model]) => [
      name,
      {
        loadBalancer: loadBalancerOf(model),
        priority: model.rulePriority ?? rulePriority(name),
        routes: Object.keys(routes).filter((route) => routes[route]?.selfHosted === name),
        slots: bySlot(model, (slot, colour) => arranged(slot, colour, source)),
        engineKeys: bySlot(model, (slot) => `gantry/${environment}/${engineKey(keyGeneration(slot))}`),
      },
    ]),
  );
}

/** Each load balancer that a model names, with an idle timeout for the longest answer of its own models. */
export function arrangedLoadBalancers({
  models,
  releases,
}: Pick<ArrangementSource, "models" | "releases">): Record<string, { readonly idleSeconds: number }> {
  const placed = Map.groupBy(Object.values(models), loadBalancerOf);
  return Object.fromEntries(
    [...placed].map(([name, behind]) => {
      const used = behind.flatMap(slotsOf).flatMap(({ slot }) => own(releases, slot.release) ?? []);
      return [name, { idleSeconds: idleTimeout(used) }];
    }),
  );
}

/** How many keys of engines there are: as many as the newest slot's generation. */
export function engineKeyCount({ models }: Pick<Settings, "models">): number {
  const slots = Object.values(models).flatMap(slotsOf);
  return Math.max(1, ...slots.map(({ slot }) => keyGeneration(slot)));
}

function arranged(slot: SlotSettings, colour: Colour, source: ArrangementSource): ArrangedSlot {
  const { account, environment, modelStore, monitoring, pools, releases } = source;
  const { pool: poolName, replicas, keyGeneration } = slot;
  const release = own(releases, slot.release);
  const pool = own(pools, poolName);
  if (release === undefined || pool === undefined) {
    throw new RangeError(`no release ${slot.release} or no pool ${poolName}`);
  }
  const { region } = account;
  const { bucket } = modelStore;
  const tracing = monitoring.tracing && { collector: monitoring.tracing, environment };
  return {
    release,
    placement: place({ release, poolName, pool, replicas, region, bucket, keyGeneration, colour, tracing }),
    pool: poolName,
    replicas,
  };
}

function bySlot<Out>(
  model: ModelSettings,
  of: (slot: SlotSettings, colour: Colour) => Out,
): Partial<Record<Colour, Out>> {
  const slots = slotsOf(model).map(({ colour, slot }) => [colour, of(slot, colour)]);
  return Object.fromEntries(slots) as Partial<Record<Colour, Out>>;
}

function loadBalancerOf({ loadBalancer = defaultLoadBalancer }: ModelSettings): string {
  return loadBalancer;
}

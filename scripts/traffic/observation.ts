import { isDeepStrictEqual } from "node:util";
import type { Traffic } from "../../components/serving/traffic.ts";
import type { Deployed, DeployedStack, PendingOperation } from "./deployed-stack.ts";
import { TrafficError } from "./errors.ts";
import {
  type Address,
  addressOf,
  type Balancer,
  deployedSlots,
  groupsOf,
  halfwayTraffic,
  type ModelRule,
  ruleResources,
  rulesInState,
  stateTraffic,
  trafficOf,
} from "./model-rules.ts";

/** Where a model's traffic is written: it stays the same when rules come and go. */
export interface RulePlace {
  readonly model: string;
  /** Absent where the state's rule names no listener and host. */
  readonly address: Address | undefined;
  /** URNs of the rules that change with the traffic, deployed or not. */
  readonly urns: { readonly live: string; readonly canary: string };
}

/** @throws TrafficError where the state has no rule of the model */
export function rulePlace(deployed: Deployed, model: string): RulePlace {
  const [rule] = ruleResources(deployed, model);
  if (rule === undefined)
    throw new TrafficError(`${model} isn't deployed yet: run pulumi up first. Nothing was changed`);
  const prefix = rule.urn.slice(0, rule.urn.lastIndexOf("::") + 2);
  return {
    model,
    address: addressOf(deployed, model),
    urns: { live: `${prefix}${model}-live`, canary: `${prefix}${model}-canary` },
  };
}

/** A model's traffic in the stack's state and at the load balancer, at one moment. */
export class Observation {
  readonly place: RulePlace;
  readonly deployed: Deployed;
  /** The load balancer's rules; absent where it can't be queried. */
  readonly rules: readonly ModelRule[] | undefined;
  /** Why it can't be queried. */
  readonly unreachable: string | undefined;

  private constructor(place: RulePlace, deployed: Deployed, answer: readonly ModelRule[] | string) {
    this.place = place;
    this.deployed = deployed;
    [this.rules, this.unreachable] =
      typeof answer === "string" ? [undefined, answer] : ([answer, undefined] as const);
  }

  /** Reads the state and the load balancer. @throws StackError */
  static async of(place: RulePlace, stack: DeployedStack, balancer: Balancer): Promise<Observation> {
    return Observation.with(place, await stack.read(), balancer);
  }

  /** Reads the load balancer in addition to a state that was just read. */
  static async with(place: RulePlace, deployed: Deployed, balancer: Balancer): Promise<Observation> {
    return new Observation(place, deployed, await rulesOrReason(place, deployed, balancer));
  }

  /** What callers get; undefined where that isn't known, or where rules make it that this program doesn't write. */
  get callers(): Traffic | undefined {
    const { deployed, rules, place } = this;
    const traffic = rules && trafficOf(rules, deployedSlots(deployed, place.model));
    return traffic && { ...traffic, shadowPercent: deployed.shadowPercent[place.model] ?? 0 };
  }

  /** What callers would get by the state's rules. */
  get stateTraffic(): Traffic | undefined {
    return stateTraffic(this.deployed, this.place.model);
  }

  /** What callers get while an interrupted write is between two traffics. */
  get halfway(): Traffic | undefined {
    const { deployed, rules, place } = this;
    return rules && halfwayTraffic(rules, deployedSlots(deployed, place.model));
  }

  /** URNs of the model's rules that the state has. */
  get knownUrns(): readonly string[] {
    return ruleResources(this.deployed, this.place.model).map(({ urn }) => urn);
  }

  /** Interrupted operations on the model's rules. */
  get pending(): readonly PendingOperation[] {
    const { live, canary } = this.place.urns;
    return this.deployed.pending.filter(({ urn }) => urn === live || urn === canary);
  }

  /** Whether load balancer and state have the same rules. */
  get isInState(): boolean {
    return isDeepStrictEqual(this.rules, rulesInState(this.deployed, this.place.model));
  }

  /** Rules of the load balancer that the state doesn't know. */
  get unknownRules(): readonly ModelRule[] {
    const ids = ruleResources(this.deployed, this.place.model).map(({ id }) => id);
    return (this.rules ?? []).filter(({ id }) => !ids.includes(id));
  }
}

async function rulesOrReason(
  { address, model }: RulePlace,
  deployed: Deployed,
  balancer: Balancer,
): Promise<readonly ModelRule[] | string> {
  if (address === undefined) return "the state has no rule that names its listener and host";
  try {
    return await balancer.rules(address, groupsOf(deployed, model));
  } catch (error) {
    return (error as Error).message || String((error as NodeJS.ErrnoException).code);
  }
}

import type { Traffic } from "../../components/serving/traffic.ts";
import type { DeployedStack } from "./deployed-stack.ts";
import { TrafficError } from "./errors.ts";
import { formatTraffic } from "./format.ts";
import { type Balancer, type ModelRule, ruleResources } from "./model-rules.ts";
import { Observation } from "./observation.ts";

export interface ReconcileArgs {
  readonly stack: DeployedStack;
  readonly balancer: Balancer;
  /** Whether the person agrees to something that a write alone doesn't do. */
  readonly consent: (question: string) => Promise<boolean>;
}

/**
 * Brings state and load balancer together before a write of `traffic`: reads the model's rules again, drops their
 * interrupted operations, and adopts a canary's rule that is to stay.
 * @returns what is there then
 * @throws TrafficError without consent
 */
export async function reconcile(
  args: ReconcileArgs,
  observed: Observation,
  traffic: Traffic,
): Promise<Observation> {
  const { stack, balancer, consent } = args;
  const { place } = observed;
  const created = observed.pending.filter(({ operation }) => operation === "creating");
  if (created.length === 0 && (observed.rules === undefined || observed.isInState)) return observed;
  await stack.refresh(
    observed.knownUrns,
    created.map(({ urn }) => urn),
  );
  const refreshed = await Observation.of(place, stack, balancer);
  const stray = traffic.canaryPercent > 0 ? refreshed.unknownRules.find(isCanary) : undefined;
  const [like] = ruleResources(refreshed.deployed, place.model);
  if (stray === undefined || like === undefined) return refreshed;
  const found = describeRule(place.model, stray);
  if (!(await consent(`${found}. Take it into the state?`)))
    throw new TrafficError(`${found}: start again with --yes to take it into the state`);
  await stack.adopt({ name: `${place.model}-canary`, id: stray.id, like });
  return Observation.of(place, stack, balancer);
}

/**
 * Removes rules of the load balancer that the state doesn't know, after a write that doesn't need them.
 * @throws TrafficError without consent, and for rules that this program never writes
 */
export async function removeUnknownRules(
  { balancer, consent }: ReconcileArgs,
  { place, unknownRules }: Observation,
  traffic: Traffic,
): Promise<void> {
  for (const rule of unknownRules) {
    const found = describeRule(place.model, rule);
    if (rule.foreign.length > 0)
      throw new TrafficError(`${found}: this program writes no such rule; remove it where it was made`);
    if (!(await consent(`${found}. Remove it?`)))
      throw new TrafficError(
        `${place.model} was set to ${formatTraffic(traffic)}, and ${found}: start again with --yes to remove it`,
      );
    await balancer.remove(rule);
  }
}

function isCanary({ bucketPattern }: ModelRule): boolean {
  return bucketPattern !== undefined;
}

function describeRule(model: string, { id, priority, bucketPattern, weights }: ModelRule): string {
  const to = Object.entries(weights).flatMap(([group, weight]) => (weight > 0 ? [group] : []));
  const which = bucketPattern === undefined ? "every caller" : `callers with a bucket in ${bucketPattern}`;
  return `the load balancer has a rule for ${model} that the state doesn't know (${id}, priority ${priority}: ${which} to ${to.join(", ")}), left by an interrupted update or made by hand`;
}

import type { NetworkSettings } from "../network/network-settings.ts";

/** The two sides of a model. */
export const colours = ["blue", "green"] as const;
/** One of a model's two slots. */
export type Colour = (typeof colours)[number];

/** Which slot is live, and what share of the traffic the other one gets. */
export interface Traffic {
  readonly live: Colour;
  /** Percentage of the callers that the standby answers, a whole number from 0 to 100. */
  readonly canaryPercent: number;
  /**
   * Percentage of the requests that the gateway copies to the standby's own host, a whole number from 0 to 100.
   * Callers never see the answers. No listener rule copies, so none depends on it. @default 0
   */
  readonly shadowPercent?: number | undefined;
}

/** All traffic on one slot, and none on the other. */
export function allTrafficTo(live: Colour): Traffic {
  return { live, canaryPercent: 0, shadowPercent: 0 };
}

/** The same with all defaults filled in, so that two can be compared. */
export function withDefaults({
  live,
  canaryPercent,
  shadowPercent = 0,
}: Traffic): Traffic & { readonly shadowPercent: number } {
  return { live, canaryPercent, shadowPercent };
}

/** The header in which the gateway sends the caller's bucket, `00` to `99`. */
export const bucketHeader = "x-gantry-bucket";

/** Where a rule forwards requests: groups by colour with whole percentages that sum to 100. */
type Weights = Partial<Record<Colour, number>>;

/** One listener rule of a model, without the identifiers that only AWS knows. */
export interface TrafficRule {
  readonly name: "canary" | "live" | `direct-${Colour}`;
  readonly host: string;
  /** Matches the buckets of the canary; absent when the rule takes every request for its host. */
  readonly bucketPattern?: string;
  readonly weights: Weights;
}

/** The other slot's colour. */
export function other(colour: Colour): Colour {
  return colour === "blue" ? "green" : "blue";
}

/**
 * The listener rules of a model in the order in which they are tried: each slot's direct host, the canary's
 * buckets, then everything else. The standby stays in the live rule with weight 0, so that its group stays
 * attached and health-checked and the way back is one write.
 */
export function trafficRules(
  model: string,
  domain: string,
  slots: readonly Colour[],
  traffic: Traffic,
): TrafficRule[] {
  const host = `${model}.${domain}`;
  const standby = other(traffic.live);
  const warm = slots.includes(standby);
  const live: TrafficRule = {
    name: "live",
    host,
    // In the order of the colours, so that a switch changes weights and not places.
    weights: Object.fromEntries(slots.map((colour) => [colour, colour === traffic.live ? 100 : 0])),
  };
  const canary: TrafficRule[] =
    warm && traffic.canaryPercent > 0
      ? [
          {
            name: "canary",
            host,
            bucketPattern: bucketPattern(traffic.canaryPercent),
            weights: { [standby]: 100 },
          },
        ]
      : [];
  const direct = slots.map(
    (colour): TrafficRule => ({
      name: `direct-${colour}`,
      host: directHost(model, colour, domain),
      weights: { [colour]: 100 },
    }),
  );
  return [...direct, ...canary, live];
}

const modelDomain = "models.internal";

/**
 * The zone of all models' hosts, known in the VPC only. Route 53 refuses a second zone of one name in a VPC, so in one
 * that other environments may share it is the environment's own.
 */
export function modelDomainOf(environment: string, network: NetworkSettings): string {
  return network.existing ? `${environment}.${modelDomain}` : modelDomain;
}

/** The host that reaches one slot regardless of the traffic rule: for evaluation, shadow copies and smoke tests. */
export function directHost(model: string, colour: Colour, domain: string): string {
  return `${model}-${colour}.${domain}`;
}

/** A plain anchored pattern for the first `percent` of the buckets `00` to `99`. @param percent 1 to 100 */
export function bucketPattern(percent: number): string {
  const tens = Math.floor(percent / 10);
  const ones = percent % 10;
  const whole = tens > 0 ? [`${digits(tens)}[0-9]`] : [];
  const rest = ones > 0 ? [`${tens}${digits(ones)}`] : [];
  return `^(${[...whole, ...rest].join("|")})$`;
}

/** A pattern for the first `count` digits: `0`, or a class as `[0-4]`. */
function digits(count: number): string {
  return count === 1 ? "0" : `[0-${count - 1}]`;
}

/** Rules that one model may need: two direct hosts, canary and live. */
export const rulesPerModel = 4;
/** AWS quota: listener rules per Application Load Balancer, the default rule not counted. */
const rulesPerLoadBalancer = 100;
/** How many models share one internal load balancer. */
export const modelsPerLoadBalancer = Math.floor(rulesPerLoadBalancer / rulesPerModel);
/** AWS quota: Application Load Balancers in a Region. [ELB, quotas] */
export const loadBalancersPerRegion = 50;
/** The load balancer of a model that names none. */
export const defaultLoadBalancer = "default";
/** Highest priority that a listener rule can have. [ELB API, CreateRule] */
const highestPriority = 50_000;
/** The last priority at which a model's rules can begin. */
export const lastRulePriority = highestPriority - rulesPerModel + 1;

/**
 * The listener priority of a model's first rule; the others follow it. It derives from the name alone, so that
 * adding or removing another model changes none.
 */
export function rulePriority(model: string): number {
  return (hash(model) % Math.floor(highestPriority / rulesPerModel)) * rulesPerModel + 1;
}

/** FNV-1a, 32 bits: spreads short names evenly. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const character of text) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return state;
}

import { isDeepStrictEqual } from "node:util";
import {
  allTrafficTo,
  type Colour,
  colours,
  type Traffic,
  trafficRules,
} from "../../components/serving/traffic.ts";
import type { Deployed, DeployedResource } from "./deployed-stack.ts";

export const ruleType = "aws:lb/listenerRule:ListenerRule";

/** A rule for a model's host, as the load balancer or the state has it. */
export interface ModelRule {
  /** The rule's ARN. */
  readonly id: string;
  readonly priority: number;
  /** Absent where the rule takes every request for the host. */
  readonly bucketPattern?: string | undefined;
  /** By target group: its colour, or its ARN where the state has no such group. */
  readonly weights: Readonly<Record<string, number>>;
  /** Conditions and actions that none of this program's rules has. */
  readonly foreign: readonly string[];
}

/** The load balancer in front of a model: its actual rules, regardless of the state. */
export interface Balancer {
  /** The rules for a host, in the order in which they are tried. */
  rules(address: Address, groups: Groups): Promise<readonly ModelRule[]>;
  remove(rule: ModelRule): Promise<void>;
}

/** Target groups by ARN. */
export type Groups = Readonly<Record<string, Colour>>;

/** Where the model's rules are, as the state has it; undefined before they are deployed. */
export function addressOf(deployed: Deployed, model: string): Address | undefined {
  const [rule] = ruleResources(deployed, model);
  const { listenerArn, conditions = [] } = (rule?.outputs ?? {}) as RuleOutputs;
  const host = conditions.find(({ hostHeader }) => hostHeader !== undefined)?.hostHeader?.values?.[0];
  return listenerArn === undefined || host === undefined ? undefined : { listenerArn, host };
}

export interface Address {
  readonly listenerArn: string;
  readonly host: string;
}

/** The model's rules that change with its traffic, in the state. */
export function ruleResources({ resources }: Deployed, model: string): readonly DeployedResource[] {
  return resources.filter((resource) => isTrafficRule(resource, model));
}

export function isTrafficRule(
  { type, name }: { readonly type: string; readonly name: string },
  model: string,
): boolean {
  return type === ruleType && (name === `${model}-live` || name === `${model}-canary`);
}

/** The gateway's documents, which set how many requests it copies to a standby: listener rules can't. */
export function isGatewayDocument({ type, name }: { readonly type: string; readonly name: string }): boolean {
  return type === "kubernetes:core/v1:ConfigMap" && name === "gateway";
}

/** The models that have a rule in the state. */
export function modelsOf({ resources }: Deployed): readonly string[] {
  return resources.flatMap(({ type, name }) =>
    type === ruleType && name.endsWith("-live") ? [name.slice(0, -"-live".length)] : [],
  );
}

/** The Region of a model's load balancer, which its rule's ARN names; undefined before it is deployed. */
export function regionOf(deployed: Deployed, model: string): string | undefined {
  return ruleResources(deployed, model)[0]?.id.split(":")[3];
}

/** The ARN of a target group, where it is deployed. */
export function targetGroup({ resources }: Pick<Deployed, "resources">, group: string): string | undefined {
  return resources.find(({ type, name }) => type === "aws:lb/targetGroup:TargetGroup" && name === group)?.id;
}

/** The slot of each target group of a model, by ARN. */
export function groupsOf(deployed: Deployed, model: string): Groups {
  return Object.fromEntries(
    colours.flatMap((colour) => {
      const arn = targetGroup(deployed, `${model}-${colour}`);
      return arn === undefined ? [] : [[arn, colour]];
    }),
  );
}

/** The rules that the state has for a model's host, in the order in which they are tried. */
export function rulesInState(deployed: Deployed, model: string): readonly ModelRule[] {
  const groups = groupsOf(deployed, model);
  return ruleResources(deployed, model)
    .map(({ id, outputs }) => {
      const { actions = [], conditions = [], priority } = outputs as RuleOutputs;
      const header = conditions.find(({ httpHeader }) => httpHeader !== undefined)?.httpHeader;
      return modelRule({
        id,
        priority: Number(priority),
        bucketPattern: header?.regexValues?.[0],
        targets: actions.flatMap(({ targetGroupArn, forward }) =>
          targets(targetGroupArn, forward?.targetGroups),
        ),
        groups,
        foreign: [],
      });
    })
    .toSorted((a, b) => a.priority - b.priority);
}

interface RuleOutputs {
  readonly listenerArn?: string;
  readonly priority?: number | string;
  readonly actions?: readonly {
    readonly targetGroupArn?: string | null;
    readonly forward?: { readonly targetGroups?: readonly WeightedTarget[] } | null;
  }[];
  readonly conditions?: readonly {
    readonly hostHeader?: { readonly values?: readonly string[] };
    readonly httpHeader?: { readonly regexValues?: readonly string[] };
  }[];
}

export interface WeightedTarget {
  readonly arn?: string | undefined;
  readonly weight?: number | undefined;
}

/** One group as AWS writes it in short, or all of them. */
export function targets(
  one: string | null | undefined,
  several: readonly WeightedTarget[] | undefined,
): readonly WeightedTarget[] {
  if (several !== undefined && several.length > 0) return several;
  return one ? [{ arn: one, weight: 100 }] : [];
}

/** A rule with its groups by colour. @param args `foreign`: conditions and actions that this program never writes */
export function modelRule(args: {
  readonly id: string;
  readonly priority: number;
  readonly bucketPattern: string | undefined;
  readonly targets: readonly WeightedTarget[];
  readonly groups: Groups;
  readonly foreign: readonly string[];
}): ModelRule {
  const { id, priority, bucketPattern, groups, foreign } = args;
  // One group alone takes every request, whatever its weight.
  const alone = args.targets.length === 1;
  const weights = args.targets.map(({ arn = "", weight = 1 }) => [groups[arn] ?? arn, alone ? 100 : weight]);
  return {
    ...{ id, priority, foreign },
    ...(bucketPattern !== undefined && { bucketPattern }),
    weights: Object.fromEntries(weights),
  };
}

/**
 * The traffic that a model's rules make, or undefined where they are rules that this program never writes.
 * @param slots the model's slots that have a target group
 */
export function trafficOf(rules: readonly ModelRule[], slots: readonly Colour[]): Traffic | undefined {
  const comparable = rules.map(({ bucketPattern, weights }) => ({ bucketPattern, weights }));
  if (rules.some(({ foreign }) => foreign.length > 0)) return undefined;
  return candidates(slots).find(({ rules }) => isDeepStrictEqual(comparable, rules))?.traffic;
}

/**
 * The traffic of rules that an interrupted write left between two traffics: the first of its two calls sends all callers
 * to one slot. Nothing where they get different slots, or rules are there that this program never writes.
 * @param slots the model's slots that have a target group
 */
export function halfwayTraffic(rules: readonly ModelRule[], slots: readonly Colour[]): Traffic | undefined {
  const takesAll = rules.some(({ bucketPattern }) => bucketPattern === undefined);
  if (!takesAll || rules.some(({ foreign }) => foreign.length > 0)) return undefined;
  const groups = rules.flatMap(({ weights }) => Object.keys(weights).filter((group) => weights[group]));
  const slot = slots.find((colour) => groups.every((group) => group === colour));
  return slot && allTrafficTo(slot);
}

/** The traffic that the state's rules would make, with what no rule holds; undefined where they are no traffic. */
export function stateTraffic(deployed: Deployed, model: string): Traffic | undefined {
  const traffic = trafficOf(rulesInState(deployed, model), deployedSlots(deployed, model));
  return traffic && { ...traffic, shadowPercent: deployed.shadowPercent[model] ?? 0 };
}

/** The slots that have a target group. */
export function deployedSlots(deployed: Deployed, model: string): readonly Colour[] {
  const groups = Object.values(groupsOf(deployed, model));
  return colours.filter((colour) => groups.includes(colour));
}

/** Every traffic that rules can make, with those rules. */
function candidates(slots: readonly Colour[]) {
  const known = memory.get(slots.join());
  if (known !== undefined) return known;
  const all = slots.flatMap((live) =>
    Array.from({ length: slots.length > 1 ? 101 : 1 }, (_, canaryPercent) => {
      const traffic: Traffic = { live, canaryPercent };
      const rules = trafficRules("", "", slots, traffic)
        .filter(({ name }) => name === "live" || name === "canary")
        .map(({ bucketPattern, weights }) => ({ bucketPattern, weights }));
      return { traffic, rules };
    }),
  );
  memory.set(slots.join(), all);
  return all;
}
const memory = new Map<string, readonly { traffic: Traffic; rules: readonly object[] }[]>();

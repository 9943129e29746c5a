import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import type { ContractTerm } from "./contract.ts";
import { ruleArgs } from "./listener-rule.ts";
import type { ModelLoadBalancer } from "./load-balancer.ts";
import type { Placement } from "./placement.ts";
import type { Release } from "./release.ts";
import type { Serving } from "./serving.ts";
import { Slot } from "./slot.ts";
import { type Colour, colours, type Traffic, type TrafficRule, trafficRules } from "./traffic.ts";

interface ModelSlot {
  readonly release: Release;
  readonly placement: Placement;
  readonly nodePool: pulumi.Resource;
  readonly replicas: { readonly min: number; readonly max: number };
}

export interface ModelArgs {
  readonly slots: Readonly<Partial<Record<Colour, ModelSlot>>>;
  readonly traffic: Traffic & {
    /** In what the slots may differ that clients can notice. @default nothing */
    readonly accepts?: readonly ContractTerm[] | undefined;
  };
  /** Routes that lead to it; clients may request them like the model itself. */
  readonly routes: readonly string[];
  readonly serving: Serving;
  readonly loadBalancer: ModelLoadBalancer;
  /** Priority of the model's first listener rule; its others follow. */
  readonly priority: number;
}

/** Each kind of rule keeps its place, so that one that comes or goes doesn't move the others. */
const place: Record<TrafficRule["name"], number> = {
  "direct-blue": 0,
  "direct-green": 1,
  canary: 2,
  live: 3,
};

/** A model that clients request by name: up to two slots, and the rules that share the traffic between them. */
export class Model extends pulumi.ComponentResource {
  readonly host: string;
  readonly releaseIds: Partial<Record<Colour, string>>;

  constructor(name: string, args: ModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:Model", name, {}, opts);
    const defined = colours.filter((colour) => args.slots[colour] !== undefined);
    const rules = trafficRules(name, args.serving.domain, defined, args.traffic);

    this.noteSingleReplica(name, args);
    const slots = this.createSlots(name, args, rules);
    this.createTrafficRules(name, args, rules, slots);
    this.createHosts(args, rules);

    this.host = `${name}.${args.serving.domain}`;
    this.releaseIds = Object.fromEntries([...slots].map(([colour, slot]) => [colour, slot.releaseId]));
    this.registerOutputs({});
  }

  /** A new machine image, an interruption or a failure of its node takes all of such a slot. */
  private noteSingleReplica(name: string, { slots, traffic: { live } }: ModelArgs) {
    if (slots[live]?.replicas.min !== 1) return;
    const message = `${name}-${live} is live with one replica: its model doesn't answer while the replica's node is replaced; set replicas.min to 2 where that matters`;
    void pulumi.log.warn(message, this);
  }

  private createSlots(name: string, args: ModelArgs, rules: readonly TrafficRule[]): Map<Colour, Slot> {
    const slots = new Map<Colour, Slot>();
    for (const colour of colours) {
      const slot = args.slots[colour];
      const directRule = rules.find((rule) => rule.name === `direct-${colour}`);
      if (slot === undefined || directRule === undefined) continue;
      slots.set(
        colour,
        new Slot(
          `${name}-${colour}`,
          {
            ...slot,
            model: name,
            servedNames: [name, ...args.routes],
            colour,
            accepts: args.traffic.accepts ?? [],
            directRule,
            priority: args.priority + place[directRule.name],
            serving: args.serving,
            listenerArn: args.loadBalancer.listenerArn,
            loadBalancerSecurityGroupId: args.loadBalancer.securityGroupId,
          },
          { parent: this },
        ),
      );
    }
    return slots;
  }

  /** Traffic moves last: a rule is written only when the pods of all slots are ready. */
  private createTrafficRules(
    name: string,
    args: ModelArgs,
    rules: readonly TrafficRule[],
    slots: Map<Colour, Slot>,
  ) {
    const groups = Object.fromEntries([...slots].map(([colour, slot]) => [colour, slot.targetGroupArn]));
    const workloads = [...slots.values()].flatMap((slot) => slot.workloads);
    for (const rule of rules.filter(({ name }) => name === "canary" || name === "live")) {
      new ListenerRule(
        `${name}-${rule.name}`,
        {
          listenerArn: args.loadBalancer.listenerArn,
          priority: args.priority + place[rule.name],
          ...ruleArgs(rule, groups),
        },
        { parent: this, dependsOn: workloads },
      );
    }
  }

  private createHosts({ serving, loadBalancer }: ModelArgs, rules: readonly TrafficRule[]) {
    for (const host of new Set(rules.map((rule) => rule.host))) {
      loadBalancer.addHost(host, serving.zoneId, { parent: this });
    }
  }
}

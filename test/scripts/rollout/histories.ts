import { isDeepStrictEqual } from "node:util";
import {
  type Colour,
  colours,
  other,
  type Traffic,
  type TrafficRule,
  trafficRules,
  withDefaults,
} from "../../../components/serving/traffic.ts";
import { abortedTraffic, nextMove, stageOf, stageTraffic } from "../../../scripts/rollout/path.ts";
import type { Stage } from "../../../scripts/rollout/profiles.ts";
import type { Outcome } from "../../../scripts/rollout/step-result.ts";
import type {
  Deployed,
  DeployedStack,
  PastUpdate,
  PendingOperation,
  PlannedStep,
} from "../../../scripts/traffic/deployed-stack.ts";
import { TrafficError } from "../../../scripts/traffic/errors.ts";
import type { Journal, JournalEntry } from "../../../scripts/traffic/journal.ts";
import { type Balancer, modelRule } from "../../../scripts/traffic/model-rules.ts";
import { StackError } from "../../../scripts/traffic/pulumi-cli.ts";
import {
  lastInHistory,
  lastInJournal,
  newer,
  rollbackTarget,
} from "../../../scripts/traffic/rollback-target.ts";
import type { TrafficFile } from "../../../scripts/traffic/stack-file.ts";
import { TrafficWriter, type TrafficWriterArgs } from "../../../scripts/traffic/traffic-writer.ts";
import { type RuleWrite, ruleWrites } from "../../support/traffic-steps.ts";

/** What can happen to a model while its traffic is moved. Numbers choose among what is there. */
export type Event =
  | { readonly kind: "roll"; readonly to: Colour; readonly outcome: Outcome }
  | { readonly kind: "switch"; readonly to: Colour }
  | { readonly kind: "rollback"; readonly to: Colour | undefined }
  | { readonly kind: "edit" | "elsewhere"; readonly traffic: Traffic }
  | { readonly kind: "remove" | "add"; readonly colour: Colour }
  | { readonly kind: "lose"; readonly colour: Colour; readonly pods: number }
  | { readonly kind: "recover"; readonly colour: Colour }
  | { readonly kind: "open"; readonly writer: number }
  | { readonly kind: "late"; readonly writer: number; readonly traffic: Traffic };

export interface Happening {
  readonly event: Event;
  /**
   * At which moment the command is killed; never where it is absent. A line in the journal and an edit of the file have
   * two moments, before and after it, each call to the load balancer has three.
   */
  readonly killedAfter: number | undefined;
}

/** A command that was ended with SIGKILL: nothing of its own runs any more. */
class Killed extends Error {}

const model = "chat";
const domain = "models.internal";
const buckets = Array.from({ length: 100 }, (_, bucket) => String(bucket).padStart(2, "0"));
const podsOfSlot = 2;

/**
 * A load balancer, a stack with its file and journal, and slots with pods, on which the real writer and the real
 * decisions of a rollout act. After each single call to the load balancer the laws of traffic are checked.
 */
export class World {
  readonly violations: string[] = [];
  /** Calls that changed a rule. */
  calls = 0;
  private slots: Colour[] = [...colours];
  private readonly pods: Record<Colour, number> = { blue: podsOfSlot, green: podsOfSlot };
  private rules: readonly TrafficRule[];
  /** What the state has of the rules, which an interrupted update leaves behind the load balancer. */
  private stateRules: readonly TrafficRule[];
  private pending: readonly PendingOperation[] = [];
  private readonly updates: PastUpdate[] = [];
  /**
   * The slot that was live when the last switch or rollout began: where a rollback returns the
   * callers. Nothing where there was none, "unclear" where the stack was deployed by hand since.
   */
  private origin: Colour | "unclear" | undefined;
  private time = 0;
  private fileTraffic: Traffic = { live: "blue", canaryPercent: 0, shadowPercent: 0 };
  private stackTraffic: Traffic = this.fileTraffic;
  private readonly journalEntries: JournalEntry[] = [];
  private readonly opened = new Map<number, TrafficWriter>();
  /** What callers got when a writer looked. */
  private readonly seen = new Map<number, string>();
  private updating = false;
  /** Whether a slot came or went only halfway: until that is made good, its rules are half there, too. */
  private halfSlots = false;
  private killIn = Number.POSITIVE_INFINITY;
  /** Which slot a canary or a switch leads to, as long as it does. */
  private heading: Colour | undefined;
  private readonly stages: readonly Stage[];

  constructor(stages: readonly Stage[]) {
    this.stages = stages;
    this.rules = this.rulesFor(this.fileTraffic);
    this.stateRules = this.rules;
  }

  /** @returns whether the command lived to be killed */
  async happen({ event, killedAfter }: Happening): Promise<boolean> {
    this.killIn = killedAfter ?? Number.POSITIVE_INFINITY;
    try {
      await this.act(event);
    } catch (error) {
      if (!(error instanceof Killed || error instanceof TrafficError || error instanceof StackError))
        throw error;
    }
    const { isDead } = this;
    this.killIn = Number.POSITIVE_INFINITY;
    this.checkWayBack();
    return isDead;
  }

  private async act(event: Event): Promise<void> {
    switch (event.kind) {
      case "roll":
        return this.roll(event.to, event.outcome);
      case "switch":
        return this.switchTo(event.to);
      case "rollback":
        return this.rollBack(event.to);
      case "edit":
        return this.editAndDeploy(event.traffic);
      case "elsewhere":
        return this.deployElsewhere(event.traffic);
      case "remove":
        return this.removeSlot(event.colour);
      case "add":
        if (!this.slots.includes(event.colour)) {
          this.origin = "unclear";
          this.pods[event.colour] = podsOfSlot;
          await this.deploy([...this.slots, event.colour], this.stackTraffic);
        }
        return;
      case "lose":
        return this.losePods(event.colour, event.pods);
      case "recover":
        if (this.slots.includes(event.colour)) this.pods[event.colour] = podsOfSlot;
        return;
      case "open":
        this.opened.set(event.writer, await this.open());
        this.seen.set(event.writer, callers(this.rules));
        return;
      case "late":
        return this.writeLate(event.writer, event.traffic);
    }
  }

  /** One move of a rollout, as the command makes it after a look whose time is up. */
  private async roll(target: Colour, outcome: Outcome) {
    const writer = await this.open();
    const index = stageOf(this.stages, target, writer.traffic);
    if (index === undefined || this.slots.length < 2) return;
    const last = this.journal.entries().at(-1);
    const underWay =
      last?.event === "written" && last.back !== true && isDeepStrictEqual(last.traffic, writer.traffic);
    if (this.stages[index]?.kind === "switch" && !underWay) return;
    const steps = this.stages.map((stage) => ({ ...stage, minutes: 1 }));
    const move = nextMove({ steps, index, seconds: 60, outcome, fewAnswers: false, patienceHours: 24 });
    if (move.kind === "finish") return void this.journal.add({ event: "ended", traffic: writer.traffic });
    if (move.kind === "back") return this.goBack(writer, target);
    if (move.kind !== "advance") return;
    if (!this.ready(target)) return index === -1 ? undefined : this.goBack(writer, target);
    const stage = steps[index + 1];
    if (stage !== undefined) await this.writeTowards(target, writer, stageTraffic(stage, target));
  }

  private async goBack(writer: TrafficWriter, target: Colour) {
    if (this.pods[other(target)] === 0) return;
    await this.writeBack(writer, abortedTraffic(target));
  }

  private async switchTo(target: Colour) {
    const writer = await this.open();
    if (!this.slots.includes(target) || !this.ready(target)) return;
    // The command finds itself finished.
    if (writer.traffic.live === target) return;
    await this.writeTowards(target, writer, { live: target, canaryPercent: 0, shadowPercent: 0 });
  }

  private async rollBack(to: Colour | undefined) {
    // From here on no caller is led anywhere: what was begun is dropped, by this command or by the next.
    this.heading = undefined;
    const writer = await this.open(true);
    const { callers, stateTraffic: state, pending } = writer.observation;
    const recorded = rollbackTarget({
      last: newer(
        lastInJournal(this.journal.entries()),
        lastInHistory(model, this.updates.toReversed(), callers),
      ),
      callers,
      state,
      interrupted: pending.length > 0,
    });
    const slot = to ?? recorded;
    // A named slot that isn't the recorded one makes a new history.
    if (to !== undefined && to !== this.origin) this.origin = "unclear";
    const { origin } = this;
    if (slot === "ambiguous") {
      // What was deployed by hand is in no journal.
      if (origin !== "unclear") this.violations.push("a journal explains every write of a command");
      return;
    }
    if (
      to === undefined &&
      (origin === "blue" || origin === "green") &&
      slot !== origin &&
      slot !== undefined
    )
      this.violations.push(`a rollback leads to ${slot}, the slot before was ${origin}`);
    if (slot === undefined) {
      if (origin === "blue" || origin === "green")
        this.checkAllOn(origin, "a rollback reports nothing to do");
      return;
    }
    const back = abortedTraffic(other(slot));
    // Whoever rolls back has looked at the pods; a model of that would only show that.
    if (!this.slots.includes(slot) || !this.ready(slot)) return;
    if (!writer.isSettled(back)) await this.writeBack(writer, back);
    this.checkAllOn(slot, "after a rollback");
    if (to === undefined || to === origin) this.origin = undefined;
    else this.origin = "unclear";
  }

  /** The slots that callers get, by the load balancer's rules alone, and whether state and file say the same. */
  outcome() {
    const slots = [...new Set(buckets.map((bucket) => side(this.rules, bucket)))];
    const [slot] = slots;
    const traffic = slot && withDefaults(abortedTraffic(other(slot)));
    return {
      slots,
      settled:
        this.pending.length === 0 &&
        isDeepStrictEqual(this.stateRules, this.rules) &&
        isDeepStrictEqual(traffic && this.rulesFor(traffic), this.rules) &&
        isDeepStrictEqual(traffic, this.fileTraffic),
    };
  }

  /** No caller is on another slot, by the load balancer's rules alone. */
  private checkAllOn(slot: Colour, when: string) {
    const away = buckets.find((bucket) => side(this.rules, bucket) !== slot);
    if (away !== undefined) this.violations.push(`${when}: bucket ${away} isn't on ${slot}`);
  }

  /** An operator edits the file and runs `pulumi up`, which the configuration's checks accept or refuse. */
  private async editAndDeploy(traffic: Traffic) {
    if (!this.isSafe(traffic)) return;
    this.heading = undefined;
    this.origin = "unclear";
    this.fileTraffic = withDefaults(traffic);
    await this.deploy(this.slots, this.fileTraffic);
  }

  /** The same from another machine, with a file of its own; whole, since nothing here could tell that it broke off. */
  private async deployElsewhere(traffic: Traffic) {
    if (!this.isSafe(traffic)) return;
    this.heading = undefined;
    this.origin = "unclear";
    this.killIn = Number.POSITIVE_INFINITY;
    await this.deploy(this.slots, withDefaults(traffic));
  }

  /** A slot goes only where the configuration is whole without it. */
  private async removeSlot(colour: Colour) {
    const left = this.slots.filter((one) => one !== colour);
    this.origin = "unclear";
    if (this.isAllowed(left, this.fileTraffic) && isDeepStrictEqual(this.fileTraffic, this.stackTraffic))
      await this.deploy(left, this.fileTraffic);
  }

  /** Pods are lost one by one, and never all of a slot that is the only one with traffic: no rule could help those. */
  private losePods(colour: Colour, pods: number) {
    const alone = this.carriers().every((carrier) => carrier === colour || this.pods[carrier] === 0);
    this.pods[colour] = Math.max(alone ? 1 : 0, this.pods[colour] - pods);
    this.check("after pods were lost");
  }

  /** A second writer that read before another one wrote. */
  private async writeLate(number: number, traffic: Traffic) {
    const writer = this.opened.get(number);
    if (writer === undefined || !this.isSafe(traffic)) return;
    const stale = this.seen.get(number) !== callers(this.rules);
    const before = this.calls;
    try {
      this.heading = undefined;
      this.origin = "unclear";
      await writer.write(traffic, "test", await writer.plan(traffic));
    } finally {
      if (stale && this.calls !== before) this.violations.push("a writer wrote on what it had not seen");
      if (this.calls !== before) this.seen.set(number, callers(this.rules));
    }
  }

  /** A step towards a slot: from here on no caller leaves that slot. */
  private async writeTowards(target: Colour, writer: TrafficWriter, traffic: Traffic) {
    this.heading = traffic.canaryPercent > 0 || traffic.live === target ? target : undefined;
    const before = this.origin;
    if (writer.traffic.live !== target) this.origin = writer.traffic.live;
    const trace = this.trace();
    try {
      await writer.write(traffic, "test", await writer.plan(traffic));
    } catch (error) {
      // What was killed or refused before it left a trace never began.
      if (this.trace() === trace) this.origin = before;
      throw error;
    }
  }

  /** All that a command can leave behind. */
  private trace(): string {
    return JSON.stringify([this.journalEntries, this.fileTraffic, this.pending, this.stateRules, this.rules]);
  }

  private async writeBack(writer: TrafficWriter, traffic: Traffic) {
    this.heading = undefined;
    await writer.writeBack(traffic, "test");
  }

  private async open(rollback = false): Promise<TrafficWriter> {
    const args: TrafficWriterArgs = {
      model,
      file: this.file,
      stack: this.stack,
      journal: this.journal,
      balancer: this.balancer,
      exclusively: (write) => write(),
      consent: async () => true,
      sleep: async () => undefined,
      stopped: () => false,
      isAlive: async (colour) => this.slots.includes(colour) && this.pods[colour] > 0,
    };
    const deployed = await this.stack.read();
    return rollback ? TrafficWriter.forRollback(args, deployed) : TrafficWriter.open(args, deployed);
  }

  private ready(colour: Colour): boolean {
    return this.slots.includes(colour) && this.pods[colour] === podsOfSlot;
  }

  /** Traffic that is allowed and sends no request to a slot that isn't ready. */
  private isSafe(traffic: Traffic): boolean {
    return (
      this.isAllowed(this.slots, traffic) &&
      this.ready(traffic.live) &&
      (traffic.canaryPercent === 0 || this.ready(other(traffic.live)))
    );
  }

  /** What the configuration's own checks demand. */
  private isAllowed(slots: readonly Colour[], { live, canaryPercent, shadowPercent = 0 }: Traffic): boolean {
    const standby = slots.includes(other(live));
    return (
      slots.includes(live) &&
      (standby || (canaryPercent === 0 && shadowPercent === 0)) &&
      !(canaryPercent > 0 && shadowPercent > 0)
    );
  }

  private readonly file: TrafficFile = {
    name: "Pulumi.test.yaml",
    text: () => JSON.stringify(this.fileTraffic),
    read: () => this.fileTraffic,
    textWith: (traffic) => JSON.stringify(traffic),
    replace: (text) => {
      this.moment();
      this.fileTraffic = { shadowPercent: 0, ...(JSON.parse(text) as Traffic) };
      this.moment();
    },
  };

  private readonly journal: Journal = {
    add: (entry) => {
      this.moment();
      this.journalEntries.push({ at: this.now(), ...entry });
      this.moment();
    },
    entries: () => this.journalEntries,
  };

  private now(): string {
    return new Date(++this.time * 1000).toISOString();
  }

  private readonly balancer: Balancer = {
    rules: async () => {
      if (this.isDead) throw new Killed();
      return this.rules
        .filter(({ host }) => host === `${model}.${domain}`)
        .map((rule) =>
          modelRule({
            ...{ id: rule.name, priority: order.indexOf(rule.name), groups: {}, foreign: [] },
            bucketPattern: rule.bucketPattern,
            targets: Object.entries(rule.weights).map(([arn, weight]) => ({ arn, weight })),
          }),
        );
    },
    remove: async ({ id }) => {
      const rule = this.rules.find(({ name }) => name === id);
      if (rule !== undefined) this.call({ action: "delete", rule });
    },
  };

  private readonly stack: DeployedStack = {
    read: async (): Promise<Deployed> => {
      // A command that is dead asks nothing any more.
      if (this.isDead) throw new Killed();
      return {
        shadowPercent: { [model]: this.stackTraffic.shadowPercent ?? 0 },
        engineKeys: {},
        pending: this.pending,
        resources: [
          ...this.slots.map((colour) => ({
            ...{ urn: `urn::${model}-${colour}`, type: "aws:lb/targetGroup:TargetGroup", outputs: {} },
            ...{ name: `${model}-${colour}`, id: colour },
          })),
          ...this.stateRules.map((rule) => ({
            ...named(rule.name),
            id: rule.name,
            outputs: asOutputs(rule),
          })),
        ],
      };
    },
    history: async () => this.updates.toReversed(),
    preview: async (text) =>
      ruleWrites(this.stateRules, this.rulesFor(JSON.parse(text) as Traffic)).map(
        ({ action, rule }): PlannedStep => ({
          ...named(rule.name),
          operation: action,
          fields: [],
          before: undefined,
          after: undefined,
        }),
      ),
    update: async ({ urns, message, refresh, fileText }) => {
      // An interrupted write that is taken back leads no caller on.
      if (isDeepStrictEqual(this.fileTraffic, this.stackTraffic)) this.heading = undefined;
      if (refresh && urns.some((urn) => !this.stateRules.some(({ name }) => named(name).urn === urn)))
        throw new StackError("target not found");
      if (refresh) this.refreshRules(urns);
      const traffic = fileText === undefined ? this.fileTraffic : (JSON.parse(fileText) as Traffic);
      const record = (succeeded: boolean) => this.updates.push({ message, at: this.now(), succeeded });
      try {
        await this.deploy(this.slots, traffic, urns);
      } catch (error) {
        if (error instanceof StackError) record(false);
        throw error;
      }
      record(true);
    },
    refresh: async (urns, created) => {
      this.pending = this.pending.filter(
        ({ urn, operation }) => operation === "creating" && !created.includes(urn),
      );
      this.refreshRules(urns);
    },
    adopt: async ({ name }) => {
      const rule = this.rules.find((one) => named(one.name).name === name);
      if (rule !== undefined) this.stateRules = inOrder([...this.stateRules, rule]);
    },
    unlock: async () => undefined,
    drift: async () => [],
  };

  /** The state takes over what the load balancer has of rules that it knows. */
  private refreshRules(urns: readonly string[]) {
    this.stateRules = this.stateRules.flatMap((rule) =>
      urns.includes(named(rule.name).urn) ? this.rules.filter(({ name }) => name === rule.name) : [rule],
    );
  }

  /** An update of the stack: its lock, its calls one by one, and its outputs at the end. */
  private async deploy(slots: readonly Colour[], traffic: Traffic, urns?: readonly string[]) {
    if (this.updating) throw new StackError("locked");
    this.updating = true;
    this.halfSlots ||= !isDeepStrictEqual(slots, this.slots);
    this.pending = this.pending.filter(({ operation }) => operation === "creating");
    try {
      // An operator who deploys by hand refreshes, and sees what an interrupted command left.
      if (urns === undefined) {
        this.stateRules = this.rules;
        this.pending = [];
      }
      const writes = ruleWrites(this.stateRules, this.rulesFor(traffic, slots));
      for (const write of writes.filter(
        ({ rule }) => urns === undefined || urns.includes(named(rule.name).urn),
      )) {
        const { urn } = named(write.rule.name);
        const operation = { create: "creating", modify: "updating", delete: "deleting" }[write.action];
        this.pending = [...this.pending, { urn, operation }];
        this.moment();
        // Another command's turn: the lock has to keep it out.
        await undefined;
        if (write.action === "create" && this.rules.some(({ name }) => name === write.rule.name))
          throw new StackError("priority in use");
        this.call(write);
        this.moment();
        const others = this.stateRules.filter(({ name }) => name !== write.rule.name);
        this.stateRules = inOrder(write.action === "delete" ? others : [...others, write.rule]);
        this.pending = this.pending.filter((one) => one.urn !== urn || one.operation !== operation);
        this.moment();
      }
      this.slots = [...slots];
      this.stackTraffic = traffic;
      this.halfSlots &&= urns !== undefined;
    } finally {
      this.updating = false;
    }
  }

  private get isDead(): boolean {
    return this.killIn < 0;
  }

  private moment() {
    if (this.killIn-- <= 0) this.die();
  }

  private die(): never {
    this.killIn = -1;
    throw new Killed();
  }

  private call({ action, rule }: RuleWrite) {
    const before = this.rules;
    const others = this.rules.filter(({ name }) => name !== rule.name);
    this.rules = inOrder(action === "delete" ? others : [...others, rule]);
    this.calls++;
    this.check(`after ${action} ${rule.name}`);
    this.checkBuckets(before);
  }

  /** No weights but whole ones that sum to 100, on groups that are there, and a healthy group behind the model's host. */
  private check(when: string) {
    for (const { name, weights } of this.rules) {
      const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
      if (sum !== 100 || !Object.values(weights).every(Number.isInteger))
        this.violations.push(`${when}: weights of ${name} sum to ${sum}`);
    }
    if (!this.carriers().some((colour) => this.pods[colour] > 0))
      this.violations.push(`${when}: no healthy group has weight`);
  }

  /** Slots that get requests for the model. */
  private carriers(): Colour[] {
    const weights = this.rules
      .filter(({ host }) => host === `${model}.${domain}`)
      .map((rule) => rule.weights);
    return colours.filter((colour) => weights.some((weight) => (weight[colour] ?? 0) > 0));
  }

  /** While a canary leads to a slot, no caller leaves that slot again. */
  private checkBuckets(before: readonly TrafficRule[]) {
    const { heading } = this;
    if (heading === undefined) return;
    const left = buckets.find(
      (bucket) => side(before, bucket) === heading && side(this.rules, bucket) !== heading,
    );
    if (left === undefined) return;
    // From a slot without a pod callers are taken away, and the rollout ends with that.
    if (this.pods[heading] === 0) this.heading = undefined;
    else this.violations.push(`bucket ${left} went to ${heading} and left it again`);
  }

  /** A rollback is one call, or two where a command was killed between its two calls. */
  private checkWayBack() {
    if (this.slots.length < 2 || this.halfSlots) return;
    for (const slot of this.slots) {
      const calls = ruleWrites(this.rules, this.rulesFor(abortedTraffic(other(slot)))).length;
      if (calls > 2) this.violations.push(`a rollback to ${slot} takes ${calls} calls`);
    }
  }

  private rulesFor(traffic: Traffic, slots: readonly Colour[] = this.slots): readonly TrafficRule[] {
    return inOrder(
      trafficRules(
        model,
        domain,
        colours.filter((colour) => slots.includes(colour)),
        traffic,
      ),
    );
  }
}

const order: readonly TrafficRule["name"][] = ["direct-blue", "direct-green", "canary", "live"];

/** By priority, as the load balancer keeps them. */
function inOrder(rules: readonly TrafficRule[]): readonly TrafficRule[] {
  return rules.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** A rule as its provider has it. */
function asOutputs({ host, bucketPattern, weights, name }: TrafficRule) {
  const header = { httpHeader: { regexValues: [bucketPattern] } };
  return {
    listenerArn: "listener",
    priority: order.indexOf(name),
    conditions: [{ hostHeader: { values: [host] } }, ...(bucketPattern === undefined ? [] : [header])],
    actions: [
      { forward: { targetGroups: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })) } },
    ],
  };
}

function named(rule: TrafficRule["name"]) {
  const name = `${model}-${rule}`;
  return { urn: `urn::${name}`, type: "aws:lb/listenerRule:ListenerRule", name };
}

/** Which slot answers a bucket's requests: the first rule that matches, and of its groups the one with weight. */
function side(rules: readonly TrafficRule[], bucket: string): Colour | undefined {
  const rule = rules.find(
    ({ host, bucketPattern }) =>
      host === `${model}.${domain}` && (bucketPattern === undefined || matches(bucketPattern, bucket)),
  );
  return colours.find((colour) => (rule?.weights[colour] ?? 0) > 0);
}

/** The slot of every bucket. */
function callers(rules: readonly TrafficRule[]): string {
  return buckets.map((bucket) => side(rules, bucket)).join();
}

const patterns = new Map<string, RegExp>();
function matches(pattern: string, bucket: string): boolean {
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known.test(bucket);
}

import { isDeepStrictEqual } from "node:util";
import {
  type Colour,
  everybodyOn,
  other,
  spelledOut,
  type Traffic,
} from "../../components/serving/traffic.ts";
import type { Deployed, DeployedStack, Step } from "./deployed-stack.ts";
import type { Journal } from "./journal.ts";
import {
  addressOf,
  type Balancer,
  groupsOf,
  isTrafficRule,
  type ModelRule,
  ruleResources,
  rulesInState,
  shownRules,
  slotsOf,
  stateTraffic,
  trafficOf,
} from "./model-rules.ts";
import { StackError, StackLockedError } from "./pulumi-cli.ts";
import { rollback, shown, updateMessage } from "./way-back.ts";

/** The traffic of one model in the stack's own file. */
export interface TrafficFile {
  /** Such as `Pulumi.dev.yaml`. */
  readonly name: string;
  /** The whole file. */
  text(): string;
  read(): Traffic;
  /** A text of the file with other traffic. @param text @default the file's own */
  textWith(traffic: Traffic, text?: string): string;
  replace(text: string): void;
}

export interface WriterArgs {
  readonly model: string;
  readonly file: TrafficFile;
  readonly stack: DeployedStack;
  readonly balancer: Balancer;
  readonly journal: Journal;
  /** Keeps other commands of this machine from writing to the environment meanwhile. */
  readonly alone: <T>(write: () => Promise<T>) => Promise<T>;
  /** Whether the person agrees to something that a write alone doesn't do. */
  readonly agrees: (question: string) => Promise<boolean>;
  readonly sleep: (seconds: number) => Promise<void>;
  /** Whether a rollback asked this command to write nothing more. */
  readonly stopped: () => boolean;
  /**
   * Whether a slot has a healthy target. A write that a killed command had begun is finished where the slot that is to
   * be live has, since callers may have moved already, and taken back where it hasn't. Without it what was begun is
   * left for a write that is to come at once.
   */
  readonly alive?: ((slot: Colour, state: Deployed) => Promise<boolean>) | undefined;
}

/** Why traffic wasn't written: what was found, what stays as it was, which command continues. */
export class TrafficError extends Error {
  override readonly name: string = "TrafficError";
}

/** Another command or person wrote this model's traffic: whoever watches it has nothing to do any more. */
export class OvertakenError extends TrafficError {
  override readonly name = "OvertakenError";
}

/** A write that was interrupted. */
interface Begun {
  readonly from: Traffic;
  readonly to: Traffic;
  readonly back: boolean;
}

interface Put {
  readonly traffic: Traffic;
  readonly why: string;
  /** What callers had before. @default what they get now */
  readonly from?: Traffic;
  readonly steps?: readonly Step[];
  /** Whether it takes an interrupted write back: that one stays on record, as what was asked for last. */
  readonly takesBack?: boolean;
  /** Text to deploy in place of the stack's file, which can't be edited. */
  readonly instead?: string | undefined;
  /** Text to deploy where the stack's file can't be. */
  readonly fallback?: string;
}

/** A write that failed after callers were affected. */
export class BrokenWriteError extends TrafficError {
  override readonly name = "BrokenWriteError";
}

/** What the state says, and what the load balancer does. */
interface Found {
  readonly deployed: Deployed;
  /** Absent where the load balancer can't be asked. */
  readonly rules: readonly ModelRule[] | undefined;
  /** Why it can't be asked. */
  readonly unknown: string | undefined;
}

/**
 * Writes the traffic of one model, in its stack's file and then in the stack. What is true is what the load balancer
 * says: the state of an interrupted update isn't. Before each write both are asked, so that no edit is lost and two
 * writers notice each other; after it the load balancer is asked what it does.
 */
export class TrafficWriter {
  private readonly args: WriterArgs;
  /** What the file holds, and what callers get, unless another command writes. */
  private stated: Traffic;
  private known: Traffic;
  private found: Found;
  /** The file's last text that could be read. */
  private text: string;
  /** Whether everything was read just now, so that a rollback needn't read it again. */
  private fresh = true;

  private constructor(args: WriterArgs, stated: Traffic, known: Traffic, found: Found) {
    this.args = args;
    this.stated = stated;
    this.known = known;
    this.found = found;
    this.text = args.file.text();
  }

  /**
   * @throws TrafficError where file and load balancer say different things, and no interrupted command explains it
   * @throws StackError
   */
  static async open(args: WriterArgs): Promise<TrafficWriter> {
    const { model, file, alive } = args;
    const found = await find(args);
    const callers = found.rules && trafficOf(found.rules, slotsOf(found.deployed, model));
    const known = callers ?? stateTraffic(found.deployed, model);
    if (known === undefined)
      throw new TrafficError(
        ruleResources(found.deployed, model).length === 0
          ? `${model} isn't deployed yet: run pulumi up first. Nothing was changed`
          : `${model} has rules that this program doesn't write (npm run drift shows them): deploy the stack with pulumi up --refresh. Nothing was changed`,
      );
    const shadowPercent = found.deployed.shadowPercent[model] ?? 0;
    const stated = file.read();
    const writer = new TrafficWriter(args, stated, { ...known, shadowPercent }, found);
    if (alive === undefined) return writer;

    if (found.rules === undefined)
      throw new TrafficError(`the load balancer can't be asked: ${found.unknown}. Nothing was changed`);
    const begun = writer.unfinished(callers);
    if (begun !== undefined) {
      await writer.finish(begun);
      return writer;
    }
    if (!isDeepStrictEqual(stated, writer.known))
      throw new TrafficError(
        `${file.name} has ${shown(stated)} for ${model}, the load balancer ${shown(writer.known)}: the file was edited and not deployed, or the traffic was changed elsewhere. ` +
          "Nothing was changed; deploy the file with pulumi up, or take the edit back, and start again",
      );
    return writer;
  }

  /** What a killed command was writing, where the file still has it and callers get nothing that it doesn't explain. */
  private unfinished(callers: Traffic | undefined): Begun | undefined {
    const last = this.args.journal.entries().findLast(({ event }) => event !== "stop");
    if (last?.event !== "writing") return undefined;
    const [from, to] = [spelledOut(last.from ?? last.traffic), spelledOut(last.traffic)] as const;
    const explained =
      callers === undefined ||
      ((callers.live === from.live || callers.live === to.live) &&
        (callers.canaryPercent === from.canaryPercent || callers.canaryPercent === to.canaryPercent));
    // A write back to where it came from may have been interrupted as well.
    const [at, left] = [to, from].map((traffic) => isDeepStrictEqual(this.stated, traffic));
    return explained && (at || (left && !isDeepStrictEqual(this.known, from)))
      ? { from, to, back: last.back === true }
      : undefined;
  }

  /**
   * Ends an interrupted write: as it was meant where its live slot has a healthy target, otherwise with all traffic on
   * the slot that was live before. A canary stays only where its slot has a healthy target, too.
   */
  private async finish({ from, to, back }: Begun) {
    const { alive, model } = this.args;
    const isAlive = async (slot: Colour) => (await alive?.(slot, this.found.deployed)) === true;
    const reason = "an interrupted write is finished";
    if (await isAlive(to.live)) {
      const dropsCanary = to.canaryPercent > 0 && !(await isAlive(other(to.live)));
      const traffic = dropsCanary ? everybodyOn(to.live) : to;
      const why = dropsCanary ? `${reason} without its canary, which has no healthy target` : reason;
      return this.alone(traffic, () => this.put({ traffic, why: back ? `${rollback}: ${why}` : why, from }));
    }
    if (await isAlive(from.live)) {
      // The canary of `from` is the slot that has no healthy target.
      const traffic = everybodyOn(from.live);
      return this.alone(traffic, () =>
        this.put({ traffic, why: `${to.live} has no healthy target`, takesBack: true }),
      );
    }
    throw new TrafficError(
      `a write of ${shown(to)} was interrupted, and neither ${to.live} nor ${from.live} has a healthy target. ` +
        `Nothing was changed; look at the pods, or choose with npm run switch -- … ${model} --rollback`,
    );
  }

  /** What callers get, as far as this writer knows. */
  get traffic(): Traffic {
    return this.known;
  }

  /** The same, or nothing where rules make it that are not this program's. */
  get callers(): Traffic | undefined {
    const { rules, deployed } = this.found;
    if (rules === undefined) return this.known;
    const traffic = trafficOf(rules, slotsOf(deployed, this.args.model));
    return traffic && { ...traffic, shadowPercent: this.known.shadowPercent };
  }

  get deployed(): Deployed {
    return this.found.deployed;
  }

  /** What the state's rules would give callers, and whether an operation on them was interrupted. */
  get state(): { readonly traffic: Traffic | undefined; readonly interrupted: boolean } {
    const { model } = this.args;
    const { deployed } = this.found;
    return {
      traffic: stateTraffic(deployed, model),
      interrupted: this.pending().length > 0,
    };
  }

  /** Whether file, state and load balancer agree on a traffic, and nothing of the rules is pending. */
  isSettled(traffic: Traffic): boolean {
    const { rules, deployed } = this.found;
    return (
      isDeepStrictEqual(this.stated, spelledOut(traffic)) &&
      isDeepStrictEqual(spelledOut(this.known), spelledOut(traffic)) &&
      rules !== undefined &&
      isDeepStrictEqual(rules, rulesInState(deployed, this.args.model)) &&
      this.pending().length === 0
    );
  }

  /**
   * What a write would change.
   * @throws TrafficError when that is anything but the model's listener rules
   */
  async plan(traffic: Traffic): Promise<readonly Step[]> {
    const { file, stack, model } = this.args;
    this.fresh = false;
    const steps = await stack.preview(file.textWith(traffic));
    const others = steps.filter((step) => !isTrafficRule(step, model));
    if (others.length > 0)
      throw new TrafficError(
        `more than the listener rules of ${model} would change:\n${others.map(stepLine).join("\n")}\n` +
          "Nothing was changed; deploy or take back these changes first (pulumi preview shows them)",
      );
    return steps;
  }

  /**
   * Writes traffic whose steps were planned.
   * @throws TrafficError when another command wrote meanwhile, with nothing changed, or when the load balancer does
   * something else at the end
   * @throws StackError when the update failed; the next command finishes what it had begun
   */
  async write(traffic: Traffic, why: string, steps: readonly Step[] = []): Promise<void> {
    await this.args.alone(async () => {
      await this.checkUnchanged();
      // The last moment: from here on a rollback finds in the journal what was begun.
      this.checkStopped();
      this.text = this.args.file.textWith(traffic);
      await this.put({ traffic, why, steps });
    });
  }

  /** Rolls back, whatever the file says meanwhile: where it can't be deployed, its last good text is. */
  async writeBack(traffic: Traffic, why: string): Promise<void> {
    const { file } = this.args;
    await this.args.alone(async () => {
      // Another command may have written while this one waited for its turn.
      this.found = await find(this.args);
      const fallback = file.textWith(traffic, this.text);
      const text = quietly(() => file.textWith(traffic));
      this.text = text ?? fallback;
      await this.put({
        traffic,
        why: `${rollback}: ${why}`,
        ...(text === undefined ? { instead: fallback } : { fallback }),
      });
    });
  }

  private alone(traffic: Traffic, write: () => Promise<void>): Promise<void> {
    return this.args.alone(async () => {
      this.checkStopped();
      this.found = await find(this.args);
      this.text = this.args.file.textWith(traffic);
      await write();
    });
  }

  private async put({
    traffic,
    why,
    from = this.known,
    steps = [],
    takesBack = false,
    instead,
    fallback,
  }: Put) {
    const { model, file, stack, journal } = this.args;
    this.fresh = false;
    const back = why.startsWith(rollback);
    if (!takesBack) journal.add({ event: "writing", model, from, traffic, why, back });
    if (instead === undefined) {
      file.replace(this.text);
      this.stated = spelledOut(traffic);
    }
    const message = takesBack
      ? `${model}: ${shown(traffic)} (${why})`
      : updateMessage(model, from, traffic, why);
    try {
      await this.repair(traffic);
      const urns = this.targets(traffic, steps);
      const refresh = urns.every((urn) => this.found.deployed.resources.some((one) => one.urn === urn));
      const update = { urns, message, refresh };
      await stack.update({ ...update, fileText: instead }).catch((error) => {
        if (fallback === undefined || !(error instanceof StackError) || error instanceof StackLockedError)
          throw error;
        return stack.update({ ...update, fileText: fallback });
      });
    } catch (error) {
      if ((await this.takeBack(instead === undefined)) || error instanceof TrafficError) throw error;
      const what = `${(error as Error).message}. The write of ${shown(traffic)} had begun: start again to finish it, or roll back with npm run switch -- … ${model} --rollback`;
      throw error instanceof StackError && back ? new StackError(what) : new BrokenWriteError(what);
    }
    this.found = await find(this.args);
    await this.removeUnknown(traffic);
    await this.confirm(traffic);
    this.known = spelledOut(traffic);
    journal.add(
      takesBack ? { event: "ended", model, traffic, why } : { event: "written", model, traffic, back },
    );
    if (instead !== undefined)
      throw new TrafficError(
        `${model} was rolled back, and ${file.name} can't be read: correct it and set its traffic to ${shown(traffic)}`,
      );
  }

  private async checkUnchanged() {
    const { model, file } = this.args;
    const stated = file.read();
    if (!isDeepStrictEqual(stated, this.stated))
      throw new TrafficError(
        `${file.name} was edited meanwhile: ${model} has ${shown(stated)} there, ${shown(this.stated)} was left. ` +
          "Nothing was changed; take the edit back or deploy it",
      );
    if (this.fresh) return;
    this.found = await find(this.args);
    this.checkCallers();
  }

  /** @throws OvertakenError when callers get something else than this writer left */
  private checkCallers() {
    const { model } = this.args;
    const { rules, deployed, unknown } = this.found;
    if (rules === undefined)
      throw new TrafficError(`the load balancer can't be asked: ${unknown}. Nothing was changed`);
    const { shadowPercent: _, ...known } = this.known;
    if (!isDeepStrictEqual(trafficOf(rules, slotsOf(deployed, model)), known))
      throw new OvertakenError(
        `the traffic of ${model} was changed by another command: callers get ${shownRules(rules)}, ${shown(this.known)} was left. Nothing was changed`,
      );
  }

  /** @throws OvertakenError when a rollback asked for it */
  private checkStopped() {
    if (this.args.stopped()) throw new OvertakenError(`a rollback of ${this.args.model} took over`);
  }

  /** Looks whether another command has taken over. @throws OvertakenError */
  async checkOwn(): Promise<void> {
    this.checkStopped();
    const { model, balancer } = this.args;
    const rules = await askBalancer(balancer, model, this.found.deployed);
    if (typeof rules === "string") return;
    this.found = { ...this.found, rules };
    this.checkCallers();
  }

  /** What callers get at this moment, for the end of every message. */
  async remains(): Promise<string> {
    const { model, balancer, file } = this.args;
    const rules = await askBalancer(balancer, model, this.found.deployed);
    const stated = quietly(() => file.read());
    const inFile = stated === undefined ? `${file.name} can't be read` : `${file.name} has ${shown(stated)}`;
    if (typeof rules === "string") return `the load balancer can't be asked (${rules}); ${inFile}`;
    const callers = trafficOf(rules, slotsOf(this.found.deployed, model));
    return `callers of ${model} get ${callers ? shown(callers) : shownRules(rules)}; ${inFile}`;
  }

  /**
   * Brings state and load balancer together before a write: reads the model's rules again, drops their interrupted
   * operations, and adopts a rule that is to stay.
   */
  private async repair(traffic: Traffic) {
    const { model, stack, balancer } = this.args;
    const { rules, deployed } = this.found;
    const created = this.pending().filter(({ operation }) => operation === "creating");
    const apart = rules !== undefined && !isDeepStrictEqual(rules, rulesInState(deployed, model));
    if (created.length === 0 && !apart) return;
    const urns = ruleResources(deployed, model).map(({ urn }) => urn);
    await stack.refresh(
      urns,
      created.map(({ urn }) => urn),
    );
    this.found = await find(this.args);
    const stray = traffic.canaryPercent > 0 ? this.unknownRules().find(isCanary) : undefined;
    const like = ruleResources(this.found.deployed, model)[0];
    if (stray === undefined || like === undefined) return;
    if (!(await this.args.agrees(`${this.named(stray)}. Take it into the state?`)))
      throw new TrafficError(`${this.named(stray)}: start again with --yes to take it into the state`);
    await stack.adopt({ name: `${model}-canary`, id: stray.id, like });
    this.found = await find({ ...this.args, balancer });
  }

  /** Rules of the load balancer that the state doesn't know, after a write that doesn't need them. */
  private async removeUnknown(traffic: Traffic) {
    for (const rule of this.unknownRules()) {
      if (rule.foreign.length > 0)
        throw new TrafficError(
          `${this.named(rule)}: this program writes no such rule; remove it where it was made`,
        );
      if (!(await this.args.agrees(`${this.named(rule)}. Remove it?`)))
        throw new TrafficError(
          `${this.args.model} was set to ${shown(traffic)}, and ${this.named(rule)}: start again with --yes to remove it`,
        );
      await this.args.balancer.remove(rule);
    }
  }

  private unknownRules(): readonly ModelRule[] {
    const { rules = [], deployed } = this.found;
    const ids = new Set(ruleResources(deployed, this.args.model).map(({ id }) => id));
    return rules.filter(({ id }) => !ids.has(id));
  }

  private named({ id, priority, bucketPattern, weights }: ModelRule): string {
    const to = Object.entries(weights).flatMap(([group, weight]) => (weight > 0 ? [group] : []));
    const which = bucketPattern === undefined ? "every caller" : `callers with a bucket in ${bucketPattern}`;
    return `the load balancer has a rule for ${this.args.model} that the state doesn't know (${id}, priority ${priority}: ${which} to ${to.join(", ")}), left by an interrupted update or made by hand`;
  }

  /** @throws TrafficError when the load balancer does something else than was written */
  private async confirm(traffic: Traffic) {
    const { model, balancer } = this.args;
    const { live, canaryPercent } = traffic;
    for (let look = 1; ; look++) {
      const rules = await askBalancer(balancer, model, this.found.deployed);
      if (typeof rules === "string")
        throw new TrafficError(
          `${model} was set to ${shown(traffic)}, and the load balancer can't be asked whether it does that: ${rules}; npm run drift compares again`,
        );
      this.found = { ...this.found, rules };
      if (isDeepStrictEqual(trafficOf(rules, slotsOf(this.found.deployed, model)), { live, canaryPercent }))
        return;
      if (look === looks)
        throw new TrafficError(
          `${model} was set to ${shown(traffic)}, and the load balancer sends ${shownRules(rules)}: something else writes to it; npm run drift shows the rules`,
        );
      await this.args.sleep(betweenLooksSeconds);
    }
  }

  /** After an update that changed nothing, the file says again what callers get; any other stays written down as begun. */
  private async takeBack(edited: boolean): Promise<boolean> {
    const { model, file, journal } = this.args;
    const before = this.found.rules;
    const after = await find(this.args).catch(() => undefined);
    if (after === undefined || before === undefined || !isDeepStrictEqual(after.rules, before)) return false;
    this.found = after;
    if (edited) {
      this.text = file.textWith(this.known);
      file.replace(this.text);
      this.stated = this.known;
    }
    journal.add({ event: "written", model, traffic: this.known, failed: true });
    return true;
  }

  /** Interrupted operations on the model's rules. */
  private pending() {
    const urns = this.urns();
    return this.found.deployed.pending.filter(({ urn }) => urns.includes(urn));
  }

  /** The rules that may be there: the live one always, the canary's as its neighbour. */
  private urns(): readonly string[] {
    const { model } = this.args;
    const [any] = ruleResources(this.found.deployed, model);
    if (any === undefined) return [];
    const base = any.urn.slice(0, any.urn.lastIndexOf("::") + 2);
    return [`${base}${model}-live`, `${base}${model}-canary`];
  }

  /** The model's rules: those that change, those that share its traffic now, and the canary's where it is to come. */
  private targets(traffic: Traffic, steps: readonly Step[]): readonly string[] {
    const present = ruleResources(this.found.deployed, this.args.model);
    const coming = traffic.canaryPercent > 0 ? this.urns() : [];
    return [...new Set([...[...present, ...steps].map(({ urn }) => urn), ...coming])];
  }
}

/** How often the load balancer is asked after a write, for the time that its answers take to follow. */
const looks = 3;
const betweenLooksSeconds = 2;

async function find({ stack, balancer, model }: WriterArgs): Promise<Found> {
  const deployed = await stack.read();
  if (ruleResources(deployed, model).length === 0) return { deployed, rules: [], unknown: undefined };
  const rules = await askBalancer(balancer, model, deployed);
  return typeof rules === "string"
    ? { deployed, rules: undefined, unknown: rules }
    : { deployed, rules, unknown: undefined };
}

/** The load balancer's rules, or why it can't be asked. */
async function askBalancer(
  balancer: Balancer,
  model: string,
  deployed: Deployed,
): Promise<readonly ModelRule[] | string> {
  const address = addressOf(deployed, model);
  if (address === undefined) return "the state has no rule that names its listener and host";
  try {
    return await balancer.rules(address, groupsOf(deployed, model));
  } catch (error) {
    return (error as Error).message || String((error as NodeJS.ErrnoException).code);
  }
}

function isCanary({ bucketPattern }: ModelRule): boolean {
  return bucketPattern !== undefined;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function stepLine({ operation, type, name, fields }: Step): string {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return `  ${operation} ${kind} ${name}${fields.length > 0 ? `  ${fields.join(", ")}` : ""}`;
}

import { isDeepStrictEqual } from "node:util";
import { allTrafficTo, type Colour, other, type Traffic } from "../../components/serving/traffic.ts";
import type { Deployed, PlannedStep } from "./deployed-stack.ts";
import { OvertakenError, TrafficError } from "./errors.ts";
import { formatStep, formatTraffic } from "./format.ts";
import { type InterruptedWrite, interruptedWrite } from "./interrupted-write.ts";
import { isGatewayDocument, isTrafficRule } from "./model-rules.ts";
import type { Observation } from "./observation.ts";
import { fileError, type Put, type PutArgs, putTraffic } from "./put-traffic.ts";
import { rollbackReason } from "./rollback-target.ts";
import { deployedText } from "./stack-file.ts";
import { changesCopies, resultOf, TrafficView } from "./traffic-view.ts";

export interface TrafficWriterArgs extends PutArgs {
  /** Keeps other commands of this machine from writing to the environment meanwhile. */
  readonly exclusively: <T>(write: () => Promise<T>) => Promise<T>;
  /** Whether a rollback requested that this command stop writing. */
  readonly stopped: () => boolean;
  /** Whether a slot has a healthy target. */
  readonly isAlive: (slot: Colour, state: Deployed) => Promise<boolean>;
}

/**
 * Writes the traffic of one model, in its stack's file and then in the stack. The load balancer is the source of truth:
 * the state of an interrupted update isn't. Before each write both are read, so that no edit is lost and two writers
 * notice each other; after it the load balancer is read again.
 */
export class TrafficWriter {
  private readonly args: TrafficWriterArgs;
  private readonly view: TrafficView;
  /** Whether everything was read just now. */
  private fresh = true;

  private constructor(args: TrafficWriterArgs, view: TrafficView) {
    this.args = args;
    this.view = view;
  }

  /**
   * For a rollback, which leaves what an interrupted command had begun to the write that is to come, and needs no
   * readable file.
   * @param deployed the state, read just now
   * @throws TrafficError where the model isn't deployed
   */
  static async forRollback(args: TrafficWriterArgs, deployed: Deployed): Promise<TrafficWriter> {
    return new TrafficWriter(args, await TrafficView.of(args, deployed));
  }

  /**
   * Finishes what an interrupted command had begun.
   * @param deployed the state, read just now
   * @throws TrafficError where file and load balancer differ, and no interrupted command explains it
   * @throws StackError
   */
  static async open(args: TrafficWriterArgs, deployed: Deployed): Promise<TrafficWriter> {
    const { file, model, journal } = args;
    const view = await TrafficView.of(args, deployed);
    const writer = new TrafficWriter(args, view);
    const stated = file.read();
    view.checkReachable();
    const { known, observed } = view;
    const { callers } = observed;
    const begun = interruptedWrite({ entries: journal.entries(), stated, known, callers });
    if (begun !== undefined) await writer.finish(begun);
    else if (!isDeepStrictEqual(stated, known))
      throw new TrafficError(
        `${file.name} has ${formatTraffic(stated)} for ${model}, the load balancer ${formatTraffic(known)}: the file was edited and not deployed, or the traffic was changed elsewhere. ` +
          "Nothing was changed; deploy the file with pulumi up, or revert the edit, and start again",
      );
    return writer;
  }

  /**
   * Ends an interrupted write: as it was meant where its live slot has a healthy target, otherwise with all traffic on
   * the slot that was live before. A canary stays only where its slot has a healthy target, too.
   */
  private async finish({ from, to, back }: InterruptedWrite) {
    const { isAlive, model } = this.args;
    const alive = (slot: Colour) => isAlive(slot, this.view.observed.deployed);
    if (await alive(to.live)) {
      const dropsCanary = to.canaryPercent > 0 && !(await alive(other(to.live)));
      const traffic = dropsCanary ? allTrafficTo(to.live) : to;
      const why = `an interrupted write is finished${dropsCanary ? " without its canary, which has no healthy target" : ""}`;
      return this.end({ traffic, why: back ? `${rollbackReason}: ${why}` : why, from });
    }
    // The canary of `from` is the slot that has no healthy target.
    if (await alive(from.live))
      return this.end({
        traffic: allTrafficTo(from.live),
        why: `${to.live} has no healthy target`,
        takesBack: true,
      });
    throw new TrafficError(
      `a write of ${formatTraffic(to)} was interrupted, and neither ${to.live} nor ${from.live} has a healthy target. ` +
        `Nothing was changed; look at the pods, or choose with npm run switch -- … ${model} <colour> --rollback`,
    );
  }

  private end(put: Omit<Put, "text">): Promise<void> {
    return this.args.exclusively(async () => {
      this.checkStopped();
      await this.view.refresh();
      await this.put({ ...put, text: this.args.file.textWith(put.traffic) });
    });
  }

  /** What callers get, as far as this writer knows. */
  get traffic(): Traffic {
    return this.view.known;
  }

  /** The last observation of state and load balancer. */
  get observation(): Observation {
    return this.view.observed;
  }

  /** Whether file, state and load balancer agree on a traffic, and nothing of the rules is pending. */
  isSettled(traffic: Traffic): boolean {
    return this.view.isSettled(traffic);
  }

  /** What callers get at this moment, for the end of every message. */
  remains(): Promise<string> {
    return this.view.remains();
  }

  /**
   * What a write would change.
   * @throws TrafficError when that is anything but the model's listener rules, and the gateway's documents where it
   * changes how many requests are copied
   */
  async plan(traffic: Traffic): Promise<readonly PlannedStep[]> {
    const { file, stack, model } = this.args;
    this.fresh = false;
    const steps = await stack.preview(file.textWith(traffic));
    const copies = changesCopies(this.view.known, traffic);
    const others = steps.filter(
      (step) => !isTrafficRule(step, model) && !(copies && isGatewayDocument(step)),
    );
    if (others.length > 0)
      throw new TrafficError(
        `more than the listener rules of ${model} would change:\n${others.map(formatStep).join("\n")}\n` +
          "Nothing was changed; deploy or revert these changes first (pulumi preview shows them)",
      );
    return steps;
  }

  /**
   * Writes traffic whose steps were planned.
   * @throws TrafficError when another command wrote meanwhile, with nothing changed, or when the load balancer does
   * something else at the end
   * @throws StackError when the update failed; the next command finishes what it had begun
   */
  async write(traffic: Traffic, why: string, steps: readonly PlannedStep[] = []): Promise<void> {
    const { view } = this;
    await this.args.exclusively(async () => {
      view.checkFile();
      if (!this.fresh) {
        await view.refresh();
        view.checkReachable();
        view.checkCallers();
      }
      // The last moment: from here on a rollback finds in the journal what was begun.
      this.checkStopped();
      await this.put({ traffic, why, steps, text: this.args.file.textWith(traffic) });
    });
  }

  /**
   * Rolls back, regardless of the file's present content: where it can't be deployed, its last good text is, or what the
   * stack's history has.
   * @throws TrafficError also after a rollback whose file has to be corrected
   */
  async writeBack(traffic: Traffic, why: string): Promise<void> {
    const { args, view } = this;
    await args.exclusively(async () => {
      // Another command may have written while this one waited for its turn.
      await view.refresh();
      view.known = view.observed.callers ?? view.known;
      const text = textOrReason(() => args.file.textWith(traffic));
      if (text instanceof Error && view.isDeployed(traffic)) throw fileError(args, traffic, text);
      const fallbacks = () => this.fallbacks(traffic);
      await this.put({ traffic, why: `${rollbackReason}: ${why}`, text, fallbacks });
    });
  }

  private async fallbacks(traffic: Traffic): Promise<readonly string[]> {
    const { file, stack, model } = this.args;
    const history = await stack.history().catch(() => []);
    const unreadable = resultOf(() => file.text());
    return [this.view.lastText, deployedText(model, history, unreadable)].flatMap((text) =>
      text === undefined ? [] : (resultOf(() => file.textWith(traffic, text)) ?? []),
    );
  }

  private async put(put: Put) {
    this.fresh = false;
    await putTraffic(this.args, this.view, put);
  }

  /** @throws OvertakenError when a rollback requested it */
  private checkStopped() {
    if (this.args.stopped()) throw new OvertakenError(`a rollback of ${this.args.model} took over`);
  }

  /** Checks that no other command has taken over. @throws OvertakenError */
  async checkOwn(): Promise<void> {
    this.checkStopped();
    const asked = await this.view.askAgain();
    if (asked.rules === undefined) return;
    this.view.observed = asked;
    this.view.checkCallers();
  }
}

function textOrReason(edit: () => string): string | Error {
  try {
    return edit();
  } catch (error) {
    return error as Error;
  }
}

import { isDeepStrictEqual } from "node:util";
import { type Traffic, withDefaults } from "../../components/serving/traffic.ts";
import type { Deployed, DeployedStack } from "./deployed-stack.ts";
import { OvertakenError, TrafficError } from "./errors.ts";
import { formatRules, formatTraffic } from "./format.ts";
import type { Balancer } from "./model-rules.ts";
import { Observation, rulePlace } from "./observation.ts";
import type { TrafficFile } from "./stack-file.ts";

export interface TrafficViewArgs {
  readonly model: string;
  readonly file: TrafficFile;
  readonly stack: DeployedStack;
  readonly balancer: Balancer;
}

/** A model's traffic as a command knows it: in the stack's file, the state and the load balancer. */
export class TrafficView {
  private readonly args: TrafficViewArgs;
  /** The last observation of state and load balancer. */
  observed: Observation;
  /** What the file holds unless another command writes; absent where it can't be read. */
  stated: Traffic | undefined;
  /** What callers get unless another command writes. */
  known: Traffic;
  /** The file's last text that could be read. */
  lastText: string | undefined;

  private constructor(args: TrafficViewArgs, observed: Observation, known: Traffic) {
    this.args = args;
    this.observed = observed;
    this.known = known;
    this.stated = resultOf(() => args.file.read());
    this.lastText = this.stated && args.file.text();
  }

  /**
   * @param deployed the state, read just now
   * @throws TrafficError where the model isn't deployed, or has rules that this program doesn't write
   */
  static async of(args: TrafficViewArgs, deployed: Deployed): Promise<TrafficView> {
    const { model, balancer } = args;
    const observed = await Observation.with(rulePlace(deployed, model), deployed, balancer);
    const known = observed.callers ?? observed.stateTraffic ?? observed.halfway;
    if (known === undefined)
      throw new TrafficError(
        `${model} has rules that this program doesn't write (npm run drift shows them): deploy the stack with pulumi up --refresh. Nothing was changed`,
      );
    return new TrafficView(args, observed, withDefaults(known));
  }

  /** Reads the state and the load balancer. @throws StackError */
  async refresh(): Promise<void> {
    this.observed = await Observation.of(this.observed.place, this.args.stack, this.args.balancer);
  }

  /** Reads the load balancer alone. */
  askAgain(): Promise<Observation> {
    return Observation.with(this.observed.place, this.observed.deployed, this.args.balancer);
  }

  /** Puts a text in the file's place. @param traffic what the text has for the model */
  edit(text: string, traffic: Traffic): void {
    this.args.file.replace(text);
    this.stated = withDefaults(traffic);
    this.lastText = text;
  }

  /** Whether file, state and load balancer agree on a traffic, and nothing of the rules is pending. */
  isSettled(traffic: Traffic): boolean {
    return isDeepStrictEqual(this.stated, withDefaults(traffic)) && this.isDeployed(traffic);
  }

  /** The same, regardless of the file. */
  isDeployed(traffic: Traffic): boolean {
    const { callers, isInState, pending } = this.observed;
    const isWhole = callers !== undefined && isInState && pending.length === 0;
    return isWhole && isDeepStrictEqual(this.known, withDefaults(traffic));
  }

  /** @throws TrafficError when the file was edited since this command read or wrote it */
  checkFile(): void {
    const { model, file } = this.args;
    const stated = file.read();
    if (this.stated !== undefined && !isDeepStrictEqual(stated, this.stated))
      throw new TrafficError(
        `${file.name} was edited meanwhile: ${model} has ${formatTraffic(stated)} there, ${formatTraffic(this.stated)} was left. ` +
          "Nothing was changed; revert the edit or deploy it",
      );
  }

  /** @throws TrafficError when the load balancer can't be queried */
  checkReachable(): void {
    const { unreachable } = this.observed;
    if (unreachable !== undefined)
      throw new TrafficError(`the load balancer can't be asked: ${unreachable}. Nothing was changed`);
  }

  /** @throws OvertakenError when callers get something else than this command left */
  checkCallers(): void {
    const { rules = [], callers } = this.observed;
    if (!isSameForCallers(callers, this.known))
      throw new OvertakenError(
        `the traffic of ${this.args.model} was changed by another command: callers get ${formatRules(rules)}, ${formatTraffic(this.known)} was left. Nothing was changed`,
      );
  }

  /** What callers get at this moment, for the end of every message. */
  async remains(): Promise<string> {
    const { model, file } = this.args;
    const { rules, callers, unreachable } = await this.askAgain();
    const stated = resultOf(() => file.read());
    const inFile =
      stated === undefined ? `${file.name} can't be read` : `${file.name} has ${formatTraffic(stated)}`;
    if (rules === undefined) return `the load balancer can't be asked (${unreachable}); ${inFile}`;
    const now = callers ? formatTraffic({ ...callers, shadowPercent: 0 }) : formatRules(rules);
    return `callers of ${model} get ${now}; ${inFile}`;
  }
}

/** Whether a write changes how many requests the gateway copies. */
export function changesCopies(from: Traffic, to: Traffic): boolean {
  return withDefaults(from).shadowPercent !== withDefaults(to).shadowPercent;
}

/** Copies are made by the gateway: callers notice none. */
export function isSameForCallers(one: Traffic | undefined, another: Traffic): boolean {
  return one?.live === another.live && one.canaryPercent === another.canaryPercent;
}

/** A function's result, or undefined if it throws. */
export function resultOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

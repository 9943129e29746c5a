import { isDeepStrictEqual } from "node:util";
import { type Colour, spelledOut, type Traffic } from "../../components/serving/traffic.ts";
import type { Deployed, DeployedResource, DeployedStack, Step } from "./deployed-stack.ts";
import type { Journal } from "./journal.ts";

/** The traffic of one model in the stack's own file. */
export interface TrafficFile {
  /** As `Pulumi.dev.yaml`. */
  readonly name: string;
  read(): Traffic;
  /** The file's text with other traffic. */
  textWith(traffic: Traffic): string;
  replace(text: string): void;
}

export interface WriterArgs {
  readonly model: string;
  readonly file: TrafficFile;
  readonly stack: DeployedStack;
  readonly journal: Journal;
  /**
   * Whether a slot has a healthy target. A write that a killed command had begun is finished where the slot that is to
   * be live has, since callers may have moved already, and taken back where it hasn't. Without it what was begun is
   * left for a write that is to come at once.
   */
  readonly alive?: ((slot: Colour, state: Deployed) => Promise<boolean>) | undefined;
}

/** Why traffic wasn't written: what was found, what was left as it was, which command goes on. */
export class TrafficError extends Error {
  override readonly name = "TrafficError";
}

const ruleType = "aws:lb/listenerRule:ListenerRule";

/**
 * Writes the traffic of one model, in its stack's file and then in the stack. Before each write it looks whether
 * both still hold what it left there, so that nobody's edit is lost and two writers notice each other.
 */
export class TrafficWriter {
  private readonly args: WriterArgs;
  /** What the file holds, and what the stack holds, unless somebody else writes. */
  private stated: Traffic;
  private known: Traffic;
  private state: Deployed;
  /** Whether the stack was read just now, so that a way back needn't read it again. */
  private fresh = true;

  private constructor(args: WriterArgs, stated: Traffic, known: Traffic, state: Deployed) {
    this.args = args;
    this.stated = stated;
    this.known = known;
    this.state = state;
  }

  /**
   * @throws TrafficError where file and stack say different things, and no interrupted command explains it
   * @throws StackError
   */
  static async open(args: WriterArgs): Promise<TrafficWriter> {
    const { model, file, stack, journal } = args;
    const state = await stack.read();
    const deployed = state.traffic[model];
    if (deployed === undefined)
      throw new TrafficError(`${model} isn't deployed yet: run pulumi up first. Nothing was changed`);
    const stated = file.read();
    const writer = new TrafficWriter(args, stated, deployed, state);
    const begun = isUnfinished(journal, stated, deployed);
    if (!begun && !isDeepStrictEqual(stated, deployed))
      throw new TrafficError(
        `${file.name} has ${shown(stated)} for ${model}, the stack ${shown(deployed)}: the file was edited and not deployed. ` +
          "Nothing was changed; deploy the file with pulumi up, or take the edit back, and start again",
      );
    // Also where both agree: the rules may be half way to it.
    const end = begun ? await writer.endOf(stated) : undefined;
    if (end !== undefined) await writer.write(end, "brings an interrupted write to an end");
    return writer;
  }

  /** The traffic that an interrupted write is to end in, or nothing where another write is to come at once. */
  private async endOf(begun: Traffic): Promise<Traffic | undefined> {
    const { alive } = this.args;
    if (alive === undefined) return undefined;
    for (const end of [begun, this.known]) if (await alive(end.live, this.state)) return end;
    throw new TrafficError(
      `a write of ${shown(begun)} was interrupted, and neither ${begun.live} nor ${this.known.live} has a healthy target. ` +
        "Nothing was changed; see to the pods, or choose with npm run switch -- … --rollback",
    );
  }

  /** What the stack holds, as far as this writer knows. */
  get traffic(): Traffic {
    return this.known;
  }

  get deployed(): Deployed {
    return this.state;
  }

  /**
   * What a write would change.
   * @throws TrafficError when that is anything but the model's listener rules
   */
  async plan(traffic: Traffic): Promise<readonly Step[]> {
    const { file, stack, model } = this.args;
    this.fresh = false;
    const steps = await stack.preview(file.textWith(traffic));
    const others = steps.filter((step) => !this.isOwnRule(step));
    if (others.length > 0)
      throw new TrafficError(
        `more than the listener rules of ${model} would change:\n${others.map(stepLine).join("\n")}\n` +
          "Nothing was changed; deploy or take back these changes first (pulumi preview shows them)",
      );
    return steps;
  }

  /**
   * Writes traffic that `plan` let pass, or, without steps, the way back, which nothing may hold up.
   * @throws TrafficError when somebody else wrote meanwhile, with nothing changed
   * @throws StackError when the update failed; the next command finishes what it had begun
   */
  async write(traffic: Traffic, why: string, steps: readonly Step[] = []): Promise<void> {
    const { model, file, stack, journal } = this.args;
    await this.checkUnchanged();
    this.fresh = false;

    journal.add({ event: "writing", model, from: this.known, traffic, why });
    file.replace(file.textWith(traffic));
    this.stated = spelledOut(traffic);
    try {
      await stack.update(this.targets(steps), `${model}: ${shown(traffic)} (${why})`);
    } catch (error) {
      await this.takeBack();
      throw error;
    }
    this.state = await stack.read();
    journal.add({ event: "written", model, traffic });
    const deployed = this.state.traffic[model];
    if (!isDeepStrictEqual(deployed, spelledOut(traffic)))
      throw new TrafficError(
        `${model} was just set to ${shown(traffic)} and now has ${deployed === undefined ? "nothing" : shown(deployed)}: somebody else writes to this stack. ` +
          `It was left as it is; find out who, then npm run switch goes on from there`,
      );
    this.known = spelledOut(traffic);
  }

  private async checkUnchanged() {
    const { model, file, stack } = this.args;
    const stated = file.read();
    if (!isDeepStrictEqual(stated, this.stated))
      throw new TrafficError(
        `${file.name} was edited meanwhile: ${model} has ${shown(stated)} there, ${shown(this.stated)} was left. ` +
          "Nothing was changed; the stack has what was left; take the edit back or deploy it, then start again",
      );
    if (this.fresh) return;
    this.state = await stack.read();
    const deployed = this.state.traffic[model];
    if (!isDeepStrictEqual(deployed, this.known))
      throw new TrafficError(
        `somebody else changed the traffic of ${model} meanwhile: the stack has ${deployed === undefined ? "none" : shown(deployed)}, ${shown(this.known)} was left. ` +
          "Nothing was changed; start again to go on from there",
      );
  }

  /**
   * After an update that failed before it changed anything, the file says again what the stack has. One that broke
   * off in the middle stays written down as begun, for the next command to finish.
   */
  private async takeBack() {
    const { model, file, stack, journal } = this.args;
    const state = await stack.read().catch(() => undefined);
    const same =
      isDeepStrictEqual(state?.traffic[model], this.known) &&
      isDeepStrictEqual(this.ownRules(state), this.ownRules(this.state));
    if (!same) return;
    file.replace(file.textWith(this.known));
    this.stated = this.known;
    journal.add({ event: "written", model, traffic: this.known, failed: true });
  }

  /** The model's rules: those that change, and those that share its traffic now. */
  private targets(steps: readonly Step[]): readonly string[] {
    return [...new Set([...this.ownRules(this.state), ...steps].map(({ urn }) => urn))];
  }

  private ownRules(state: Deployed | undefined): readonly DeployedResource[] {
    return state?.resources.filter((resource) => this.isOwnRule(resource)) ?? [];
  }

  private isOwnRule({ type, name }: { readonly type: string; readonly name: string }): boolean {
    const { model } = this.args;
    return type === ruleType && (name === `${model}-live` || name === `${model}-canary`);
  }
}

/** Whether the file has what the last command was writing when it ended, and the stack what that found or wrote. */
function isUnfinished(journal: Journal, stated: Traffic, deployed: Traffic): boolean {
  const last = journal.last();
  if (last?.event !== "writing") return false;
  const [from, traffic] = [last.from ?? last.traffic, last.traffic].map(spelledOut);
  return (
    isDeepStrictEqual(stated, traffic) &&
    (isDeepStrictEqual(deployed, from) || isDeepStrictEqual(deployed, traffic))
  );
}

/** Traffic for people, as `live blue, canary 5 %`. */
export function shown({ live, canaryPercent, shadowPercent = 0 }: Traffic): string {
  const parts = [
    `live ${live}`,
    canaryPercent > 0 && `canary ${canaryPercent} %`,
    shadowPercent > 0 && `shadow ${shadowPercent} %`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

export function stepLine({ operation, type, name, fields }: Step): string {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return `  ${operation} ${kind} ${name}${fields.length > 0 ? `  ${fields.join(", ")}` : ""}`;
}

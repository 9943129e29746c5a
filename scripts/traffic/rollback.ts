import { type Colour, everybodyOn } from "../../components/serving/traffic.ts";
import { type CommandArgs, type Hold, takeHold } from "./command.ts";
import { interruption } from "./interruption.ts";
import { TrafficError } from "./traffic-writer.ts";
import { lastInHistory, lastInJournal, newer, shown, wayBack } from "./way-back.ts";

export type RollbackArgs = Pick<CommandArgs, "root" | "environment" | "model" | "colour" | "yes">;

/**
 * Sends a model's callers to the slot that was live before, in one write, whatever gates, health or a preview would
 * say.
 * @returns the exit code: 0 also where there is nothing to roll back, 130 when it was cancelled
 * @throws Error in words for the user, with what callers get
 */
export async function runRollback(args: RollbackArgs): Promise<number> {
  const began = performance.now();
  const { signal, ignore } = interruption();
  try {
    const hold = await takeHold({ ...args, through: undefined, urgent: true }, signal);
    return await rollBack(args, hold, began).catch(async (error) => {
      const message = `${(error as Error).message}. Now ${await hold.writer.remains()}`;
      if (!signal.aborted) throw new Error(message, { cause: error });
      console.error(message);
      return 130;
    });
  } finally {
    ignore();
  }
}

async function rollBack(
  { environment, model, colour }: RollbackArgs,
  hold: Hold,
  began: number,
): Promise<number> {
  const { writer } = hold;
  const slot = colour === undefined ? await recordedSlot(hold, model) : (colour as Colour);
  if (slot === undefined) {
    console.log(
      `${environment} ${model}: nothing to roll back: no switch or rollout that callers are still away by is on record. ` +
        `${await writer.remains()}. A slot can be named: npm run switch -- ${environment} ${model} <colour> --rollback`,
    );
    return 0;
  }
  const back = everybodyOn(slot);
  if (writer.isSettled(back)) {
    console.log(`${environment} ${model}: nothing to roll back. ${await writer.remains()}`);
    return 0;
  }
  if (hold.config.models[model]?.[slot] === undefined)
    throw new TrafficError(`${model} has no ${slot} slot to roll back to`);
  const before = writer.traffic;
  await writer.writeBack(back, "by hand");
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${environment} ${model}: ${shown(before)} -> ${shown(back)}, ${seconds} s after the command. ${await writer.remains()}`,
  );
  return 0;
}

/** The slot that was live before, by this machine's journal and the history that all machines share. */
async function recordedSlot({ writer, stack, journal }: Hold, model: string): Promise<Colour | undefined> {
  const history = await stack.history();
  const { traffic, interrupted } = writer.state;
  const slot = wayBack({
    last: newer(lastInJournal(journal.entries()), lastInHistory(model, history)),
    callers: writer.callers,
    state: traffic,
    interrupted,
  });
  if (slot !== "ambiguous") return slot;
  throw new TrafficError(
    `an update of ${model}'s rules was interrupted, and no record on this machine says whether it led to ${writer.traffic.live} or back to it: ` +
      "name the slot, as in --rollback with blue or green",
  );
}

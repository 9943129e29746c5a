import { allTrafficTo, type Colour } from "../../components/serving/traffic.ts";
import { interruptedCode } from "../exit-code.ts";
import { TrafficError } from "./errors.ts";
import { formatTraffic } from "./format.ts";
import { interruption } from "./interruption.ts";
import { deployedSlots } from "./model-rules.ts";
import { lastInHistory, lastInJournal, newer, rollbackTarget } from "./rollback-target.ts";
import { type CommandArgs, openRollbackSession, type RollbackSession } from "./session.ts";

/**
 * Sends a model's callers to the slot that was live before, in one write, whatever gates, health, a preview or the
 * stack's file would say.
 * @returns the exit code: 0 also where there is nothing to roll back, 130 when it was cancelled
 * @throws Error for the user, with what callers get
 */
export async function runRollbackCommand(args: CommandArgs): Promise<number> {
  const began = performance.now();
  const { signal, ignore } = interruption();
  try {
    const session = await openRollbackSession(args, signal);
    return await rollback(args, session, began).catch(async (error) => {
      const message = `${(error as Error).message}. Now ${await session.writer.remains()}`;
      if (!signal.aborted) throw new Error(message, { cause: error });
      console.error(message);
      return interruptedCode;
    });
  } finally {
    ignore();
  }
}

/** @param began milliseconds, as `performance.now()` */
async function rollback(
  { environment, model, colour }: Pick<CommandArgs, "environment" | "model" | "colour">,
  session: RollbackSession,
  began: number,
): Promise<number> {
  const { writer } = session;
  const slot = colour === undefined ? await recordedSlot(session, model) : (colour as Colour);
  if (slot === undefined) {
    console.log(
      `${environment} ${model}: nothing to roll back: no switch or rollout that moved the callers is on record. ` +
        `${await writer.remains()}. A slot can be named: npm run switch -- ${environment} ${model} <colour> --rollback`,
    );
    return 0;
  }
  const target = allTrafficTo(slot);
  if (writer.isSettled(target)) {
    console.log(`${environment} ${model}: nothing to roll back. ${await writer.remains()}`);
    return 0;
  }
  if (!deployedSlots(writer.observation.deployed, model).includes(slot))
    throw new TrafficError(`${model} has no deployed ${slot} slot to roll back to`);
  const before = writer.traffic;
  await writer.writeBack(target, "by hand");
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${environment} ${model}: ${formatTraffic(before)} -> ${formatTraffic(target)}, ${seconds} s after the command. ${await writer.remains()}`,
  );
  return 0;
}

/** The slot that was live before, by this machine's journal and the history that all machines share. */
async function recordedSlot(
  { writer, stack, journal }: RollbackSession,
  model: string,
): Promise<Colour | undefined> {
  const history = await stack.history();
  const { callers, stateTraffic, pending } = writer.observation;
  const slot = rollbackTarget({
    last: newer(lastInJournal(journal.entries()), lastInHistory(model, history, callers)),
    callers,
    state: stateTraffic,
    interrupted: pending.length > 0,
  });
  if (slot !== "ambiguous") return slot;
  throw new TrafficError(
    `an update of ${model}'s rules was interrupted, and there is no record on this machine of whether it moved traffic to or from ${writer.traffic.live}: ` +
      "name the slot, as in --rollback with blue or green",
  );
}

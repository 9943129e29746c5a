/** Why traffic wasn't written: the problem, what is unchanged, and the command that continues. */
export class TrafficError extends Error {
  override readonly name: string = "TrafficError";
}

/** Another command or person wrote this model's traffic: a command that watches it ends without a write. */
export class OvertakenError extends TrafficError {
  override readonly name = "OvertakenError";
}

/** A write that failed after callers were affected. */
export class BrokenWriteError extends TrafficError {
  override readonly name = "BrokenWriteError";
}

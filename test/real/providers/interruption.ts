import type { Cloud, CloudObject } from "./cloud.ts";

const {
  GANTRY_CLOUD_MINUTE_MS: minute = "3",
  GANTRY_CLOUD_KILL: kill,
  GANTRY_CLOUD_SIGNAL: signal = "SIGKILL",
} = process.env;

/**
 * The time between a write in the cloud and its answer, in which an update may be interrupted: with GANTRY_CLOUD_KILL
 * the engine ends when that many writes have begun, and hears of none that are under way. GANTRY_CLOUD_MINUTE_MS is how
 * long a minute of the cloud takes.
 */
export async function underWay(
  cloud: Cloud,
  { urn }: Pick<CloudObject, "urn">,
  minutes: number,
): Promise<void> {
  if (kill !== undefined) {
    const [writes = "", within = ""] = kill.split("@");
    const begun = cloud.operations().filter(({ kind, stage }) => kind !== "read" && stage === "begun");
    const counted = begun.filter((operation) => operation.urn.includes(within));
    if (urn.includes(within) && counted.length === Number(writes)) process.kill(process.ppid, signal);
  }
  await new Promise((done) => setTimeout(done, milliseconds(minutes)));
}

/** How long minutes of the cloud are here. */
export function milliseconds(minutes: number): number {
  return minutes * Number(minute);
}

import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

/** Preloaded into the commands under test: their pauses, such as between two health checks, take a twentieth. */
const pause = timers.setTimeout;
timers.setTimeout = ((milliseconds, ...rest) => pause((milliseconds ?? 0) / 20, ...rest)) as typeof pause;
syncBuiltinESMExports();

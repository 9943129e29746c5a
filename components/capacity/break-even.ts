import { hoursPerMonth, type TokenCost } from "./cost.ts";
import type { Load } from "./throughput.ts";

/** From how many requests on a slot is cheaper than a hosted model that is paid by the token. */
export interface BreakEven {
  readonly requestsPerMonth: number;
  /** Of what the slot could answer in a month; above 100 the hosted model is cheaper at any load. */
  readonly percentOfCapacity: number;
}

/**
 * Where a slot's fixed price meets a hosted model's price by the token.
 * @param usdPerHour of all replicas together
 * @param requestsPerSecond that those replicas answer, of the load's size
 */
export function breakEven(args: {
  readonly usdPerHour: number;
  readonly requestsPerSecond: number;
  readonly load: Pick<Load, "promptTokens" | "answerTokens">;
  readonly hosted: TokenCost;
}): BreakEven {
  const { usdPerHour, requestsPerSecond, load, hosted } = args;
  const usdPerRequest =
    (load.promptTokens * hosted.usdPerMillionInput + load.answerTokens * hosted.usdPerMillionOutput) / 1e6;
  const requestsPerMonth = (usdPerHour * hoursPerMonth) / usdPerRequest;
  const capacity = requestsPerSecond * 3600 * hoursPerMonth;
  return { requestsPerMonth, percentOfCapacity: (100 * requestsPerMonth) / capacity };
}

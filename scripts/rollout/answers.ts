import { colours } from "../../components/serving/traffic.ts";
import type { Step } from "./profiles.ts";
import type { Prometheus } from "./prometheus.ts";
import { sideQueries } from "./queries.ts";

/** How many answers a model's slots gave in the last hour together; nothing counts as none. */
export async function answersPerHour(prometheus: Prometheus, model: string, now: number): Promise<number> {
  const counts = colours.map(async (colour) => {
    const count = sideQueries(model, colour, "live", 3600).find(
      ({ gate, measure }) => gate === "errors" && measure === "of",
    );
    const answer = await prometheus.query(count?.query ?? "", now);
    const value = "series" in answer ? (answer.series[0]?.points.at(-1)?.value ?? 0) : 0;
    return Number.isFinite(value) ? value : 0;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** How long a step takes until both slots have the answers that a gate needs, or its own time where that is longer. */
export function stepHours({ kind, percent, minutes }: Step, samples: number, answersPerHour: number): number {
  // Copies and a switch leave the other slot with all of the callers, now or in the time before.
  const rarer = kind === "canary" ? Math.min(percent, 100 - percent) : percent;
  return Math.max(minutes / 60, samples / ((answersPerHour * rarer) / 100));
}

/** Hours for people: `20 min`, `33 h`. */
export function formatHours(hours: number): string {
  if (!Number.isFinite(hours)) return "never";
  return hours < 1 ? `${Math.ceil(60 * hours)} min` : `${Math.ceil(hours)} h`;
}

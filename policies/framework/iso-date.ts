const millisecondsPerDay = 86_400_000;

/** Days from 1970-01-01 to a date written as `YYYY-MM-DD`; undefined for anything else, impossible dates included. */
export function isoDate(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) return undefined;
  return time / millisecondsPerDay;
}

/**
 * Moves the clock of a test, and of every process that it starts, to the day for which fixtures are written: their
 * exemptions end, as those of a project have to, and Kubernetes versions and hosted models retire. The clock runs on.
 * Imported with the days to move by as `?days=`, so that all processes have the same.
 */
const shift = Number(new URL(import.meta.url).searchParams.get("days")) * 86_400_000;
const now = Date.now;

globalThis.Date = new Proxy(Date, {
  construct: (date, given, newTarget) =>
    Reflect.construct(date, given.length === 0 ? [now() + shift] : given, newTarget),
  get: (date, key) => (key === "now" ? () => now() + shift : Reflect.get(date, key)),
});

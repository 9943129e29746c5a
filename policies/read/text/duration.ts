import { type Unknown, unknown, type Value } from "../../framework/value.ts";

const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration as Go, Kubernetes and Prometheus write it, `90s` or `1h30m`; unknown for anything else. */
export function duration(value: Value): number | Unknown {
  if (typeof value !== "string" || value.length > 40) return unknown;
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd]))+$/.test(value)) return unknown;
  const parts = value.matchAll(/([\d.]+)(ms|[smhd])/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (seconds[unit ?? ""] ?? 0), 0);
}

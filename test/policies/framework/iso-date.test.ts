import { expect, it } from "vitest";
import { isoDate } from "../../../policies/framework/iso-date.ts";

it.each([
  ["1970-01-01", 0],
  ["1970-03-01", 59],
  ["2028-02-29", 21_243],
])("%s is day %d", (text, day) => {
  expect(isoDate(text)).toBe(day);
});

it.each([
  undefined,
  20_261_120,
  "",
  "2026-11-20x",
  "x2026-11-20",
  "2026-11-31",
  "2027-02-29",
  "2026-13-01",
  "2026-1-1",
  "2026-11-20T00:00:00Z",
  "+002026-11-20",
  "tomorrow",
])("%j is no date", (text) => {
  expect(isoDate(text)).toBeUndefined();
});

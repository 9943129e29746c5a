import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { duration } from "../../../../policies/read/text/duration.ts";

it.each<[Value, number]>([
  ["30s", 30],
  ["10m", 600],
  ["1h30m", 5400],
  ["1.5h", 5400],
  ["250ms", 0.25],
  ["2d", 172_800],
])("reads %s", (text, seconds) => expect(duration(text)).toBe(seconds));

it.each<[Value]>([
  ["10"],
  ["m"],
  ["10 m"],
  ["-5m"],
  ["1h-30m"],
  [""],
  [600],
  [undefined],
  [unknown],
  ["9".repeat(50)],
])("takes %s for no duration", (text) => expect(duration(text)).toBe(unknown));

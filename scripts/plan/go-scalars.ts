import type { ScalarTag } from "yaml";

/** Days and times without quotes, which Go's YAML reads as times: with `T` they take a zone, with a space none. */
const time = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)Z| (\d\d?):(\d\d?):(\d\d?))?$/;
/** Numbers that YAML 1.1 knew: octal ones by a zero, and long ones in groups. */
const number = /^[-+]?(?:0[0-7_]+|[1-9]\d*_[\d_]*)$/;

/**
 * What the Pulumi CLI reads in a stack's file otherwise than YAML 1.2 does, as it hands it to a program.
 * [gopkg.in/yaml.v3 resolve.go; times as Go's time.Time writes them]
 */
export const goScalars: readonly ScalarTag[] = [
  { tag: "tag:yaml.org,2002:timestamp", default: true, test: time, resolve: asGoTime },
  { tag: "tag:yaml.org,2002:int", default: true, test: number, resolve: asGoNumber },
];

function asGoTime(text: string): string {
  const [, year, month, day, ...clock] = time.exec(text) ?? [];
  const [hour = 0, minute = 0, second = 0] = clock.flatMap((part) => part ?? []).map(Number);
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), hour, minute, second));
  // A day that no calendar has stays text.
  const isReal = at.getUTCDate() === Number(day) && at.getUTCMonth() === Number(month) - 1;
  return isReal ? `${at.toISOString().slice(0, 19).replace("T", " ")} +0000 UTC` : text;
}

function asGoNumber(text: string): number {
  const digits = text.replaceAll("_", "").replace(/^[-+]/, "");
  const size = Number.parseInt(digits, digits.startsWith("0") ? 8 : 10);
  return text.startsWith("-") ? -size : size;
}

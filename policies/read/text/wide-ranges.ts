import { type RuleSettings, strings } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { addresses, addressesOf, cidr } from "./cidr.ts";
import type { LocatedValue } from "./located-value.ts";
import { printable } from "./printable.ts";

/** A limit on the address space that ranges cover together. */
export interface RangeLimits {
  /** Prefix of a range that is as large as all of them may be. */
  readonly widest: Readonly<Record<4 | 6, number>>;
  /** Ranges that don't count, whatever their size. */
  readonly free: readonly string[];
  /** What counts, as `public addresses`. */
  readonly counted: string;
}

/** Addresses that aren't routed on the internet. [RFC 1918, 6598, 3927, 1122, 4193, 4291] */
const privateRanges = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
];
/** Four offices: 256 addresses of IPv4 each, or a site of IPv6. */
const offices = { 4: 22, 6: 46 } as const;

/** Settings of the rules about address ranges. */
export const rangeSettings = {
  ownRanges: strings(
    "Public ranges that are the organisation's own or a partner's, and may be opened to as a whole.",
    {
      pattern:
        "^(?:[\\d.]{7,15}/(?:[89]|[12]\\d|3[0-2])|[0-9a-fA-F:]{2,39}/(?:1[6-9]|[2-9]\\d|1[01]\\d|12[0-8]))$",
      default: [],
    },
  ),
} as const satisfies RuleSettings;

/** The maximum public address space that ranges may cover together; private networks don't count. */
export function internetReach({ ownRanges }: { readonly ownRanges: readonly string[] }): RangeLimits {
  return { widest: offices, free: [...privateRanges, ...ownRanges], counted: "public addresses" };
}

/** How messages describe the ranges that pass. */
export const allowedRanges = `ranges known at preview with at most ${grouped(addressesOf(4, offices[4]))} public addresses together (IPv6 /${offices[6]}), in addition to private networks and ownRanges`;

/**
 * Ranges that hold more than each reach allows: those that do so alone, and the others if they do together. What isn't
 * a range may be any.
 * @param path where the ranges stand together
 */
export function* tooWide(
  path: string,
  ranges: readonly LocatedValue[],
  ...reaches: readonly RangeLimits[]
): Generator<{ readonly path: string; readonly problem: string }> {
  const narrow: LocatedValue[] = [];
  for (const range of ranges) {
    const excess = cidr(range.value) === unknown ? "is not an address range" : excessOf([range], reaches);
    if (excess === undefined) narrow.push(range);
    else yield { path: range.path, problem: `${printable("cidr", range.value)} ${excess}` };
  }
  const excess = excessOf(narrow, reaches);
  if (excess !== undefined)
    yield { path, problem: `the ranges together ${excess.replace("covers", "cover")}` };
}

/** In words, how much ranges hold if that is too much. */
function excessOf(ranges: readonly LocatedValue[], reaches: readonly RangeLimits[]): string | undefined {
  for (const { widest, free, counted } of reaches) {
    const values = ranges.map(({ value }) => value);
    const held = addresses(values, free);
    if (held[4] > addressesOf(4, widest[4])) return `covers ${grouped(held[4])} ${counted}`;
    if (held[6] > addressesOf(6, widest[6])) return `covers more ${counted} of IPv6 than a /${widest[6]}`;
  }
  return undefined;
}

function grouped(count: bigint): string {
  return count.toLocaleString("en-US");
}

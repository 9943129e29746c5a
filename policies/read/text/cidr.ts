import { isIPv4, isIPv6 } from "node:net";
import { type Unknown, unknown, type Value } from "../../framework/value.ts";

export interface Cidr {
  readonly family: 4 | 6;
  /** Bits that all its addresses share. */
  readonly prefix: number;
  /** Its first address, as a number. */
  readonly first: bigint;
}

const bits = { 4: 32, 6: 128 } as const;
/** How IPv6 writes addresses of IPv4: through a NAT gateway, and mapped. [RFC 6052; AWS, NAT64; RFC 4291] */
const embedded = [0x64_ff9bn << 96n, 0xffffn << 32n];
const embeddedPrefix = 96;

/** An address range written as `address/bits`; unknown for anything else, including IPv4 embedded in IPv6. */
export function cidr(value: Value): Cidr | Unknown {
  if (typeof value !== "string") return unknown;
  const [address = "", length = "", ...more] = value.split("/");
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return unknown;
  const prefix = Number(length);
  if (isIPv4(address)) return range(4, prefix, ipv4(address));
  if (isIPv6(address) && !/[.%]/.test(address)) return range(6, prefix, ipv6(address));
  return unknown;
}

function range(family: Cidr["family"], prefix: number, address: bigint): Cidr | Unknown {
  if (prefix > bits[family]) return unknown;
  return { family, prefix, first: address - (address % size({ family, prefix })) };
}

function ipv4(address: string): bigint {
  return address.split(".").reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function ipv6(address: string): bigint {
  const [before = [], after = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** How many addresses a range holds. */
function size({ family, prefix }: Pick<Cidr, "family" | "prefix">): bigint {
  return 1n << BigInt(bits[family] - prefix);
}

/**
 * How many addresses ranges hold together that aren't in others. A range of IPv6 that leads to IPv4 counts as what it
 * leads to.
 */
export function addresses(
  values: readonly Value[],
  besides: readonly Value[] = [],
): Readonly<Record<Cidr["family"], bigint>> {
  const led = (some: readonly Value[]) => ranges(some).flatMap((one) => [one, ...ipv4Behind(one)]);
  const free = led(besides);
  const all = [...led(values), ...free];
  const held = (family: Cidr["family"]) => count(spans(all, family)) - count(spans(free, family));
  return { 4: held(4), 6: held(6) };
}

/** How many addresses a prefix leaves. */
export function addressesOf(family: Cidr["family"], prefix: number): bigint {
  return size({ family, prefix });
}

/** Whether every address of a range is in some of others. */
export function covered(value: Value, by: readonly Value[]): boolean {
  const one = cidr(value);
  if (one === unknown) return false;
  return spans(ranges(by), one.family).some(
    ({ first, end }) => first <= one.first && one.first + size(one) <= end,
  );
}

/** What a range of IPv6 reaches of IPv4. */
function ipv4Behind({ family, prefix, first }: Cidr): readonly Cidr[] {
  const shared = BigInt(bits[6] - Math.min(prefix, embeddedPrefix));
  if (family === 4 || !embedded.some((start) => start >> shared === first >> shared)) return [];
  return [{ family: 4, prefix: Math.max(prefix - embeddedPrefix, 0), first: first & 0xffff_ffffn }];
}

function count(all: readonly { readonly first: bigint; readonly end: bigint }[]): bigint {
  return all.reduce((sum, { first, end }) => sum + end - first, 0n);
}

function ranges(values: readonly Value[]): readonly Cidr[] {
  return values.map(cidr).filter((one) => one !== unknown);
}

/** Ranges of one family as spans that neither overlap nor touch. */
function spans(all: readonly Cidr[], family: Cidr["family"]): readonly { first: bigint; end: bigint }[] {
  const sorted = all
    .filter((one) => one.family === family)
    .map((one) => ({ first: one.first, end: one.first + size(one) }))
    .sort((one, other) => (one.first < other.first ? -1 : 1));
  const joined: { first: bigint; end: bigint }[] = [];
  for (const { first, end } of sorted) {
    const last = joined.at(-1);
    if (last === undefined || last.end < first) joined.push({ first, end });
    else if (last.end < end) last.end = end;
  }
  return joined;
}

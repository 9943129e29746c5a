import { isIPv4, isIPv6 } from "node:net";
import { type Unknown, unknown, type Value } from "../../framework/value.ts";

export interface Cidr {
  readonly family: 4 | 6;
  /** Bits that all its addresses share. */
  readonly prefix: number;
  /** Its first address, as a number. */
  readonly first: bigint;
}

/** Bits that the addresses of a range share at least. */
export type Shortest = Readonly<Record<Cidr["family"], number>>;

const bits = { 4: 32, 6: 128 } as const;
/** All of IPv4, as IPv6 reaches it through a NAT gateway. [RFC 6052; AWS, NAT64] */
const nat64 = { first: 0x64_ff9bn << 96n, prefix: 96 } as const;

/** An address range written as `address/bits`; unknown for what is none, IPv4 inside IPv6 included. */
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

/** Whether a value is a range that isn't wider than allowed; one with all of IPv4 inside is as wide as that. */
export function isNarrow(value: Value, shortest: Shortest): boolean {
  const one = cidr(value);
  if (one === unknown || one.prefix < shortest[one.family]) return false;
  return !throughNat64(one) || one.prefix - nat64.prefix >= shortest[4];
}

function throughNat64({ family, prefix, first }: Cidr): boolean {
  const shared = BigInt(bits[6] - Math.min(prefix, nat64.prefix));
  return family === 6 && first >> shared === nat64.first >> shared;
}

/** Whether ranges that are narrow one by one hold more addresses together than the widest that is allowed. */
export function widerTogether(values: readonly Value[], shortest: Shortest): boolean {
  const narrow = values.filter((value) => isNarrow(value, shortest));
  return ([4, 6] as const).some((family) => {
    const held = spans(narrow, family).reduce((sum, { first, end }) => sum + end - first, 0n);
    return held > size({ family, prefix: shortest[family] });
  });
}

/** Whether every address of a range is in some of others. */
export function covered(value: Value, by: readonly Value[]): boolean {
  const one = cidr(value);
  if (one === unknown) return false;
  return spans(by, one.family).some(({ first, end }) => first <= one.first && one.first + size(one) <= end);
}

/** Ranges of one family as spans that neither overlap nor touch. */
function spans(values: readonly Value[], family: Cidr["family"]): readonly { first: bigint; end: bigint }[] {
  const sorted = values
    .map(cidr)
    .filter((one) => one !== unknown)
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

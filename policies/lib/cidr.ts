import { isIPv4, isIPv6 } from "node:net";
import { type Unknown, unknown, type Value } from "./value.ts";

export interface Cidr {
  readonly family: 4 | 6;
  /** Bits that all its addresses share. */
  readonly prefix: number;
}

/** An address range written as `address/bits`; unknown for what is none, IPv4 inside IPv6 included. */
export function cidr(value: Value): Cidr | Unknown {
  if (typeof value !== "string") return unknown;
  const [address = "", bits = "", ...more] = value.split("/");
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(bits)) return unknown;
  const prefix = Number(bits);
  if (isIPv4(address)) return prefix <= 32 ? { family: 4, prefix } : unknown;
  if (isIPv6(address) && !/[.%]/.test(address)) return prefix <= 128 ? { family: 6, prefix } : unknown;
  return unknown;
}

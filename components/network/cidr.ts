/** An IPv4 range: one of its addresses as a number, and how many bits name the range. */
export interface Cidr {
  /** The first address, where the range was written as it should. */
  readonly first: number;
  /** 0 to 32. */
  readonly prefix: number;
}

/**
 * Reads a range as `10.40.0.0/16`.
 * @returns `undefined` when the string is not an IPv4 range
 */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [a, b, c, d, prefix] = (match ?? []).slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || prefix === undefined)
    return undefined;
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) return undefined;
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, prefix };
}

/** The range in dotted form, begun at its first address. */
export function formatCidr({ first, prefix }: Cidr): string {
  const begin = begun({ first, prefix });
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(begin / 2 ** bits) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

/** Whether two ranges have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  const wider = Math.min(a.prefix, b.prefix);
  const block = size({ prefix: wider });
  return Math.floor(a.first / block) === Math.floor(b.first / block);
}

/** The `index`-th part of a range cut into 2^`bits` equal parts. */
export function part(range: Cidr, bits: number, index: number): Cidr {
  const prefix = range.prefix + bits;
  return { first: begun(range) + index * size({ prefix }), prefix };
}

/** The first address of the range that an address lies in. */
function begun({ first, prefix }: Cidr): number {
  return first - (first % size({ prefix }));
}

/** Addresses in a range. */
function size({ prefix }: { readonly prefix: number }): number {
  return 2 ** (32 - prefix);
}

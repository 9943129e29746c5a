import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, formatCidr, overlap, parseCidr, part } from "../../../components/network/cidr.ts";

const range = fc
  .record({ address: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) })
  .map(({ address, prefix }): Cidr => ({ first: address - (address % 2 ** (32 - prefix)), prefix }));

/** First and last address. */
function ends({ first, prefix }: Cidr): readonly [number, number] {
  return [first, first + 2 ** (32 - prefix) - 1];
}

describe("a range", () => {
  it.each([
    ["10.40.0.0/16", { first: 170_393_600, prefix: 16 }],
    ["0.0.0.0/0", { first: 0, prefix: 0 }],
    ["255.255.255.255/32", { first: 4_294_967_295, prefix: 32 }],
    ["192.168.1.7/24", { first: 3_232_235_783, prefix: 24 }],
  ])("is read from %s", (text, expected) => {
    expect(parseCidr(text)).toEqual(expected);
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0/16",
    "10.0.0.0/33",
    "10.0.0.256/24",
    "10.0.0.0/-1",
    "10.0.0.0/16 ",
    "10.0.0.0/16\n",
    "10.0.0.0.0/16",
    "10.0.0.0/",
    "a.0.0.0/8",
    "::/0",
  ])("isn't read from %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it("that begins at its first address comes back as it was written", () => {
    fc.assert(
      fc.property(range, (cidr) => {
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it("is written from its first address, whichever of its addresses it was read with", () => {
    expect(formatCidr({ first: 3_232_235_783, prefix: 24 })).toBe("192.168.1.0/24");
    expect(formatCidr({ first: 4_294_967_295, prefix: 0 })).toBe("0.0.0.0/0");
  });
});

describe("two ranges", () => {
  it.each([
    ["10.0.0.0/8", "10.40.0.0/16", true],
    ["10.40.0.0/16", "10.40.0.0/16", true],
    ["10.40.0.0/16", "10.41.0.0/16", false],
    ["10.40.0.0/17", "10.40.128.0/17", false],
    ["0.0.0.0/0", "203.0.113.7/32", true],
    ["203.0.113.6/32", "203.0.113.7/32", false],
    ["10.40.3.7/16", "10.40.200.0/24", true],
  ])("%s and %s overlap: %s", (a, b, expected) => {
    const [first, second] = [parseCidr(a), parseCidr(b)];
    if (first === undefined || second === undefined) throw new Error("the fixture is no range");
    expect(overlap(first, second)).toBe(expected);
    expect(overlap(second, first)).toBe(expected);
  });

  it("overlap exactly where neither ends before the other begins", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [[aFirst, aLast], [bFirst, bLast]] = [ends(a), ends(b)];
        expect(overlap(a, b)).toBe(aFirst <= bLast && bFirst <= aLast);
      }),
    );
  });
});

describe("the parts of a range", () => {
  it("are named by their place", () => {
    const vpc = { first: 170_393_600, prefix: 16 };
    expect([0, 1, 2, 3].map((index) => formatCidr(part(vpc, 2, index)))).toEqual([
      "10.40.0.0/18",
      "10.40.64.0/18",
      "10.40.128.0/18",
      "10.40.192.0/18",
    ]);
  });

  it("lie side by side and fill it", () => {
    fc.assert(
      fc.property(
        range.filter(({ prefix }) => prefix <= 28),
        fc.integer({ min: 0, max: 4 }),
        (whole, bits) => {
          const parts = Array.from({ length: 2 ** bits }, (_, index) => ends(part(whole, bits, index)));
          expect(parts[0]?.[0]).toBe(whole.first);
          expect(parts.at(-1)?.[1]).toBe(ends(whole)[1]);
          for (const [index, [first]] of parts.slice(1).entries())
            expect(first).toBe((parts[index]?.[1] ?? 0) + 1);
        },
      ),
    );
  });
});

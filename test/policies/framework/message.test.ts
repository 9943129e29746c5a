import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatParts, parseMessage, parseParts } from "../../../policies/framework/message.ts";

/** Words, spaces in a row, line ends, labels and what looks like an indent. */
const text = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        " ",
        "  ",
        "\n",
        "\n\n",
        "found:   ",
        "id:",
        "         ",
        "           ",
        "a".repeat(90),
      ),
    ),
    { maxLength: 30 },
  )
  .map((some) => some.join(" "));
const parts = fc.record({
  rule: text,
  why: text,
  found: text,
  value: text,
  where: text,
  allowed: text,
  fix: text,
  id: text,
});

const message = {
  rule: "Every GPU pool has a limit in GPUs.",
  why: "Without one a wrong replica count buys GPU nodes until the account's quota ends it.",
  found: "the limit in GPUs is too high",
  value: "64",
  where: "a10g-pool",
  allowed: "a whole number from 1 to 16",
  fix: "Set the limit.",
  id: "gpu-pool-capped[a10g-pool#spec.limits.nvidia.com/gpu]",
};

describe("a message", () => {
  it("gives back the parts that it was made of, whatever they hold", () => {
    fc.assert(
      fc.property(parts, (some) => {
        expect(parseParts(formatParts(some))).toEqual(some);
      }),
    );
  });

  it("gives back a finding that follows the description of its rule", () => {
    fc.assert(
      fc.property(parts, ({ rule, why, ...finding }) => {
        const message = `${formatParts({ rule, why })}\n${formatParts(finding)}`;
        expect(parseMessage(message)).toEqual({ rule, why, ...finding });
      }),
    );
  });

  it("reads as labelled parts within 76 columns", () => {
    expect(formatParts(message)).toBe(
      [
        "rule:    Every GPU pool has a limit in GPUs.",
        "why:     Without one a wrong replica count buys GPU nodes until the",
        "         account's quota ends it.",
        "found:   the limit in GPUs is too high",
        "value:   64",
        "where:   a10g-pool",
        "allowed: a whole number from 1 to 16",
        "fix:     Set the limit.",
        "id:      gpu-pool-capped[a10g-pool#spec.limits.nvidia.com/gpu]",
      ].join("\n"),
    );
  });

  it("is distinguished from Pulumi's own messages, and from a finding without one of its parts", () => {
    expect(
      parseMessage("can't run policy 'x' from policy pack 'gantry@v0.1.0' during preview: unknown"),
    ).toBe(undefined);
    const { allowed, ...rest } = message;
    expect(parseMessage(formatParts(rest))).toBe(undefined);
    expect(parseMessage(formatParts({ ...rest, allowed }))).toEqual(message);
  });
});

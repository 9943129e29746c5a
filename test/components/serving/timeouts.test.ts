import fc from "fast-check";
import { expect, it } from "vitest";
import { idleTimeout, longestStream, slotTimeouts } from "../../../components/serving/timeouts.ts";

const stream = fc.integer({ min: 1, max: 3600 });
/** Engines that finish everything, some of it, or nothing once they are told to stop. */
const drain = fc.constantFrom(Number.POSITIVE_INFINITY, 90, 0);

it("fits every stream: leave, drain, grace, and connections that outlive it", () => {
  fc.assert(
    fc.property(stream, fc.boolean(), drain, (longestStreamSeconds, spot, longestDrainSeconds) => {
      const idleSeconds = idleTimeout([{ limits: { longestStreamSeconds } }]);
      const times = slotTimeouts({ longestDrainSeconds, longestStreamSeconds, spot });
      expect(times.graceSeconds).toBeGreaterThan(times.preStopSeconds + times.drainSeconds + 15);
      expect(times.deregistrationSeconds).toBeGreaterThanOrEqual(longestStreamSeconds);
      expect(times.deregistrationSeconds).toBeLessThanOrEqual(3600);
      expect(idleSeconds).toBeGreaterThan(longestStreamSeconds);
      expect(idleSeconds).toBeLessThanOrEqual(4000);
      if (spot) expect(times.preStopSeconds + times.drainSeconds).toBeLessThan(120);
      else expect(times.preStopSeconds + times.drainSeconds).toBe(30 + longestStreamSeconds);
      expect(times.drainSeconds).toBeLessThanOrEqual(longestDrainSeconds);
      expect(times.preStopSeconds).toBeGreaterThanOrEqual(30);
    }),
  );
});

it("keeps connections longer than any load balancer, whichever models share it", () => {
  fc.assert(
    fc.property(stream, stream, drain, (longestStreamSeconds, neighbour, longestDrainSeconds) => {
      const idleSeconds = idleTimeout([
        { limits: { longestStreamSeconds } },
        { limits: { longestStreamSeconds: neighbour } },
      ]);
      const times = slotTimeouts({ longestDrainSeconds, longestStreamSeconds, spot: false });
      expect(times.keepAliveSeconds).toBeGreaterThan(idleSeconds);
    }),
  );
});

it("takes the longest answer behind a load balancer, and 300 s where a release says nothing", () => {
  expect(longestStream({ limits: {} })).toBe(300);
  expect(idleTimeout([{ limits: {} }, { limits: { longestStreamSeconds: 900 } }])).toBe(960);
});

import { describe, expect, it } from "vitest";
import {
  endingReservations,
  reservationIds,
  reservationWarning,
} from "../../../components/cluster/reservation.ts";
import { find, planWith } from "../../support/plan.ts";

const block = { id: "cr-2c3d", ends: "2027-01-15" };

describe("a pool's reservations", () => {
  it("are ids, of which some have an end", () => {
    expect(reservationIds(["cr-0a1b", block])).toEqual(["cr-0a1b", "cr-2c3d"]);
    expect(endingReservations(["cr-0a1b", block])).toEqual([block]);
    expect(endingReservations()).toEqual([]);
  });
});

describe("the warning before a reservation ends", () => {
  const way =
    "AWS terminates its instances; extend it and update its date, add another one, or move the pool's models";

  it.each([
    ["2027-01-07", undefined],
    ["2027-01-08", `reservation cr-2c3d ends in 7 days (2027-01-15): ${way}`],
    ["2027-01-14", `reservation cr-2c3d ends tomorrow (2027-01-15): ${way}`],
    ["2027-01-15", `reservation cr-2c3d ends today (2027-01-15): ${way}`],
    [
      "2027-01-16",
      "reservation cr-2c3d ended on 2027-01-15: AWS has terminated its instances; name another one, or remove it",
    ],
  ])("on %s says %s", (today, warning) => {
    expect(reservationWarning(block, today)).toBe(warning);
  });
});

describe("a pool whose reservation has ended", () => {
  it("is warned of by every preview and by an alert", async () => {
    // As the Pulumi CLI passes on a day without quotes.
    const past = [{ id: "cr-0a1b", ends: "2020-01-15 00:00:00 +0000 UTC" }];
    const plan = await planWith("prod", "pools.h100.reservations", past);
    expect(plan.warnings).toEqual([
      "pool h100: reservation cr-0a1b ended on 2020-01-15: AWS has terminated its instances; name another one, or remove it",
    ]);
    expect(JSON.stringify(find(plan, "PrometheusRule", "monitoring-rules").inputs.spec)).toContain(
      'vector(1579046400), \\"pool\\", \\"h100\\"',
    );
  });
});

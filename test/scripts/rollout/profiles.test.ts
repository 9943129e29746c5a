import { describe, expect, it } from "vitest";
import { gateNames } from "../../../scripts/rollout/gates.ts";
import {
  type Profile,
  type ProfileName,
  profiles,
  type ReleaseChange,
  steps,
} from "../../../scripts/rollout/profiles.ts";

const all = Object.entries(profiles) as [ProfileName, Profile][];
const shown = (name: ProfileName, change: ReleaseChange) =>
  steps(profiles[name], change).map(({ kind, percent, minutes }) => `${kind} ${percent} % ${minutes} min`);

describe("the steps of a profile", () => {
  it("are a copy first and four sizes then, in 20 minutes for code and 60 for a model, where nothing else is said", () => {
    expect(shown("staged", "code")).toEqual([
      "shadow 5 % 4 min",
      "canary 5 % 4 min",
      "canary 25 % 4 min",
      "canary 50 % 4 min",
      "switch 100 % 4 min",
    ]);
    expect(shown("staged", "model")[0]).toBe("shadow 5 % 12 min");
  });

  it("are 5, 25 and 100 % in an hour for customers", () => {
    expect(shown("customer-facing", "model")).toEqual([
      "canary 5 % 20 min",
      "canary 25 % 20 min",
      "switch 100 % 20 min",
    ]);
  });

  it("are 5 and 100 % in half an hour inside", () => {
    expect(shown("internal", "code")).toEqual(["canary 5 % 15 min", "switch 100 % 15 min"]);
  });

  it("are one switch without a wait for batch work", () => {
    expect(shown("batch", "model")).toEqual(["switch 100 % 0 min"]);
  });

  it("are one percent and no more for an experiment", () => {
    expect(shown("experimental", "model")).toEqual(["canary 1 % 60 min"]);
  });

  it.each(all)("of %s take as long as the profile says, and give the canary more and more", (_, profile) => {
    for (const change of ["code", "model"] as const) {
      const minutes = steps(profile, change).map((step) => step.minutes);
      expect(minutes.reduce((sum, more) => sum + more, 0)).toBeCloseTo(profile.minutes[change]);
    }
    const percents = profile.stages.filter(({ kind }) => kind !== "shadow").map(({ percent }) => percent);
    expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b));
    for (const { kind, percent } of profile.stages) expect(kind === "switch").toBe(percent === 100);
  });
});

describe("the thresholds of a profile", () => {
  it("let customers' answers lose 3 points of quality, and those inside 5", () => {
    expect(profiles["customer-facing"].thresholds.quality).toEqual({ required: true, points: 3 });
    expect(profiles.internal.thresholds.quality).toEqual({ required: true, points: 5 });
  });

  it("are absent only where nothing is waited for", () => {
    for (const [, profile] of all) {
      const waits = Object.values(profile.minutes).some((minutes) => minutes > 0);
      expect(profile.thresholds !== undefined).toBe(waits);
    }
  });

  it.each(all)("of %s require whatever the engines say of themselves", (_, { thresholds }) => {
    if (thresholds === undefined) return;
    const required = gateNames.filter((gate) => thresholds[gate].required);
    expect(required).toEqual(
      expect.arrayContaining(["errors", "latencyP50", "latencyP99", "firstToken", "speed"]),
    );
    expect(thresholds.samples).toBeGreaterThanOrEqual(20);
  });
});

import { describe, expect, it } from "vitest";
import { other, type Traffic } from "../../../components/serving/traffic.ts";
import { longestHoldMinutes } from "../../../scripts/rollout/path.ts";
import { type Profile, profiles, type Step, steps } from "../../../scripts/rollout/profiles.ts";
import { type Evaluation, type RunArgs, runSteps } from "../../../scripts/rollout/run.ts";
import type { Outcome } from "../../../scripts/rollout/step-result.ts";
import { BrokenWriteError, OvertakenError, TrafficError } from "../../../scripts/traffic/errors.ts";
import { StackError } from "../../../scripts/traffic/pulumi-cli.ts";

const warm: Traffic = { live: "blue", canaryPercent: 0, shadowPercent: 0 };
const canary = (canaryPercent: number): Traffic => ({ ...warm, canaryPercent });
const shadow = (shadowPercent: number): Traffic => ({ ...warm, shadowPercent });
const switched: Traffic = { ...warm, live: "green" };
const staged = steps(profiles.staged, "code");

/** A rollout to green in which nothing takes real time. `outcomes` are what the gates say, the last one from then on. */
function rollout(given: {
  readonly from?: Traffic;
  readonly steps?: readonly Step[];
  readonly outcomes?: readonly Outcome[];
  readonly since?: number;
  readonly args?: Partial<RunArgs>;
  /** Whether holds are for too few answers. */
  readonly fewAnswers?: boolean;
  /** Writes that the stack refuses before it takes one. */
  readonly refusals?: number;
}) {
  const { outcomes = ["pass"], refusals = 0 } = given;
  let now = 1_000_000;
  let traffic = given.from ?? warm;
  let looks = 0;
  let refused = 0;
  const written: [minutes: number, traffic: Traffic, planned: boolean][] = [];
  const shown: Evaluation[] = [];
  const began = now;
  const running = runSteps({
    writer: {
      get traffic() {
        return traffic;
      },
      plan: async () => [],
      write: async (next, _why, planned) => {
        if (refused++ < refusals) throw new StackError("locked");
        written.push([Math.round((now - began) / 60), next, planned !== undefined]);
        traffic = next;
      },
      writeBack: async (next) => {
        if (refused++ < refusals) throw new StackError("locked");
        written.push([Math.round((now - began) / 60), next, false]);
        traffic = next;
      },
    },
    steps: given.steps ?? staged,
    target: "green",
    since: given.since === undefined ? undefined : now - given.since,
    patienceHours: 24,
    whyNotReady: async () => undefined,
    checkOwn: async () => undefined,
    isAlive: async () => true,
    evaluate: async () => ({
      outcome: outcomes[Math.min(looks++, outcomes.length - 1)] ?? "pass",
      findings: [],
      gaps: [],
      fewAnswers: given.fewAnswers ?? false,
    }),
    onPlan: () => undefined,
    onEvaluation: (evaluation) => shown.push(evaluation),
    clock: {
      now: () => now,
      sleep: async (seconds) => {
        now += seconds;
      },
    },
    signal: new AbortController().signal,
    ...given.args,
  });
  return { running, written, shown };
}

describe("a rollout", () => {
  it("leads all callers over in the steps and the time of its profile", async () => {
    const { running, written } = rollout({});
    expect(await running).toBe("promoted");
    expect(written).toEqual([
      [0, shadow(5), true],
      [4, canary(5), true],
      [8, canary(25), true],
      [12, canary(50), true],
      [16, switched, true],
    ]);
  });

  it("rolls back in one write as soon as a gate fails", async () => {
    const { running, written } = rollout({ from: canary(25), outcomes: ["pass", "pass", "abort"] });
    expect(await running).toBe("rolled back");
    expect(written).toEqual([[1, warm, false]]);
  });

  it("rolls back from the switched step as well", async () => {
    const { running, written } = rollout({ from: switched, since: 30, outcomes: ["abort"] });
    expect(await running).toBe("rolled back");
    expect(written).toEqual([[0, warm, false]]);
  });

  it("never continues with a hold, and rolls back when it lasts", async () => {
    const { running, written } = rollout({ from: canary(5), outcomes: ["hold"] });
    expect(await running).toBe("rolled back");
    expect(written).toEqual([[4 + longestHoldMinutes, warm, false]]);
  });

  it("waits for answers as long as it may, and then stays where it is", async () => {
    const { running, written, shown } = rollout({ from: canary(5), outcomes: ["hold"], fewAnswers: true });
    expect(await running).toBe("undecided");
    expect(written).toEqual([]);
    expect(shown.length).toBe((24 * 3600 + 4 * 60) / 15 + 1);
    expect(shown.at(-1)?.action).toBe("holds: too few answers");
  });

  it.each([
    ["a file that can't be read for a moment", new Error("Pulumi.dev.yaml: not YAML")],
    ["a file that was edited", new TrafficError("Pulumi.dev.yaml was edited meanwhile")],
    ["a stack that is locked", new StackError("locked")],
  ])("holds at %s, keeps watching, and continues when it is over", async (_, error) => {
    let refusals = 0;
    const held = rollout({
      from: canary(50),
      args: {
        onPlan: () => {
          if (refusals++ < 5) throw error;
        },
      },
    });
    expect(await held.running).toBe("promoted");
    expect(held.written.map(([, traffic]) => traffic)).toEqual([switched]);
    expect(held.shown.map(({ action }) => action)).toContain(`waits: ${error.message}`);
  });

  it("rolls back with a failed gate while a step is held", async () => {
    const outcomes: Outcome[] = [...Array<Outcome>(20).fill("pass"), "abort"];
    const { running, written } = rollout({
      from: canary(50),
      outcomes,
      args: {
        onPlan: () => {
          throw new TrafficError("edited");
        },
      },
    });
    expect(await running).toBe("rolled back");
    expect(written.map(([, traffic]) => traffic)).toEqual([warm]);
  });

  it("waits where the incoming slot is too small for the next step", async () => {
    let looks = 0;
    const { running, written, shown } = rollout({
      from: canary(50),
      args: {
        whyNotReady: async (percent) => (percent === 100 && looks++ < 3 ? "2 of the 8 needed" : undefined),
      },
    });
    expect(await running).toBe("promoted");
    expect(shown.filter(({ action }) => action === "waits: 2 of the 8 needed")).toHaveLength(3);
    expect(written.map(([, traffic]) => traffic)).toEqual([switched]);
  });

  it("waits while the incoming slot's targets can't be read from AWS", async () => {
    let asked = 0;
    const { running, written } = rollout({
      from: canary(50),
      args: {
        whyNotReady: async () => {
          if (asked++ < 3) throw new Error("no route to host");
          return undefined;
        },
      },
    });
    expect(await running).toBe("promoted");
    expect(written.map(([, traffic]) => traffic)).toEqual([switched]);
  });

  it("ends without a write when another command took over", async () => {
    let looks = 0;
    const { running, written } = rollout({
      from: canary(5),
      args: {
        checkOwn: async () => {
          if (++looks === 3) throw new OvertakenError("a rollback took over");
        },
      },
    });
    expect(await running).toBe("overtaken");
    expect(written).toEqual([]);
  });

  it("continues when a hold ends", async () => {
    const held = Array<Outcome>(100).fill("hold");
    const { running, written } = rollout({ from: canary(50), outcomes: [...held, "pass"] });
    expect(await running).toBe("promoted");
    expect(written.map(([, traffic]) => traffic)).toEqual([switched]);
  });

  it.each([
    ["from the start", warm, [shadow(5), canary(5), canary(25), canary(50), switched]],
    ["from the copies", shadow(5), [canary(5), canary(25), canary(50), switched]],
    ["from a canary", canary(25), [canary(50), switched]],
    ["from a canary between two steps, without taking callers away", canary(30), [canary(50), switched]],
    ["from a canary below the first step", canary(1), [canary(5), canary(25), canary(50), switched]],
  ])("started again continues %s", async (_, from, expected) => {
    const { running, written } = rollout({ from });
    expect(await running).toBe("promoted");
    expect(written.map(([, traffic]) => traffic)).toEqual(expected);
  });

  it("watches a switched step to its end when it was killed in it, and leaves alone what was live before", async () => {
    const watched = rollout({ from: switched, since: 60 });
    expect(await watched.running).toBe("promoted");
    expect(watched.shown.length).toBeGreaterThan(1);

    const settled = rollout({ from: switched, outcomes: ["abort"] });
    expect(await settled.running).toBe("promoted");
    expect([settled.written, settled.shown]).toEqual([[], []]);
  });

  it("refuses traffic that is on trial the other way round", async () => {
    const { running, written } = rollout({ from: { ...switched, canaryPercent: 5 } });
    await expect(running).rejects.toThrow("isn't part of a rollout to green");
    expect(written).toEqual([]);
  });

  it("rolls back when the incoming slot loses its targets", async () => {
    const { running, written } = rollout({
      from: canary(5),
      args: { whyNotReady: async () => "0 healthy of the 1 targets needed" },
    });
    expect(await running).toBe("rolled back");
    expect(written.map(([, traffic]) => traffic)).toEqual([warm]);
  });

  it("stays and says so where the old slot has no target", async () => {
    const { running, written } = rollout({
      from: switched,
      since: 30,
      outcomes: ["abort"],
      args: { isAlive: async (slot) => slot === "green" },
    });
    await expect(running).rejects.toThrow("blue has no healthy target");
    expect(written).toEqual([]);
  });

  it("tries the rollback again while another update holds the stack", async () => {
    const { running, written } = rollout({ from: canary(5), outcomes: ["abort"], refusals: 3 });
    expect(await running).toBe("rolled back");
    expect(written.map(([, traffic]) => traffic)).toEqual([warm]);
  });

  it("doesn't try the first step again that the stack refuses", async () => {
    const { running } = rollout({ refusals: 1 });
    await expect(running).rejects.toThrow(StackError);
  });

  it("is interrupted when its write was cancelled", async () => {
    const controller = new AbortController();
    const { running } = rollout({
      from: canary(50),
      args: {
        signal: controller.signal,
        onPlan: () => {
          controller.abort();
          throw new BrokenWriteError("the Pulumi CLI was cancelled");
        },
      },
    });
    expect(await running).toBe("interrupted");
  });

  it("stops where it is when it is interrupted", async () => {
    const interruption = new AbortController();
    const { running, written } = rollout({
      from: canary(5),
      args: { signal: interruption.signal, onEvaluation: () => interruption.abort() },
    });
    expect(await running).toBe("interrupted");
    expect(written).toEqual([]);
  });

  it.each(Object.entries(profiles) as [string, Profile][])(
    "of profile %s takes its minutes and only ever adds callers",
    async (_, profile) => {
      for (const change of ["code", "model"] as const) {
        const { running, written, shown } = rollout({ steps: steps(profile, change) });
        expect(await running).toBe("promoted");
        const shares = written.map(([, { live, canaryPercent }]) => (live === "green" ? 100 : canaryPercent));
        expect(shares).toEqual([...shares].sort((a, b) => a - b));
        expect(shown.length).toBeGreaterThanOrEqual(profile.stages.length);
        const last = written.at(-1)?.[0] ?? 0;
        const share = profile.minutes[change] / profile.stages.length;
        expect(last).toBe(Math.round(profile.minutes[change] - share));
      }
    },
  );

  it("never leaves the old slot without weight before the switch", async () => {
    const { running, written } = rollout({});
    await running;
    for (const [, { live, canaryPercent }] of written.slice(0, -1))
      expect([live, canaryPercent < 100]).toEqual([other("green"), true]);
  });
});

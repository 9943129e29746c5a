import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Colour, colours } from "../../../components/serving/traffic.ts";
import type { Stage } from "../../../scripts/rollout/profiles.ts";
import { thorough } from "../../support/thorough.ts";
import { type Event, type Happening, World } from "./histories.ts";

// CI draws the same each time, other runs draw others.
const histories = thorough ? 25_000 : 2_000;

const stages: readonly Stage[] = [
  { kind: "shadow", percent: 5 },
  { kind: "canary", percent: 5 },
  { kind: "canary", percent: 25 },
  { kind: "canary", percent: 50 },
  { kind: "switch", percent: 100 },
];

const colour = fc.constantFrom(...colours);
const percent = fc.oneof(fc.constantFrom(0, 5, 25, 50, 100), fc.integer({ min: 0, max: 100 }));
const traffic = fc.record({ live: colour, canaryPercent: percent, shadowPercent: fc.constantFrom(0, 0, 5) });
const writer = fc.integer({ min: 0, max: 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("roll" as const),
      to: colour,
      outcome: fc.constantFrom(
        "pass" as const,
        "pass" as const,
        "pass" as const,
        "hold" as const,
        "abort" as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("switch" as const), to: colour }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rollback" as const),
      to: fc.option(colour, { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("edit" as const, "elsewhere" as const), traffic }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "add" as const), colour }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("lose" as const),
      colour,
      pods: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("recover" as const), colour }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("open" as const), writer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), writer, traffic }) },
);
const happening: fc.Arbitrary<Happening> = fc.record({
  event,
  killedAfter: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined, freq: 3 }),
});

async function violations(history: readonly Happening[]): Promise<readonly string[]> {
  const world = new World(stages);
  for (const happening of history) await world.happen(happening);
  return world.violations;
}

const roll = (to: Colour, killedAfter?: number): Happening => ({
  event: { kind: "roll", to, outcome: "pass" },
  killedAfter,
});
const other = (event: Event, killedAfter?: number): Happening => ({ event, killedAfter });
const greenWithCanary = { live: "green", canaryPercent: 5, shadowPercent: 0 } as const;

const switchToGreen = other({ kind: "switch", to: "green" });
const rollback = other({ kind: "rollback", to: undefined });
const steps = (count: number) => Array.from({ length: count }, () => roll("green"));

/** A world in which all of this happened, and nothing against the laws; whether the last of it was killed. */
async function lived(history: readonly Happening[]): Promise<{ readonly world: World; killed: boolean }> {
  const world = new World(stages);
  let killed = false;
  for (const happening of history) killed = await world.happen(happening);
  expect(world.violations).toEqual([]);
  return { world, killed };
}

/** Every history that ends with a kill of the command, one for each moment that it has. */
async function killed(before: readonly Happening[], command: Happening): Promise<Happening[][]> {
  const histories: Happening[][] = [];
  for (let moment = 0; ; moment++) {
    const history = [...before, { ...command, killedAfter: moment }];
    if (!(await lived(history)).killed) return histories;
    histories.push(history);
  }
}

describe("a command that is killed, at each of its moments,", () => {
  const commands: readonly [string, readonly Happening[], Happening, number][] = [
    ["a switch", [], switchToGreen, 9],
    ...stages.map(({ kind, percent }, index): [string, Happening[], Happening, number] => [
      `a rollout's step to ${kind} ${percent}`,
      steps(index),
      roll("green"),
      kind === "shadow" ? 6 : 9,
    ]),
    ["a rollback after a switch", [switchToGreen], rollback, 9],
    ["a rollback of a canary", steps(3), rollback, 9],
  ];

  it.each(commands)("is rolled back: %s", async (_, before, command, moments) => {
    const histories = await killed(before, command);
    expect(histories.length).toBeGreaterThanOrEqual(moments);
    for (const history of histories) {
      const { world } = await lived([...history, rollback]);
      expect(world.outcome(), JSON.stringify(history)).toEqual({ slots: ["blue"], settled: true });
      const { calls } = world;
      await world.happen(rollback);
      expect([world.outcome().slots, world.calls]).toEqual([["blue"], calls]);
    }
  });

  it.each(commands)(
    "is rolled back, although the rollback is killed, too: %s",
    async (_, before, command) => {
      for (const once of await killed(before, command))
        for (const twice of await killed(once, rollback)) {
          const { world } = await lived([...twice, rollback]);
          expect(world.outcome(), JSON.stringify(twice)).toEqual({ slots: ["blue"], settled: true });
        }
    },
  );

  it.each(commands.slice(1, 1 + stages.length))("is continued: %s", async (_, before, command) => {
    for (const history of await killed(before, command)) {
      const { world } = await lived([...history, ...steps(2 * stages.length)]);
      expect(world.outcome(), JSON.stringify(history)).toEqual({ slots: ["green"], settled: true });
    }
  });
});

describe("traffic through any history", () => {
  /** Found by seeds 1010 and 1016 where pods are lost more often. */
  it.each<[string, readonly Happening[]]>([
    [
      "a write is taken back whose slot lost its pods, and what it came from had a canary there",
      [
        roll("green"),
        roll("green"),
        other({ kind: "open", writer: 1 }),
        other({ kind: "late", writer: 1, traffic: greenWithCanary }, 4),
        other({ kind: "lose", colour: "green", pods: 2 }),
        roll("blue"),
      ],
    ],
    [
      "the same after a deployment from elsewhere",
      [
        roll("green"),
        roll("green"),
        other({ kind: "rollback", to: "green" }, 0),
        other({ kind: "elsewhere", traffic: greenWithCanary }),
        other({ kind: "lose", colour: "green", pods: 2 }),
        other({ kind: "switch", to: "blue" }),
      ],
    ],
    [
      "a canary's write is finished after its slot lost its pods",
      [
        other({ kind: "switch", to: "green" }),
        roll("blue"),
        roll("blue", 1),
        other({ kind: "lose", colour: "blue", pods: 2 }),
        roll("blue"),
      ],
    ],
    [
      "a slot's removal by hand is killed and a rollout is refused then",
      [switchToGreen, other({ kind: "remove", colour: "blue" }, 2), roll("blue"), rollback],
    ],
  ])("keeps its laws where %s", async (_, history) => {
    expect(await violations(history)).toEqual([]);
  });

  it(`keeps its laws in ${histories} of them`, { timeout: 600_000 }, async () => {
    // In CI always the same, so that a change is judged by what it changes; elsewhere another every time.
    const seed = thorough ? 330435434 : Date.now() % 2 ** 31;
    console.log(`${histories} histories of a model's traffic, seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 30 }), async (history) => {
        expect(await violations(history)).toEqual([]);
      }),
      { numRuns: histories, seed },
    );
  });
});

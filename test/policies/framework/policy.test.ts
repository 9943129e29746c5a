import { describe, expect, it } from "vitest";
import type { Exemption } from "../../../policies/framework/exemption.ts";
import { policies } from "../../../policies/framework/policy.ts";
import type { ResourceRule, RuleMetadata, StackRule } from "../../../policies/framework/rule.ts";
import type { RuleSettings } from "../../../policies/framework/settings.ts";
import { at, unknown } from "../../../policies/framework/value.ts";
import { unknown as unknownOnWire } from "../../../scripts/plan/wire.ts";
import { findings, type Given, judge, judgePack } from "../../support/policy.ts";

const settings = {
  most: { type: "integer", description: "Sheep in a field.", minimum: 1, maximum: 9, default: 3 },
} as const satisfies RuleSettings;

const about: RuleMetadata<typeof settings> = {
  name: "few-sheep",
  title: "Fields hold few sheep.",
  why: "Grass grows slowly.",
  fix: "Move some.",
  severity: "low",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_1"],
  resourceTypes: ["farm:field/*", "farm:barn:Barn"],
  example: { good: "sheep: 3", bad: "sheep: 4" },
  config: settings,
};
const fewSheep: ResourceRule<typeof settings> = {
  ...about,
  *check({ props, providerProps }, { most }) {
    const sheep = at(props, "sheep") ?? at(providerProps, "sheep");
    if (typeof sheep !== "number" || sheep > most)
      yield {
        path: "sheep",
        where: "the herd",
        problem: `${sheep === unknown ? "unknown" : "too"} many`,
        allowed: `${most}`,
      };
  },
};
/** Every field stands before a barn. */
const barns: StackRule = {
  ...about,
  name: "barns",
  config: {},
  checkStack: ({ resources, environment }) =>
    resources
      .filter((resource) => resource.type !== "farm:barn:Barn" && resource.behind("barn").length === 0)
      .map((resource) => ({
        resource,
        path: "barn",
        problem: `none of ${resources.length} in ${environment}`,
        allowed: "one",
      })),
};
const field = (sheep: number | string, name = "south", behind: readonly Given[] = []): Given => ({
  type: "farm:field/meadow:Meadow",
  name,
  props: { sheep },
  behind: { barn: behind },
});
const barn: Given = { type: "farm:barn:Barn", name: "barn", props: {} };
const shed: Given = { type: "farm:shed:Shed", name: "shed", props: {} };

describe("a rule as a policy", () => {
  it("carries what the rule says of itself", () => {
    const [policy] = policies({ rules: [fewSheep], exemptions: [], today: "2026-11-20" });
    expect(policy).toMatchObject({
      name: "few-sheep",
      description: "rule:    Fields hold few sheep.\nwhy:     Grass grows slowly.",
      enforcementLevel: "mandatory",
      severity: "low",
      remediationSteps: "Move some.",
      url: "policies/README.md#few-sheep",
      tags: ["CKV_AWS_1"],
      configSchema: { properties: settings },
    });
    const [without] = policies({
      rules: [{ ...fewSheep, relatedChecks: { none: "new" } }],
      exemptions: [],
      today: "2026-11-20",
    });
    expect(without?.tags).toEqual([]);
  });

  it("writes a message in parts, after the description", async () => {
    expect(await judge(fewSheep, field(4))).toMatchObject([
      {
        id: "few-sheep[south#sheep]",
        level: "mandatory",
        message:
          "rule:    Fields hold few sheep.\nwhy:     Grass grows slowly.\nfound:   too many\nwhere:   south, the herd\n" +
          "allowed: 3\nfix:     Move some.\nid:      few-sheep[south#sheep]",
      },
    ]);
  });

  it("takes the value and the fix of the finding itself, where it has them", async () => {
    const own: ResourceRule = {
      ...about,
      config: {},
      check: () => [{ path: "sheep", problem: "too many", value: "4", allowed: "3", fix: "Move one north." }],
    };
    expect(await judge(own, field(4))).toMatchObject([
      { found: "too many", value: "4", fix: "Move one north." },
    ]);
  });

  it("keeps the rule's level", async () => {
    expect((await judge({ ...fewSheep, level: "advisory" }, field(4)))[0]?.level).toBe("advisory");
  });

  it("is not run for other types", async () => {
    expect(await findings(fewSheep, [{ ...field(4), type: "farm:fieldwork:Job" }, shed])).toEqual([]);
    expect(await findings(fewSheep, [{ ...barn, props: { sheep: 4 } }])).toEqual(["few-sheep[barn#sheep]"]);
  });

  it("sees an unknown as such instead of tripping over it", async () => {
    expect((await judge(fewSheep, field(unknownOnWire)))[0]?.found).toBe("unknown many");
  });

  it("sees the settings of its provider", async () => {
    expect(await findings(fewSheep, { ...field(3), props: {}, provider: { sheep: 3 } })).toEqual([]);
    expect(await findings(fewSheep, { ...field(3), props: {} })).toEqual(["few-sheep[south#sheep]"]);
  });

  it("is configured, and reports a configuration that it can't use beside its own findings", async () => {
    expect(await findings(fewSheep, field(4), { config: { most: 4 } })).toEqual([]);
    expect(await findings(fewSheep, field(4), { config: { most: 10 } })).toEqual([
      "few-sheep[south#configuration.most]",
      "few-sheep[south#sheep]",
    ]);
    expect(await findings(fewSheep, field(3), { config: { least: 1 } })).toEqual([
      "few-sheep[south#configuration.least]",
    ]);
  });
});

describe("a rule about the stack", () => {
  it("sees what it reads, and what stands behind it, by dependency", async () => {
    const stack = [barn, shed, field(1, "north", [barn]), field(1, "south", [shed]), field(1, "west")];
    const found = await judge(barns, stack, { environment: "prod" });
    expect(found.map(({ id }) => id)).toEqual(["barns[south#barn]", "barns[west#barn]"]);
    expect(found[0]?.found).toBe("none of 4 in prod");
  });

  it("sees nothing behind a property whose resource is outside the stack", async () => {
    expect(await findings(barns, [field(1, "north", [barn])])).toEqual(["barns[north#barn]"]);
  });
});

describe("what a rule about the stack reads", () => {
  /** Says how many sheep it counts. */
  const count: StackRule = {
    ...about,
    name: "count",
    config: {},
    checkStack: ({ resources }) =>
      resources.map((resource) => {
        const sheep = at(resource.props, "sheep");
        return {
          resource,
          path: "sheep",
          problem: `${sheep === unknown ? "unknown" : sheep} here`,
          allowed: "any",
        };
      }),
  };
  const counted = async (given: Given, pack = [fewSheep, count]) =>
    (await judgePack(pack, [given])).map(({ found }) => /^(\w+) here$/.exec(found)?.[1]);

  it.each<[string, Given["outputs"]]>([
    ["has no outputs, as its provider isn't configured yet", {}],
    ["has outputs that only `pulumi up` knows", { sheep: unknownOnWire }],
    ["was read back with more than its inputs", { sheep: 2, wool: 8 }],
  ])("is the inputs of a resource that %s", async (_, outputs) => {
    expect(await counted({ ...field(3), outputs: outputs ?? {} })).toEqual(["3"]);
  });

  it("is its outputs as well, for what no input says", async () => {
    const identified: StackRule = {
      ...count,
      checkStack: ({ resources }) =>
        resources.map((resource) => ({
          resource,
          path: "id",
          problem: `${String(at(resource.outputs, "id"))} here`,
          allowed: "any",
        })),
    };
    const outputs = { sheep: 2, id: "f1" };
    expect(await counted({ ...field(3), outputs }, [fewSheep, identified])).toEqual(["f1"]);
  });

  it("is the outputs of a resource that this run doesn't ask about", async () => {
    expect(await counted({ ...field(3), outputs: { sheep: 2 } }, [count])).toEqual(["2"]);
  });
});

describe("an exemption", () => {
  const exemption: Exemption = {
    finding: "few-sheep[south#sheep]",
    environments: ["dev"],
    reason: "the northern field is under water",
    owner: "farm",
    expires: "2026-12-01",
  };

  it("silences its finding and no other", async () => {
    const both = [field(4), field(4, "north")];
    expect(await findings(fewSheep, both, { exemptions: [exemption] })).toEqual(["few-sheep[north#sheep]"]);
  });

  it("silences the finding of its type alone, where it names one", async () => {
    const herd = { ...field(4), type: "farm:barn:Barn" };
    const typed = [{ ...exemption, type: herd.type }];
    const [left] = await judge(fewSheep, [field(4), herd], { exemptions: typed });
    expect(await findings(fewSheep, [herd], { exemptions: typed })).toEqual([]);
    expect(await findings(fewSheep, [field(4)], { exemptions: typed })).toEqual([left?.id]);
  });

  it("silences nothing elsewhere, or when something is wrong with it", async () => {
    const loud = ["few-sheep[south#sheep]"];
    const run = (change: Partial<Exemption>, environment = "dev") =>
      findings(fewSheep, field(4), { exemptions: [{ ...exemption, ...change }], environment });
    expect(await run({}, "prod")).toEqual(loud);
    expect(await run({ expires: "2026-11-19" })).toEqual(loud);
    expect(await run({ reason: "later" })).toEqual(loud);
  });

  it("silences a finding of a rule about the stack", async () => {
    const exemptions = [{ ...exemption, finding: "barns[south#barn]" }];
    expect(await findings(barns, [field(1), field(1, "north")], { exemptions })).toEqual([
      "barns[north#barn]",
    ]);
  });
});

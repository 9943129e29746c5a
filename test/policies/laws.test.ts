import { unknownCheckingProxy } from "@pulumi/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policies } from "../../policies/lib/policy.ts";
import { rules } from "../../policies/rules/index.ts";
import { secret, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { type Given, judge } from "../support/policy.ts";
import { thorough } from "../support/thorough.ts";
import type { Fixture } from "./fixtures/fixture.ts";
import { fixtures } from "./fixtures.ts";
import { everyText, mutate, variants } from "./variants.ts";

/** Random inputs of each rule. */
const inputs = thorough ? 10_000 : 200;

/** All of them in CI, elsewhere a dozen from beginning to end. */
function sample<T>(all: readonly T[]): readonly T[] {
  const every = thorough ? 1 : Math.ceil(all.length / 12);
  return all.filter((_, index) => index % every === 0);
}

function fixture(rule: string): Fixture {
  const found = fixtures[rule];
  if (found === undefined) throw new Error(`no fixture for ${rule}`);
  return found;
}

/** What a rule says of a stack; every rule of the pack stands beside it. */
function judged(name: string, given: readonly Given[]) {
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return judge(rule, given, { ...fixture(name).circumstances, pack: rules });
}

describe.each(rules.map(({ name }) => name))("%s", (name) => {
  const { good, bad } = fixture(name);

  it("lets what is good pass and reports what is bad, at its own level", async () => {
    expect(await judged(name, good)).toEqual([]);
    const found = await judged(name, bad);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ level }) => level))).toEqual(
      new Set([rules.find((rule) => rule.name === name)?.level]),
    );
  });

  it("loses no finding to an unknown, wherever that is", async () => {
    const before = (await judged(name, bad)).length;
    for (const stack of sample(variants(bad, () => unknown)))
      expect([stack, (await judged(name, stack)).length]).toEqual([
        stack,
        expect.toSatisfy((count) => count >= before),
      ]);
  });

  it("judges a secret as what it holds", async () => {
    const ids = async (stack: readonly Given[]) => (await judged(name, stack)).map(({ id }) => id);
    for (const stack of [good, bad]) {
      const expected = await ids(stack);
      for (const changed of sample(variants(stack, (value) => secret(value))))
        expect(await ids(changed)).toEqual(expected);
    }
  });

  it("shows no text that is not what belongs there", async () => {
    const canary = (value: Wire) => (typeof value === "string" ? "sk-CANARY-0" : value);
    for (const stack of [
      ...sample(variants(bad, canary)),
      ...sample(variants(good, canary)),
      everyText(bad),
      everyText(good),
    ])
      for (const { message } of await judged(name, stack)) expect(message).not.toContain("CANARY");
  });

  it("takes any input without an error", () => {
    const stacks = [good, bad].flatMap((stack) => [stack, ...variants(stack, () => null)]);
    const seen = [...stacks, ...typesRead(name)];
    const mutated = fc
      .tuple(fc.constantFrom(...seen), fc.nat(), fc.nat(), anything)
      .map(([stack, which, where, value]) => mutate(stack, which, where, value));
    fc.assert(
      fc.property(mutated, (stack) => void runBare(name, stack)),
      { numRuns: inputs },
    );
  });

  it("takes what is long, deep or broken through the real handlers", async () => {
    const long = "a-".repeat(50_000);
    const deep = Array.from({ length: 200 }).reduce<Wire>((inner) => ({ spec: inner }), "end");
    const odd: readonly Wire[] = [
      long,
      `${long}@${long}:${long}`,
      "--".repeat(50_000),
      deep,
      "\ud800",
      Array(5000).fill(long.slice(0, 10)),
      1e308,
      -0,
      "",
      {},
      [],
      [[]],
      { constructor: 1 },
    ];
    for (const value of thorough ? odd : odd.slice(0, 6))
      for (const stack of variants(bad, () => value).slice(0, thorough ? 12 : 1)) await judged(name, stack);
  });
});

/** Whatever may stand in a field, unknowns and secrets among it. */
const anything: fc.Arbitrary<Wire> = fc.letrec<{ value: Wire }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Wire>(
      null,
      unknown,
      true,
      false,
      "",
      "true",
      0,
      -1,
      1.5,
      600,
      Number.NaN,
      "IP",
      "HTTP",
      "*",
      "$(A)",
      "--",
      "-tp",
      "a@b@c",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.double(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(
        "name",
        "image",
        "args",
        "spec",
        "tags",
        "action",
        "block",
        "key",
        "values",
        "__proto__",
        "constructor",
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

/** One resource of each type that the rule reads, for shapes that no fixture has. */
function typesRead(name: string): Given[][] {
  const rule = rules.find((one) => one.name === name);
  const types = rule?.reads.filter((token) => !token.endsWith("*")) ?? [];
  return types.map((type) => [{ type, name: "any", props: { spec: { template: { spec: {} } } } }]);
}

/** The policy without the handlers around it, for speed: the same proxy, no encoding. */
function runBare(name: string, stack: readonly Given[]): number {
  const { circumstances } = fixture(name);
  const [policy] = policies({
    rules,
    exemptions: circumstances?.exemptions ?? [],
    today: "2026-11-20",
  }).filter((one) => one.name === name);
  const resources = new Map(stack.map((given) => [given, bare(given)]));
  for (const [given, resource] of resources)
    for (const [property, behind] of Object.entries(given.behind ?? {}))
      resource.propertyDependencies[property] = behind.flatMap((other) => resources.get(other) ?? []);
  let reported = 0;
  const report = () => {
    reported += 1;
  };
  if (policy !== undefined && "validateStack" in policy)
    policy.validateStack({ resources: [...resources.values()], getConfig: () => ({}) } as never, report);
  else if (policy !== undefined && typeof policy.validateResource === "function")
    for (const resource of resources.values()) policy.validateResource(resource as never, report);
  return reported;
}

function bare({ type, name, props, provider, options }: Given) {
  return {
    type,
    name,
    urn: `urn:pulumi:dev::gantry::${type}::${name}`,
    props: unknownCheckingProxy(props),
    opts: {
      protect: options?.protect ?? false,
      customTimeouts: { createSeconds: 0, updateSeconds: 0, ...options },
    },
    ...(provider !== undefined && { provider: { props: unknownCheckingProxy(provider) } }),
    propertyDependencies: {} as Record<string, unknown[]>,
    getConfig: () => ({}),
  };
}

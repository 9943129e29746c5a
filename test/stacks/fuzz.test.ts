import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { ConfigurationError } from "../../components/shared/problems.ts";
import { asProgramConfig, readStackConfig } from "../../scripts/plan/environment.ts";
import { readPolicyConfiguration } from "../../scripts/plan/policy-configuration.ts";
import { parseConfig, readReleases } from "../../stacks/config.ts";
import { changed } from "../support/changed.ts";
import { fixtureRoot } from "../support/plan.ts";
import { policyConfiguration } from "../support/rules.ts";
import { thorough } from "../support/thorough.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Mutations of each of the three files: a stack's, a release's, the policies' configuration. */
const runs = thorough ? 1700 : 100;

/** Words that mean something to JavaScript, YAML or a shell, and values of every kind and size. */
const words = fc.constantFrom(
  ...["constructor", "__proto__", "toString", "hasOwnProperty", "", " ", "null", "~", "\u0000", "🦙", "a\nb"],
  ...["../../etc/passwd", "$HOME", "sk-aB3aB3aB3aB3aB3aB3aB3", "p4de.24xlarge", "1e400", "x".repeat(20_000)],
);
const odd = fc.oneof(
  words,
  fc.constantFrom(
    ...[null, true, false, 0, -0, -1, 0.5, 1e21, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
  ),
  fc.constantFrom([], {}, [[]], [{}], { "": {} }),
  fc.array(words, { maxLength: 4 }),
  fc.dictionary(words, fc.oneof(words, fc.constant({})), { maxKeys: 4 }),
  fc
    .nat({ max: 3000 })
    .map((size) => Object.fromEntries(Array.from({ length: size }, (_, at) => [`k${at}`, at]))),
  fc.nat({ max: 300 }).map((depth) => Array.from({ length: depth }).reduce((inner) => ({ a: inner }), "end")),
);

/** Every place in a value, the whole of it first. */
function places(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((path) => [key, ...path])),
  ];
}

/** A value with another in some of its places, keys that it doesn't have, or keys under another name. */
function mutations(original: Fields): fc.Arbitrary<unknown> {
  const edit = fc.tuple(
    fc.constantFrom(...places(original)),
    fc.constantFrom("replace", "add", "rename", "remove"),
    words,
    odd,
  );
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) =>
    edits.reduce<unknown>((value, [path, way, word, other]) => {
      if (way === "replace") return changed(value, path, other);
      if (way === "remove") return path.length > 0 ? changed(value, path, undefined) : value;
      const at = way === "add" ? [...path, word] : [...path.slice(0, -1), word];
      return changed(value, at, other);
    }, original),
  );
}

/** Whether a mutation is accepted; what refuses it has to be a sentence for its reader. */
function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).not.toMatch(/\n\s+at |sk-aB3|undefined|\[object/);
    expect(error.message.length).toBeLessThan(40_000);
    return false;
  }
}

const today = "2026-11-24";
const dev = readStackConfig(fixtureRoot, "dev");
const releases = readReleases(fixtureRoot) as Record<string, Fields>;
const folder = mkdtempSync(join(tmpdir(), "gantry-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a mutated stack file is accepted or refused with sentences", () => {
  let accepted = 0;
  fc.assert(
    fc.property(mutations(dev), fc.boolean(), (config, asText) => {
      const fields = (typeof config === "object" && config !== null ? config : {}) as Fields;
      const given = asText ? asProgramConfig(fields) : fields;
      accepted += Number(
        isAccepted(() => parseConfig({ environment: "dev", config: given, releases, today })),
      );
    }),
    { numRuns: runs },
  );
  expect(accepted).toBeLessThan(runs / 2);
});

it("a mutated release is accepted or refused with sentences", () => {
  const [name = "", release = {}] = Object.entries(releases)[1] ?? [];
  fc.assert(
    fc.property(mutations(release), (mutated) => {
      isAccepted(() =>
        parseConfig({ environment: "dev", config: dev, releases: { ...releases, [name]: mutated }, today }),
      );
    }),
    { numRuns: runs },
  );
});

it("a mutated policy configuration is accepted or refused with sentences", () => {
  const file = join(folder, "dev.json");
  const shipped = policyConfiguration(fixtureRoot, "prod") as Fields;
  const text = fc.oneof(
    mutations(shipped).map((value) => JSON.stringify(value) ?? ""),
    fc
      .tuple(fc.nat(200), fc.constantFrom(",", "}", "{", '"', "\\", "", "\ufeff", "//"))
      .map(
        ([at, put]) =>
          JSON.stringify(shipped, null, 2).slice(0, at) + put + JSON.stringify(shipped).slice(at),
      ),
  );
  fc.assert(
    fc.property(text, (mutated) => {
      writeFileSync(file, mutated);
      isAccepted(() => readPolicyConfiguration(file));
    }),
    { numRuns: runs },
  );
});

it("hundreds of thousands of keys are refused as quickly as they are read", () => {
  const keys = thorough ? 300_000 : 30_000;
  const many = <Value>(value: Value) =>
    Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, value]));
  for (const config of [
    { ...dev, ...many(1) },
    { ...dev, "gantry:pools": many({}) },
    { ...dev, "gantry:budget": many(1) },
    { ...dev, "gantry:routes": many({ selfHosted: "chat", hosted: "gpt-4" }) },
  ])
    isAccepted(() => parseConfig({ environment: "dev", config, releases, today }));
});

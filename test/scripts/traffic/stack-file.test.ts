import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stackFile, trafficIn, withTraffic } from "../../../scripts/traffic/stack-file.ts";
import { fixtureRoot } from "../../support/plan.ts";

const file = "Pulumi.dev.yaml";
const shipped = readFileSync(join(fixtureRoot, file), "utf8");
const flow = (traffic: string) =>
  `# top\nconfig:\n  gantry:models:\n    chat:\n      blue: { release: "a" } # the old one\n      traffic: ${traffic}\n    code: { traffic: { live: blue, canaryPercent: 0 } }\n`;
const block = `config:
  gantry:models:
    chat:
      traffic:
        # who answers
        live: "blue" # since May
        canaryPercent: 0

    code:
      traffic: { live: blue, canaryPercent: 0 }
`;
const edit = (text: string, traffic: Parameters<typeof withTraffic>[3]) =>
  withTraffic(file, text, "chat", traffic);

describe("a model's traffic in a stack's file", () => {
  it("is read with what holds where nothing is written", () => {
    expect(trafficIn(file, shipped, "chat")).toEqual({ live: "blue", canaryPercent: 0, shadowPercent: 0 });
    expect(trafficIn(file, flow("{ live: green, canaryPercent: 5, shadowPercent: 3 }"), "chat")).toEqual({
      live: "green",
      canaryPercent: 5,
      shadowPercent: 3,
    });
  });

  it("is switched by one word, every other byte as it was", () => {
    const before = "traffic: { live: blue, canaryPercent: 0 }";
    expect(edit(shipped, { live: "green", canaryPercent: 0 })).toBe(
      shipped.replace(before, "traffic: { live: green, canaryPercent: 0 }"),
    );
  });

  it("keeps comments and order in a block", () => {
    expect(edit(block, { live: "green", canaryPercent: 25 })).toBe(
      block.replace('live: "blue"', "live: green").replace("canaryPercent: 0\n\n", "canaryPercent: 25\n\n"),
    );
  });

  it("gets a setting that wasn't written, in a block and in a line", () => {
    expect(edit(block, { live: "blue", canaryPercent: 0, shadowPercent: 10 })).toBe(
      block.replace("canaryPercent: 0\n\n", "canaryPercent: 0\n        shadowPercent: 10\n\n"),
    );
    expect(
      edit(flow("{ live: blue, canaryPercent: 0 }"), { live: "blue", canaryPercent: 0, shadowPercent: 10 }),
    ).toBe(flow("{ live: blue, canaryPercent: 0, shadowPercent: 10 }"));
  });

  it("is left as it is where nothing changes", () => {
    for (const text of [shipped, block]) expect(edit(text, { live: "blue", canaryPercent: 0 })).toBe(text);
  });

  it("comes back byte for byte when the edit is reversed", () => {
    const traffic = fc.record({
      live: fc.constantFrom("blue" as const, "green" as const),
      canaryPercent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(traffic, (there) => {
        const before = trafficIn(file, shipped, "chat");
        expect(edit(edit(shipped, there), before)).toBe(shipped);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["of a model that isn't there", shipped, "chap"],
    [
      "behind an alias",
      "config:\n  a: &a { live: blue }\n  gantry:models: { chat: { traffic: *a } }\n",
      "chat",
    ],
    ["that is empty", flow("{}"), "chat"],
    ["in a file that isn't YAML, though its traffic could be found", `${shipped}half: [an edit`, "chat"],
  ])("is refused %s, with where it should stand", (_, text, model) => {
    expect(() => trafficIn(file, text, model)).toThrow(`gantry:models.${model}.traffic`);
  });
});

it("keeps the mode of a file and the link that leads to it", () => {
  const folder = mkdtempSync(join(tmpdir(), "gantry-stack-file-"));
  try {
    const kept = join(folder, "kept.yaml");
    writeFileSync(kept, shipped);
    chmodSync(kept, 0o640);
    symlinkSync("kept.yaml", join(folder, file));
    const { replace, textWith } = stackFile(folder, "dev", "chat");
    const changed = textWith({ live: "green", canaryPercent: 0 });
    replace(changed);
    expect(lstatSync(join(folder, file)).isSymbolicLink()).toBe(true);
    expect([readFileSync(kept, "utf8"), statSync(kept).mode & 0o777]).toEqual([changed, 0o640]);
    expect(readdirSync(folder).sort()).toEqual([file, "kept.yaml"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

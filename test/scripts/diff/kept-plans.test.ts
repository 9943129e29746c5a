import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { engineFiles, keptPlans, keptPlansFolder } from "../../../scripts/diff/kept-plans.ts";
import type { AnalyzedPlan } from "../../../scripts/plan/plan.ts";
import { root as project } from "../../support/plan.ts";

const plan: AnalyzedPlan = {
  environment: "dev",
  config: { "aws:region": "us-east-1" },
  resources: [],
  stackOutputs: {},
  warnings: [],
  policyReport: { pack: { name: "gantry", version: "1" }, rules: [], diagnostics: [] },
};

describe("plans of a base that are kept", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "gantry-kept-"));
    mkdirSync(join(root, "node_modules"));
    writeFileSync(join(root, "package-lock.json"), "one");
    writeFileSync(join(root, "node_modules/.package-lock.json"), "one");
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(root, { recursive: true });
  });
  const keptOf = (...files: string[]) => keptPlans({ root, files: () => files });
  const folder = () => join(root, keptPlansFolder);

  it("are found for the same files", () => {
    expect(keptOf("a").find("dev")).toBeUndefined();
    keptOf("a").keep(plan);
    expect(keptOf("a").find("dev")).toEqual(plan);
  });

  it("are not found for other files, or another environment", () => {
    keptOf("a").keep(plan);
    expect([keptOf("b").find("dev"), keptOf("a", "b").find("dev"), keptOf("a").find("prod")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(["package-lock.json", "node_modules/.package-lock.json"])("are not found after %s", (file) => {
    keptOf("a").keep(plan);
    writeFileSync(join(root, file), "two");
    expect(keptOf("a").find("dev")).toBeUndefined();
  });

  it("are not found on another day, when an exemption may have ended", () => {
    keptOf("a").keep(plan);
    vi.useFakeTimers({ now: Date.now() + 86_400_000 });
    expect(keptOf("a").find("dev")).toBeUndefined();
  });

  it("are made anew where a file is broken", () => {
    keptOf("a").keep(plan);
    for (const name of readdirSync(folder())) writeFileSync(join(folder(), name), '{"environment"');
    expect(keptOf("a").find("dev")).toBeUndefined();
  });

  it("don't fill the disk", () => {
    for (let index = 0; index < 40; index += 1) keptOf(`${index}`).keep(plan);
    expect(readdirSync(folder())).toHaveLength(24);
    expect(keptOf("39").find("dev")).toEqual(plan);
  });

  it("take compiled code with them that nothing has read for a week, as that of earlier bases", () => {
    const code = join(root, "node_modules/.cache/gantry/code/v22");
    mkdirSync(code, { recursive: true });
    for (const [name, days] of [
      ["read", 6],
      ["unread", 8],
    ] as const) {
      writeFileSync(join(code, name), "");
      utimesSync(join(code, name), Date.now() / 1000 - 86_400 * days, new Date());
    }
    keptOf("a").keep(plan);
    expect(readdirSync(code)).toEqual(["read"]);
  });
});

it("a kept plan depends on every file that the engine imports", () => {
  const known = new Set(globSync([...engineFiles], { cwd: project }));
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(project, file), "utf8");
    const code = file.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
    for (const [, one, other] of code.matchAll(
      /(?:^|\bfrom |\bimport[ (])"(\.[^"]+)"|new URL\("([^"]+)", import\.meta\.url\)/gm,
    )) {
      const named = one ?? other ?? "";
      if (named !== "" && !named.endsWith("/")) visit(relative(project, join(project, file, "..", named)));
    }
  };
  visit("scripts/plan/plan.ts");
  for (const file of ["preload.js", "preload-policies.js", "end-with-parent.js"])
    visit(`scripts/plan/${file}`);
  expect(seen.size).toBeGreaterThan(20);
  expect([...seen].filter((file) => !known.has(file))).toEqual([]);
});

import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../support/plan.ts";

/** Runs a command whose work is one statement. */
function run(statement: string, failure = 1) {
  const code = `
    import { exitWith } from ${JSON.stringify(`${root}scripts/exit-code.ts`)};
    await exitWith(async () => { ${statement} }, { usage: "npm run it", failure: ${failure} });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout, stderr: stderr.trim() };
}

it.each<[string, string, string]>([
  ["what is thrown for users", 'throw new Error("no such model")', "no such model"],
  [
    "what the network does",
    'throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:9") })',
    "fetch failed: connect ECONNREFUSED 127.0.0.1:9",
  ],
  [
    "what a cause says already once",
    'throw new Error("no such model. Now blue", { cause: new Error("no such model") })',
    "no such model. Now blue",
  ],
  ["what isn't an error", 'throw "gone"', "gone"],
  ["nothing at all", "throw undefined", "undefined"],
  [
    "a disk that is full",
    'throw Object.assign(new Error("ENOSPC, write"), { code: "ENOSPC" })',
    "the disk is full, so the output is incomplete (ENOSPC, write)",
  ],
  ["an address that is none", 'new URL("here")', "Invalid URL"],
])("shows %s as a sentence", (_, statement, text) => {
  expect(run(statement, 2)).toEqual({ status: 2, stdout: "", stderr: text });
});

it.each([
  ["a value that isn't there", "undefined.name"],
  ["a name that isn't there", "missing()"],
  ["a function without end", "const again = () => again(); again()"],
  ["text that isn't JSON", 'JSON.parse("{")'],
  ["a path that isn't there", 'require("node:fs").readFileSync(undefined)'],
])("shows a bug of ours with its trace: %s", (_, statement) => {
  const { status, stderr } = run(statement.replace("require(", "process.getBuiltinModule("));
  expect(status).toBe(1);
  expect(stderr).toContain("This is a bug in Gantry");
  expect(stderr).toMatch(/\n {4}at /);
});

it("shows no credential in either", () => {
  const key = `sk-${"a1B2".repeat(10)}`;
  for (const statement of [`throw new Error("${key}")`, `throw new TypeError("${key}")`])
    expect(run(statement).stderr).not.toContain(key);
});

it("refuses an option that is given twice, of which Node's parser would take the last", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/destroy.ts", "dev", "--confirm", "dev", "--confirm=prod"],
    { cwd: root, encoding: "utf8" },
  );
  expect([status, stderr.trim()]).toEqual([2, "--confirm is given twice; give it once"]);
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../support/plan.ts";

/** The names that Pulumi's modules export, then those that preloading provides for them, by file. */
const script = `
  import { createRequire } from "node:module";
  const require = createRequire(import.meta.url);
  const files = [
    "runtime/closure/codePaths.js",
    "runtime/closure/serializeClosure.js",
    "runtime/closure/v8Hooks.js",
    "tsutils.js",
    "vendor/ts-node@7.0.1/index.js",
    "vendor/typescript@3.8.3/typescript.js",
  ];
  const names = () => files.map((file) => [file, Object.keys(require("@pulumi/pulumi/" + file))]);
  const before = names();
  await import("./scripts/plan/preload-policies.js");
  console.log(JSON.stringify({ before, after: names() }));
`;

it("provides only what the modules of the lock file's Pulumi export", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const { before, after } = JSON.parse(stdout) as Record<"before" | "after", [string, string[]][]>;
  const exported = new Map(before);
  expect(after.flatMap(([file, names]) => names.map((name) => join(file, name)))).not.toEqual([]);
  expect(
    after.flatMap(([file, names]) => names.filter((name) => !exported.get(file)?.includes(name))),
  ).toEqual([]);
  expect(after.map(([, names]) => names.length > 0)).not.toContain(false);
});

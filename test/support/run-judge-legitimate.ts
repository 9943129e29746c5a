import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Judged } from "./judge-legitimate.ts";
import { root } from "./plan.ts";

/** Variants of the fixture's environments, planned and checked in a process of their own. */
export async function judgeLegitimate(which: "telling" | "all"): Promise<readonly Judged[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--import=./scripts/plan/preload.js",
      "--min-semi-space-size=32",
      "--max-semi-space-size=64",
      join(root, "test/support/judge-legitimate.ts"),
      which,
    ],
    { cwd: root, maxBuffer: 2 ** 28 },
  );
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Judged);
}

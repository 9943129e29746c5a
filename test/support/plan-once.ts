import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFirst, pause } from "./lock.ts";
import type { AnalyzedPlan } from "./plan.ts";

const program = fileURLToPath(new URL("print-plan.ts", import.meta.url));
const plans = new Map<string, AnalyzedPlan>();

/**
 * The judged plan of an environment, made by the first test file of a run that wants it and read by all others: a plan
 * takes seconds, and most test files want none.
 * @param folder shared by the test files of one run
 * @param root the project's folder
 * @throws Error with the program's own words when the plan fails
 */
export function planOnce(folder: string, root: string, environment: string): AnalyzedPlan {
  const id = createHash("sha1").update(`${root}\n${environment}`).digest("hex");
  const known = plans.get(id);
  if (known !== undefined) return known;
  const file = join(folder, `${id}.json`);
  if (isFirst(join(folder, `${id}.lock`))) write(file, [root, environment]);
  else while (!existsSync(file)) pause(50);
  const { plan, error } = JSON.parse(readFileSync(file, "utf8")) as { plan: AnalyzedPlan; error?: string };
  if (error !== undefined) throw new Error(error);
  plans.set(id, plan);
  return plan;
}

/** Writes the plan, or why there is none, whole or not at all. */
function write(file: string, args: readonly string[]) {
  let result: string;
  try {
    const plan = execFileSync(process.execPath, [program, ...args], {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "pipe"],
    });
    result = `{"plan":${plan}}`;
  } catch (error) {
    result = JSON.stringify({ error: (error as Error).message });
  }
  writeFileSync(`${file}.part`, result);
  renameSync(`${file}.part`, file);
}

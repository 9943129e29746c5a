import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { Report } from "../plan/report/report.ts";
import { generated, projectWith } from "./generated.ts";

/** Runs of each case; the first, which fills the compile cache, isn't counted. */
const runs = 7;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Prints how long `npm start` takes, as shipped and with generated models. */
export function measureStart() {
  console.log(
    `\nnpm start, wall-clock seconds: median of ${runs} runs (fastest to slowest) on ${cpus().length} CPUs, Node ${process.versions.node}`,
  );
  measure("dev as shipped", root);
  for (const count of generated) {
    const folder = projectWith(count);
    try {
      measure(`dev with ${count} generated models`, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function measure(name: string, folder: string) {
  const report = plan(folder).report;
  const seconds = Array.from({ length: runs }, () => plan(folder).seconds).sort((a, b) => a - b);
  const [fastest = 0, slowest = 0] = [seconds[0], seconds.at(-1)];
  const median = seconds[Math.floor(runs / 2)] ?? 0;
  const { rules, violations } = report.policies;
  console.log(
    `  ${name.padEnd(30)} ${median.toFixed(2)} s (${fastest.toFixed(2)} to ${slowest.toFixed(2)})  ` +
      `${report.resources} resources, ${rules} rules, ${violations} violations`,
  );
}

/** One run as a user has it: npm, the program, the policy pack, the report. */
function plan(folder: string): { seconds: number; report: Report } {
  const start = performance.now();
  const run = spawnSync("npm", ["start", "--silent", "--", "--json"], { cwd: folder, encoding: "utf8" });
  const seconds = (performance.now() - start) / 1000;
  if (!run.stdout.startsWith("{")) throw new Error(`npm start failed in ${folder}:\n${run.stderr}`);
  return { seconds, report: JSON.parse(run.stdout) };
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../plan/report/report.ts";
import { generated, projectWith } from "./generated.ts";
import { spread } from "./spread.ts";

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

/** Prints what `--html` adds to `npm start` for prod, and how large its page is. */
export function measurePage() {
  const folder = mkdtempSync(join(tmpdir(), "gantry-bench-"));
  const file = join(folder, "report.html");
  try {
    const seconds = (args: readonly string[]) => {
      plan(root, args);
      return spread(Array.from({ length: runs }, () => plan(root, args).seconds)).median;
    };
    const plain = seconds(["prod"]);
    const paged = seconds(["prod", "--html", file]);
    console.log(
      `\nnpm start -- prod --html: ${(paged - plain).toFixed(2)} s over ${plain.toFixed(2)} s without, medians of ${runs}; the page has ${Math.round(statSync(file).size / 1000)} kB`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(name: string, folder: string) {
  const report = plan(folder).report;
  const { fastest, median, slowest } = spread(Array.from({ length: runs }, () => plan(folder).seconds));
  const { rules, violations } = report.policies;
  console.log(
    `  ${name.padEnd(30)} ${median.toFixed(2)} s (${fastest.toFixed(2)} to ${slowest.toFixed(2)})  ` +
      `${report.resources} resources, ${rules} rules, ${violations} violations`,
  );
}

/** One run as a user has it: npm, the program, the policy pack, the report. */
function plan(folder: string, args: readonly string[] = []): { seconds: number; report: Report } {
  const start = performance.now();
  const run = spawnSync("npm", ["start", "--silent", "--", ...args, "--json"], {
    cwd: folder,
    encoding: "utf8",
  });
  const seconds = (performance.now() - start) / 1000;
  if (!run.stdout.startsWith("{")) throw new Error(`npm start failed in ${folder}:\n${run.stderr}`);
  return { seconds, report: JSON.parse(run.stdout) };
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../plan/report/report.ts";
import { generated, projectWith, runsOf } from "./generated.ts";
import { spread } from "./spread.ts";

/** Runs of each case; the first, which fills the compile cache, isn't counted. */
const runs = 7;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Has every process of a run write its largest memory, in kB, to a file. */
const peak = `--import=data:text/javascript,${encodeURIComponent('import{appendFileSync}from"node:fs";process.on("exit",()=>appendFileSync(process.env.GANTRY_PEAKS,process.resourceUsage().maxRSS+"\\n"))')}`;

/** Prints how long `npm start` takes and how much memory its largest process, as shipped and with generated models. */
export function measureStart() {
  console.log(
    `\nnpm start, wall-clock seconds: median of ${runs} runs, of 300 models ${runsOf(300)} (fastest to slowest), and peak memory of its largest process, on ${cpus().length} CPUs, Node ${process.versions.node}`,
  );
  measure("dev as shipped", root);
  for (const count of generated) {
    const folder = projectWith(count);
    try {
      measure(`dev with ${count} generated models`, folder, runsOf(count));
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

function measure(name: string, folder: string, count = runs) {
  const { report, peakMiB } = plan(folder);
  const { fastest, median, slowest } = spread(Array.from({ length: count }, () => plan(folder).seconds));
  const { rules, violations } = report.policies;
  console.log(
    `  ${name.padEnd(30)} ${median.toFixed(2)} s (${fastest.toFixed(2)} to ${slowest.toFixed(2)})  ${peakMiB.toFixed(0)} MiB  ` +
      `${report.resources} resources, ${rules} rules, ${violations} violations`,
  );
}

interface Run {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly report: Report;
}

/** One run as a user has it: npm, the program, the policy pack, the report. */
function plan(folder: string, args: readonly string[] = []): Run {
  const start = performance.now();
  const peaks = mkdtempSync(join(tmpdir(), "gantry-bench-"));
  const file = join(peaks, "peaks");
  const run = spawnSync("npm", ["start", "--silent", "--", ...args, "--json"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: peak, GANTRY_PEAKS: file },
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - start) / 1000;
  if (!run.stdout.startsWith("{")) throw new Error(`npm start failed in ${folder}:\n${run.stderr}`);
  const peakMiB = Math.max(...readFileSync(file, "utf8").trim().split("\n").map(Number)) / 1024;
  rmSync(peaks, { recursive: true });
  return { seconds, peakMiB, report: JSON.parse(run.stdout) };
}

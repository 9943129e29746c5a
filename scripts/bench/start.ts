import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { readStackConfig } from "../plan/environment.ts";
import type { Report } from "../plan/report/report.ts";

/** Runs of each case; the first, which fills the compile cache, isn't counted. */
const runs = 7;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Models of one slot each; a pool holds eight of them, so that each stays within its GPU limit. */
const generated = [1, 10, 30, 100];
const modelsPerPool = 8;

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

/** A copy of the project whose dev environment has this many models. */
function projectWith(models: number): string {
  const folder = mkdtempSync(join(tmpdir(), "gantry-bench-"));
  for (const part of ["Pulumi.yaml", "package.json", "stacks", "components", "policies", "scripts"]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const config = {
    ...readStackConfig(root, "dev"),
    "gantry:pools": Object.fromEntries(
      Array.from({ length: Math.ceil(models / modelsPerPool) }, (_, pool) => [
        `a10g-${pool + 1}`,
        { instanceTypes: ["g5.xlarge"], capacity: ["on-demand"], maxGpus: 2 * modelsPerPool },
      ]),
    ),
    "gantry:models": Object.fromEntries(
      Array.from({ length: models }, (_, model) => [
        `model-${model + 1}`,
        {
          blue: {
            release: "qwen3-8b-awq-1",
            pool: `a10g-${Math.floor(model / modelsPerPool) + 1}`,
            replicas: { min: 1, max: 1 },
          },
          traffic: { live: "blue", canaryPercent: 0 },
        },
      ]),
    ),
  };
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config }));
  return folder;
}

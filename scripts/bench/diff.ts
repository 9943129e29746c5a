import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { spread } from "./spread.ts";

const runs = 3;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Prints how long `npm run diff` takes for every environment, with the last commit as base. */
export function measureDiff() {
  const { fastest, median, slowest } = spread(Array.from({ length: runs }, diffSeconds));
  console.log(
    `\nnpm run diff, every environment at both ends, wall-clock seconds on ${cpus().length} CPUs: median ${median.toFixed(2)} of ${runs} (${fastest.toFixed(2)} to ${slowest.toFixed(2)})`,
  );
}

function diffSeconds(): number {
  const start = performance.now();
  const { stdout, stderr } = spawnSync("npm", ["run", "--silent", "diff", "--", "--base", "HEAD", "--json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (!stdout.startsWith("{")) throw new Error(`npm run diff failed:\n${stderr}`);
  return (performance.now() - start) / 1000;
}

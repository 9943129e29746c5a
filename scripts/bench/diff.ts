import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { keptPlansFolder } from "../diff/kept-plans.ts";
import { projectCopy } from "../project-copy.ts";
import { spread } from "./spread.ts";

const runs = 3;
/** What is changed, by what a pull request is about: a stack's own file leaves the other environments as they are. */
const changes = { "code of all": "stacks/gantry.ts", "one stack's file": "Pulumi.dev.yaml" } as const;

/** Prints how long `npm run diff` takes for every environment, in a copy of the project with one file changed. */
export function measureDiff() {
  const folder = projectCopy();
  try {
    writeFileSync(join(folder, ".gitignore"), "node_modules\n");
    git(folder, "init", "--quiet");
    git(folder, "add", ".");
    git(folder, "commit", "--quiet", "--message", "base");
    for (const [what, file] of Object.entries(changes)) {
      appendFileSync(join(folder, file), file.endsWith(".ts") ? "// changed\n" : "# changed\n");
      for (const isFirst of [true, false]) {
        const seconds = Array.from({ length: runs }, () => {
          if (isFirst) rmSync(join(folder, keptPlansFolder), { recursive: true, force: true });
          return diffSeconds(folder);
        });
        const { fastest, median, slowest } = spread(seconds);
        console.log(
          `\nnpm run diff, every environment, ${what} changed, base ${isFirst ? "planned first" : "kept"}, wall-clock seconds on ${cpus().length} CPUs: median ${median.toFixed(2)} of ${runs} (${fastest.toFixed(2)} to ${slowest.toFixed(2)})`,
        );
      }
      git(folder, "checkout", "--quiet", file);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function diffSeconds(folder: string): number {
  const start = performance.now();
  const { stdout, stderr } = spawnSync("npm", ["run", "--silent", "diff", "--", "--base", "HEAD", "--json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (!stdout.startsWith("{")) throw new Error(`npm run diff failed:\n${stderr}`);
  return (performance.now() - start) / 1000;
}

function git(folder: string, ...args: string[]) {
  const identity = [
    "-c",
    "user.name=bench",
    "-c",
    "user.email=bench@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  execFileSync("git", [...identity, ...args], { cwd: folder });
}

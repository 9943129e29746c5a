import { parseArgs } from "node:util";
import { errorTable, memoryErrors, memoryInsideBand, throughputErrors } from "./bench/capacity.ts";
import { measureDiff } from "./bench/diff.ts";
import { measurePolicies } from "./bench/policies.ts";
import { measureRollout } from "./bench/rollout.ts";
import { measurePage, measureStart } from "./bench/start.ts";
import { exitWith } from "./exit-code.ts";

const usage = `npm run bench [-- rollout]

Measures: memory fit and throughput against public figures, how often a rollout's step is aborted by chance and rightly,
then how long a plan, its policies and a comparison take. Some minutes; with "rollout" that part alone.`;

await exitWith(bench, { usage });

async function bench(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.some((part) => part !== "rollout")) throw new Error(usage);
  if (positionals.length > 0) {
    measureRollout();
    return 0;
  }
  for (const rows of ["fitted", "held out"] as const) {
    console.log(
      errorTable(
        `\nMemory fit: tokens of the KV cache, from flags alone, against public logs (${rows})`,
        memoryErrors(rows),
      ),
    );
    console.log(
      errorTable(
        `\nThroughput: output tokens a second of one replica, against public benchmarks (${rows})`,
        throughputErrors(rows),
      ),
    );
  }
  console.log(
    `\nMemory fit: ${memoryInsideBand().toFixed(0)} % of all logs are within the band that is printed, ${memoryInsideBand("held out").toFixed(0)} % of those held out`,
  );
  measureRollout();
  await measurePolicies();
  measureStart();
  measurePage();
  measureDiff();
  return 0;
}

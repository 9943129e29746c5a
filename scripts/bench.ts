import { errorTable, memoryErrors, memoryInsideBand, throughputErrors } from "./bench/capacity.ts";
import { measurePolicies } from "./bench/policies.ts";
import { measureStart } from "./bench/start.ts";
import { exitWith } from "./exit-code.ts";

const usage = `npm run bench

Measures: memory fit and throughput against public figures, then how long a plan and its policies take. Some minutes.`;

await exitWith(bench, { usage });

async function bench(): Promise<number> {
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
  await measurePolicies();
  measureStart();
  return 0;
}

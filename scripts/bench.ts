import { parseArgs } from "node:util";
import { own } from "../components/shared/own.ts";
import { suggestion } from "../components/shared/problems.ts";
import { errorTable, memoryErrors, memoryInsideBand, throughputErrors } from "./bench/capacity.ts";
import { measureDiff } from "./bench/diff.ts";
import { measureGateway } from "./bench/gateway.ts";
import { measureLocal } from "./bench/local.ts";
import { measurePolicies } from "./bench/policies.ts";
import { measureRollout } from "./bench/rollout.ts";
import { measureRules } from "./bench/rules.ts";
import { measurePage, measureStart } from "./bench/start.ts";
import { exitWith } from "./exit-code.ts";

const usage = `npm run bench [-- rollout | rules | gateway | local | start | policies | page | diff]

Measures memory fit and throughput against public figures, how often a rollout step is aborted by chance and how often
rightly, how long Prometheus takes to evaluate the rules, how long a plan, its policies and a diff take, the latency that
the gateway adds to LiteLLM alone, and the time until \`npm run local\` serves its first answer. Takes some minutes; name a
part to measure only that one.`;
/** Parts that can be measured alone. */
const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  rollout: measureRollout,
  rules: measureRules,
  gateway: measureGateway,
  local: measureLocal,
  start: measureStart,
  policies: measurePolicies,
  page: measurePage,
  diff: measureDiff,
};

await exitWith(bench, { usage });

async function bench(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const alone = positionals.map((part) => {
    const measure = own(parts, part);
    if (measure === undefined)
      throw new Error(`no part "${part}" to measure${suggestion(part, Object.keys(parts))}`);
    return measure;
  });
  for (const measure of alone) await measure();
  if (alone.length > 0) return 0;
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
  await measureRules();
  await measurePolicies();
  measureStart();
  measurePage();
  measureDiff();
  await measureGateway();
  await measureLocal();
  return 0;
}

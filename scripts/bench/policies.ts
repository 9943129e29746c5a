import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { policyConfigurationFile } from "../plan/environment.ts";
import { type Plan, planProgram } from "../plan/plan.ts";
import { startPolicyPack } from "../plan/policy-pack.ts";
import { generated, projectWith, runsOf } from "./generated.ts";

/** Runs of each case, of which the median counts. */
const runs = 5;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Prints how long the policy pack takes by itself: in `npm start` it starts and analyzes while the program runs. */
export async function measurePolicies() {
  console.log(`\nThe policy pack, wall-clock seconds: median of ${runs} runs`);
  await measure("prod as shipped", root, "prod");
  for (const count of generated) {
    const folder = projectWith(count);
    try {
      await measure(`dev with ${count} generated models`, folder, "dev", Math.min(runs, runsOf(count)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

async function measure(name: string, folder: string, environment: string, count = runs) {
  const plan = await planProgram({ root: folder, environment });
  const measured: Measured[] = [];
  for (let run = 0; run < count; run++) measured.push(await timed(plan, folder));
  const start = median(measured.map((one) => one.start));
  const evaluation = median(measured.map((one) => one.evaluation));
  const each = (1000 * evaluation) / plan.resources.length;
  console.log(
    `  ${name.padEnd(30)} start ${start.toFixed(2)} s, evaluation ${evaluation.toFixed(2)} s  ` +
      `${plan.resources.length} resources, ${each.toFixed(2)} ms each`,
  );
}

interface Measured {
  readonly start: number;
  readonly evaluation: number;
}

/** Times a new pack as used in `npm start` does: about all resources one after the other, then about the stack. */
async function timed({ environment, resources }: Plan, folder: string): Promise<Measured> {
  const begin = performance.now();
  const pack = await startPolicyPack({
    root: folder,
    stack: { project: "gantry", stack: environment, organization: "organization" },
    configuration: policyConfigurationFile(folder, environment),
  });
  const started = performance.now();
  try {
    await Promise.all(resources.map((resource) => pack.analyzeResource(resource)));
    await pack.analyzeStack(resources);
    return { start: (started - begin) / 1000, evaluation: (performance.now() - started) / 1000 };
  } finally {
    pack.close();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

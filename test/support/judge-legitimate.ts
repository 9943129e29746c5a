import { startEngine } from "../../scripts/plan/engine.ts";
import { asProgramConfig } from "../../scripts/plan/environment.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { parseConfig, readReleases } from "../../stacks/config.ts";
import { Gantry } from "../../stacks/gantry.ts";
import { type Legitimate, legitimate } from "../policies/legitimate.ts";
import { edgeProblems } from "./names.ts";
import { runInProcess } from "./program-server.ts";
import { fixtureValues } from "./project.ts";
import { textProblems } from "./property-texts.ts";
import { Judge, policyConfiguration } from "./rules.ts";

/** What came of a variant of an environment; one line of this script's output, as JSON. */
export interface Judged {
  readonly variant: string;
  readonly resources: number;
  readonly violations: readonly string[];
  /** What the provider's texts say against it, and names without an edge. */
  readonly mistakes: readonly string[];
  /** What AWS is asked to make. */
  readonly aws: readonly Pick<PlannedResource, "type" | "name" | "inputs">[];
  /** What the program said when it refused the variant. */
  readonly refused?: string;
}

/*
 * Plans variants one after the other in this process, which takes a third of the time that a process for each takes,
 * and judges them. Run with scripts/plan/preload.js. @param argv[2] `telling` or `all`
 */
const releases = readReleases(fixtureValues);
const today = new Date().toISOString().slice(0, 10);
for (const variant of legitimate(fixtureValues))
  if (process.argv[2] === "all" || variant.telling) console.log(JSON.stringify(await judged(variant)));
process.exit(0);

async function judged(variant: Legitimate): Promise<Judged> {
  const name = `${variant.environment}: ${variant.what}`;
  try {
    const resources = await planned(variant);
    const configuration = { ...policyConfiguration(fixtureValues, variant.environment), ...variant.policies };
    const judge = new Judge(resources, configuration);
    const violations = judge.all().filter((finding) => judge.isMandatory(finding));
    const texts = resources.filter(({ type }) => type.startsWith("aws:")).flatMap((one) => textProblems(one));
    const mistakes = [...texts, ...edgeProblems({ resources })];
    const aws = resources.filter(({ type }) => /^(aws|eks):/.test(type));
    return {
      variant: name,
      resources: resources.length,
      violations,
      mistakes,
      aws: aws.map(({ type, name, inputs }) => ({ type, name, inputs })),
    };
  } catch (error) {
    return {
      variant: name,
      resources: 0,
      violations: [],
      mistakes: [],
      aws: [],
      refused: (error as Error).message,
    };
  }
}

async function planned({ environment, config }: Legitimate): Promise<readonly PlannedResource[]> {
  const parsed = parseConfig({ environment, config: asProgramConfig(config), releases, today });
  const place = { project: "gantry", stack: environment, organization: "organization" };
  const engine = await startEngine(place);
  try {
    const program = async () => void new Gantry(`gantry-${environment}`, parsed);
    await runInProcess(program, { ...place, address: engine.address });
    return engine.resources;
  } finally {
    engine.close();
  }
}

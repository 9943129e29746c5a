import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { startEngine } from "../../scripts/plan/engine.ts";
import { asProgramConfig, readStackConfig } from "../../scripts/plan/environment.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import { ProgramError } from "../../scripts/plan/program.ts";
import type { PreviewEngineArgs } from "../../scripts/plan/registrations.ts";
import type { ProgramResult, ProgramRun } from "./program-host.ts";

const preload = new URL("../../scripts/plan/preload.js", import.meta.url).href;
const program = fileURLToPath(new URL("program-host.ts", import.meta.url));
let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

interface FixtureArgs extends Pick<PreviewEngineArgs, "deployed" | "stateOf" | "outputs"> {
  readonly environment: string;
  /** Of a copy of the project, whose code stays as it was at the first plan. @default the fixture's */
  readonly root?: string;
  /** Changes the configuration before it is planned. */
  readonly edit?: (config: Plan["config"]) => Plan["config"];
}

/**
 * What `planProgram` makes of a fixture's environment, by one process for all plans of a worker: loading the program
 * takes several times as long as running it.
 * @throws ProgramError with the program's own words when it fails
 */
export function planFixture(args: FixtureArgs): Promise<Plan> {
  const plan = last.then(() => planned(args));
  last = plan.catch(() => undefined);
  return plan;
}

async function planned(args: FixtureArgs): Promise<Plan> {
  const { environment, edit, root = inject("fixtureRoot"), ...others } = args;
  const shipped = readStackConfig(root, environment);
  const config = edit === undefined ? shipped : edit(shipped);
  const place = { project: "gantry", stack: environment, organization: "organization" };
  const engine = await startEngine({ ...place, ...others });
  try {
    const { error } = await run({ ...place, root, address: engine.address, config: asProgramConfig(config) });
    if (engine.errors.length > 0) throw new ProgramError([...new Set(engine.errors)].join("\n"));
    if (error !== undefined) throw new ProgramError(error);
    const { resources, implied, outputs: stackOutputs, warnings } = engine;
    return { environment, config, resources, implied, stackOutputs, warnings };
  } finally {
    engine.close();
  }
}

async function run(asked: ProgramRun): Promise<ProgramResult> {
  if (host === undefined || !host.connected) host = started();
  const settled = new AbortController();
  const end = once(host, "exit", settled).then(([code]) => {
    throw new Error(`the process for programs ended with code ${code}`);
  });
  const answer = once(host, "message", settled);
  host.send(asked);
  try {
    const [result] = await Promise.race([answer, end]);
    return result as ProgramResult;
  } finally {
    // Otherwise each run leaves its listeners behind.
    settled.abort();
  }
}

/** Ends with this process, which doesn't wait for it. With room for what is soon gone, a plan takes a fifth less. */
function started(): ChildProcess {
  const child = fork(program, {
    execArgv: [`--import=${preload}`, "--min-semi-space-size=32", "--max-semi-space-size=64"],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

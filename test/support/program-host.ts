import { type InProcessRun, runInProcess } from "./program-server.ts";

/** A preview to run, as the parent process asks for it. */
export interface ProgramRun extends InProcessRun {
  /** The project's folder, whose `stacks/index.ts` is run. */
  readonly root: string;
}

/** The answer, once the program has ended. */
export interface ProgramResult {
  /** Why it failed. */
  readonly error?: string;
}

/** The stack's file is a program of its own each time; what it imports stays. */
let runs = 0;

async function run({ root, ...place }: ProgramRun): Promise<void> {
  runs += 1;
  const file = `${root}/stacks/index.ts?run=${runs}`;
  await runInProcess(async () => ({ ...((await import(file)) as object) }), place);
}

/* Runs previews for its parent, one after the other. To be started with scripts/plan/preload.js. */
process.on("message", (asked: ProgramRun) => {
  run(asked).then(
    () => process.send?.({} satisfies ProgramResult),
    (error: Error) => process.send?.({ error: error.message } satisfies ProgramResult),
  );
});
process.on("disconnect", () => process.exit());

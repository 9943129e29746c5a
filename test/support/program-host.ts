import * as automationServer from "@pulumi/pulumi/automation/server.js";
import languageMessages from "@pulumi/pulumi/proto/language_pb.js";

/** A preview to run, as the parent process asks for it. */
export interface ProgramRun {
  /** The project's folder, whose `stacks/index.ts` is run. */
  readonly root: string;
  /** Of the engine, such as `127.0.0.1:1234`. */
  readonly address: string;
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Configuration by full key, as the Pulumi CLI hands it over. */
  readonly config: Readonly<Record<string, string>>;
}

/** The answer, once the program has ended. */
export interface ProgramResult {
  /** Why it failed. */
  readonly error?: string;
}

/** Pulumi's server for programs that run in its own process; no public part of the package, which is pinned. */
const { LanguageServer } = automationServer as unknown as {
  readonly LanguageServer: new (
    program: () => Promise<object>,
  ) => {
    run(
      call: { readonly request: languageMessages.RunRequest },
      done: (error: Error | null | undefined) => void,
    ): Promise<void>;
  };
};

/** The stack's file is a program of its own each time; what it imports stays. */
let runs = 0;

async function run({ root, address, config, ...place }: ProgramRun): Promise<void> {
  const request = new languageMessages.RunRequest();
  request.setProject(place.project);
  request.setStack(place.stack);
  request.setOrganization(place.organization);
  request.setMonitorAddress(address);
  request.setArgsList([address]);
  request.setDryrun(true);
  request.setParallel(16);
  for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
  runs += 1;
  const file = `${root}/stacks/index.ts?run=${runs}`;
  const program = async () => ({ ...((await import(file)) as object) });
  await new Promise<void>((resolve, reject) => {
    new LanguageServer(program)
      .run({ request }, (error) => (error ? reject(error) : resolve()))
      .catch(reject);
  });
}

/* Runs previews for its parent, one after the other. To be started with scripts/plan/preload.js. */
process.on("message", (asked: ProgramRun) => {
  run(asked).then(
    () => process.send?.({} satisfies ProgramResult),
    (error: Error) => process.send?.({ error: error.message } satisfies ProgramResult),
  );
});
process.on("disconnect", () => process.exit());

import * as automationServer from "@pulumi/pulumi/automation/server.js";
import languageMessages from "@pulumi/pulumi/proto/language_pb.js";

/** What a program in this process is told of its stack. */
export interface InProcessRun {
  /** Of the engine, such as `127.0.0.1:1234`. */
  readonly address: string;
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Configuration by full key, as the Pulumi CLI hands it over. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Pulumi's server for programs that run in its own process; no public part of the package, which is pinned. */
const { LanguageServer } = automationServer as unknown as {
  readonly LanguageServer: new (
    program: () => Promise<unknown>,
  ) => {
    run(
      call: { readonly request: languageMessages.RunRequest },
      done: (error: Error | null | undefined) => void,
    ): Promise<void>;
  };
};

/** Previews a program in this process, which is to be started with scripts/plan/preload.js. @throws what it throws */
export async function runInProcess(program: () => Promise<unknown>, run: InProcessRun): Promise<void> {
  const request = new languageMessages.RunRequest();
  request.setProject(run.project);
  request.setStack(run.stack);
  request.setOrganization(run.organization);
  request.setMonitorAddress(run.address);
  request.setArgsList([run.address]);
  request.setDryrun(true);
  request.setParallel(16);
  for (const [key, value] of Object.entries(run.config ?? {})) request.getConfigMap().set(key, value);
  await new Promise<void>((resolve, reject) => {
    new LanguageServer(program)
      .run({ request }, (error) => (error ? reject(error) : resolve()))
      .catch(reject);
  });
}

import { AsyncLocalStorage } from "node:async_hooks";
import * as automationServer from "@pulumi/pulumi/automation/server.js";
import languageMessages from "@pulumi/pulumi/proto/language_pb.js";
import * as callbacks from "@pulumi/pulumi/runtime/callbacks.js";

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

interface CallbackServer {
  invoke(...call: unknown[]): unknown;
  registerTransform(transform: unknown): unknown;
}
const { prototype } = (callbacks as unknown as { CallbackServer: { readonly prototype: CallbackServer } })
  .CallbackServer;
const { invoke, registerTransform } = prototype;
const runs = new WeakMap<object, ReturnType<typeof AsyncLocalStorage.snapshot>>();
/*
 * The engine calls transforms over a connection of its own. The SDK keeps what it knows of a run, such as that it is a
 * preview, by asynchronous context, where programs share a process; without it, unknown values would be left out.
 */
prototype.registerTransform = function (transform) {
  runs.set(this, AsyncLocalStorage.snapshot());
  return registerTransform.call(this, transform);
};
prototype.invoke = function (...call) {
  const inRun = runs.get(this);
  return inRun === undefined ? invoke.apply(this, call) : inRun(() => invoke.apply(this, call));
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

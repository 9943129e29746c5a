import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";

const preloads = {
  run: new URL("preload.js", import.meta.url).href,
  "run-policy-pack": new URL("preload-policies.js", import.meta.url).href,
};

const endWithParent = new URL("end-with-parent.js", import.meta.url).href;

/** Children that run, so that none outlives this process: not after Ctrl-C, not after an error. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", endAll);
for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.once(signal, () => endBy(signal));

function endAll() {
  for (const child of running) child.kill("SIGKILL");
}

/** Ends as the signal would have ended this process, unless another handler takes it too. */
function endBy(signal: NodeJS.Signals) {
  if (process.listenerCount(signal) > 0) return;
  endAll();
  process.kill(process.pid, signal);
}

const loopback = "127.0.0.1,localhost";

export interface Launched {
  readonly process: ChildProcessWithoutNullStreams;
  /** Everything that it printed so far. */
  output(): string;
  /** Resolves with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts one of the official launchers of `@pulumi/pulumi`, as the Pulumi CLI does. */
export function launch(
  launcher: keyof typeof preloads,
  args: readonly string[],
  options: { readonly folder: string; readonly environment?: Readonly<Record<string, string>> },
): Launched {
  const child = spawn(
    process.execPath,
    [
      `--import=${endWithParent}`,
      `--import=${preloads[launcher]}`,
      // The program's own: two copies of the SDK in one process don't know each other's resources.
      createRequire(join(options.folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${launcher}/index.js`),
      ...args,
    ],
    {
      cwd: options.folder,
      // A trace around this command ends here: preload.js leaves telemetry out.
      // Its calls are to this machine, where no proxy is.
      env: { ...process.env, TRACEPARENT: undefined, no_grpc_proxy: loopback, ...options.environment },
    },
  );
  running.add(child);
  // The pack is needed only when the program has declared a resource: it leaves it the processor until then. It never
  // comes before this process, which only root may have it do.
  if (launcher === "run-policy-pack" && child.pid !== undefined)
    setPriority(child.pid, Math.max(getPriority(), 5));
  const printed: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { process: child, output: () => Buffer.concat(printed).toString("utf8"), ended };
}

/** The promise's value, or an error that says what took too long. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { GatewayProcess } from "./gateway-process.ts";
import { freePort } from "./loopback.ts";
import { mappedPaths, type Replacements, replaced, writePodFiles } from "./mapped.ts";
import type { PlannedPod } from "./planned-pod.ts";

export interface RollingGatewayArgs {
  /** Programs of the Python environment. */
  readonly bin: string;
  /** In which the pod's files are. */
  readonly folder: string;
  readonly onLine: (line: string) => void;
  /** Called before a process is started, and with its port once it is ready. */
  readonly onStart: (isFirst: boolean) => void;
  readonly onReady: (port: number) => void;
  /** Called when a process ends by itself, with its exit code or signal, and why another one didn't start. */
  readonly onEnd: (how: string) => void;
}

/** The gateway of this machine: one process, replaced as a rolling update replaces a pod, restarted as kubelet does. */
export class RollingGateway {
  private readonly args: RollingGatewayArgs;
  /** The newest last; those before finish their streams. */
  private readonly processes: GatewayProcess[] = [];
  private pod: PlannedPod | undefined;
  private stopping = false;

  constructor(args: RollingGatewayArgs) {
    this.args = args;
  }

  /** Nothing before the first is started. */
  get newest(): GatewayProcess | undefined {
    return this.processes.at(-1);
  }

  /**
   * Writes a pod's files, and replaces the process where the pod starts in another way.
   * @param addresses what replaces the cloud's addresses in its files
   * @param variables of this machine, over the pod's own
   * @throws Error when the new process doesn't become ready; the one before keeps running
   */
  async follow(pod: PlannedPod, addresses: Replacements, variables: Readonly<Record<string, string>>) {
    const replace = !isDeepStrictEqual(this.pod && startOf(this.pod), startOf(pod));
    writePodFiles(this.args.folder, pod.files, addresses);
    if (replace) await this.replace(pod, variables);
    this.pod = pod;
  }

  async stop() {
    this.stopping = true;
    await Promise.all(this.processes.map((gateway) => gateway.stop()));
  }

  /** The new one is ready first, the old one finishes its streams. */
  private async replace(pod: PlannedPod, variables: Readonly<Record<string, string>>) {
    const { bin, folder, onLine, onStart, onReady } = this.args;
    const before = this.newest;
    onStart(before === undefined);
    const places = mappedPaths(pod, folder);
    const port = await freePort();
    for (const [place, contents] of Object.entries(pod.files))
      for (const [name, content] of Object.entries(contents))
        if (name === "extension.py") writeFileSync(join(folder, place, name), replaced(content, places));
    const gateway = new GatewayProcess({
      program: join(bin, "litellm"),
      args: [
        ...pod.args.map((arg) => replaced(arg, { ...places, [`--port=${pod.port}`]: `--port=${port}` })),
        "--host=127.0.0.1",
      ],
      folder,
      port,
      variables: {
        ...Object.fromEntries(
          Object.entries(pod.variables).map(([name, value]) => [name, replaced(value, places)]),
        ),
        ...variables,
      },
    });
    gateway.onLine(onLine);
    this.processes.push(gateway);
    try {
      await gateway.ready(pod.probes.startup);
    } catch (error) {
      this.forget(gateway);
      throw error;
    }
    onReady(port);
    before?.terminate();
    void this.restarted(gateway, pod, variables);
  }

  /** Waits for the end of a process, and starts others where it wasn't replaced, ever later, until one stays. */
  private async restarted(
    gateway: GatewayProcess,
    pod: PlannedPod,
    variables: Readonly<Record<string, string>>,
  ) {
    const how = await gateway.ended();
    const replaced = gateway !== this.newest;
    this.forget(gateway);
    if (this.stopping || replaced) return;
    this.args.onEnd(String(how));
    for (let seconds = 1; !this.stopping && this.newest === undefined; seconds = Math.min(2 * seconds, 30)) {
      try {
        await this.replace(pod, variables);
      } catch (error) {
        if (this.stopping) return;
        this.args.onEnd((error as Error).message);
        await sleep(1000 * seconds);
      }
    }
  }

  private forget(gateway: GatewayProcess) {
    this.processes.splice(this.processes.indexOf(gateway), 1);
  }
}

/** What another pod is started for when it changes; its files are read again. */
function startOf({ args, variables, annotations }: PlannedPod) {
  return { args, variables, annotations };
}

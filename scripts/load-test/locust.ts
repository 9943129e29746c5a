import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../local/python-environment.ts";
import { withFile } from "../temporary-file.ts";
import type { Sender } from "./callers.ts";
import type { RampStage } from "./expected-peak.ts";
import type { StreamAnswer } from "./result.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The input of `streams.py`. */
interface Load {
  readonly route: string;
  readonly promptCharacters: number;
  readonly answerTokens: number;
  /** Without a byte for so long, a stream is given up. */
  readonly timeoutSeconds: number;
  readonly stages: readonly RampStage[];
  readonly tenants: readonly Sender[];
}

export interface LocustArgs {
  readonly load: Load;
  /** Such as `https://llm.example.com`. */
  readonly address: string;
  /** Where Locust writes its report with the plots. */
  readonly html: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
  readonly onAnswer: (answer: StreamAnswer) => void;
  readonly progress: (what: string) => void;
}

/** Sends a load with the pinned Locust. @throws NoPython, or Error with Locust's last lines */
export async function sendLoad({
  load,
  address,
  html,
  signal,
  onAnswer,
  progress,
}: LocustArgs): Promise<void> {
  const bin = await pythonEnvironment(progress, { label: "Locust", file: file("requirements.txt") });
  if (signal.aborted) return;
  // The keys are for this user alone, and on no command line.
  await withFile("load.json", JSON.stringify(load), async (path) => {
    const args = ["--locustfile", file("streams.py"), "--headless", "--users", "1", "--host", address];
    const quiet = ["--html", html, "--only-summary", "--exit-code-on-error", "0"];
    const child = spawn(join(bin, "locust"), [...args, ...quiet], {
      // Its own group: Ctrl-C on the terminal is for the command, which then lets it write its report.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, GANTRY_LOAD: path, PYTHONDONTWRITEBYTECODE: "1" },
    });
    // Locust writes its report on SIGINT alone.
    const end = () => child.kill("SIGINT");
    signal.addEventListener("abort", end, { once: true });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text) => {
        said = (said + text).slice(-4000);
      });
    createInterface({ input: child.stdio[3] as Readable }).on("line", (line) =>
      onAnswer(JSON.parse(line) as StreamAnswer),
    );
    const code = await new Promise<number | null>((ended, failed) =>
      child.once("error", failed).once("close", ended),
    );
    signal.removeEventListener("abort", end);
    if (code !== 0 && !signal.aborted) throw new Error(`locust ended with ${code}:\n${said}`);
  });
}

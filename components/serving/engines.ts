import type { Engine } from "./engine.ts";
import { ollama } from "./ollama.ts";
import type { Release } from "./release.ts";
import { tgi } from "./tgi.ts";
import { vllm } from "./vllm.ts";

/** The programs that a release may name. */
export const engines: Readonly<Record<Release["engine"]["kind"], Engine>> = { vllm, tgi, ollama };

/** Whether a replica needs the weights on its disk: only vLLM reads a bucket without. */
export function weightsOnDisk({ engine, model }: Release): boolean {
  return model.source === "hub" || engines[engine.kind].weights === "files";
}

/** How the engine's GPU memory is counted: TGI's accounting isn't published, and vLLM's takes no less. */
export function accountedAs({ engine }: Release): {
  readonly version: string;
  readonly kind?: Release["engine"]["kind"];
} {
  return engine.kind === "tgi" ? { version: "0.31.0" } : engine;
}

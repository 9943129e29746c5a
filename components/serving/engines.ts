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

/** The engine whose accounting of GPU memory holds: that of the others isn't published, and vLLM's takes no less. */
export function accountedAs({ engine }: Release): { readonly version: string } {
  return engine.kind === "vllm" ? engine : { version: "0.31.0" };
}

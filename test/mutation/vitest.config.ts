import type { Worker } from "node:worker_threads";
import { defineConfig } from "vitest/config";
import { ThreadsPoolWorker } from "vitest/node";

const name = "kept-thread";

/** A thread that outlives a run: most of what a mutant costs is loading Pulumi, which no mutant changes. */
class KeptThread extends ThreadsPoolWorker {
  override readonly name = name;
  private isStarted = false;

  override async start() {
    if (!this.isStarted) await super.start();
    this.isStarted = true;
  }

  override send(message: Parameters<ThreadsPoolWorker["send"]>[0]) {
    if ("type" in message && message.type === "stop")
      this.started.emit("message", { type: "stopped", __vitest_worker_response__: true });
    else super.send(message);
  }

  override async stop() {
    this.started.removeAllListeners("message");
  }

  /** Private in Vitest, which is pinned. */
  private get started() {
    return (this as unknown as { readonly thread: Worker }).thread;
  }
}

let kept: KeptThread | undefined;

/** Tests for `npm run mutation`: those that see a mutant in their own process, and look at the rules one by one. */
export default defineConfig({
  root: process.cwd(),
  plugins: [
    {
      name,
      configureVitest({ project }) {
        // Stryker asks for a pool by name, which would win over one in this configuration.
        project.config.pool = name;
        project.config.poolRunner = {
          name,
          createPoolWorker: (options) => (kept ??= new KeptThread(options)),
        };
      },
    },
  ],
  test: {
    include: ["test/policies/{framework,read,rules}/**/*.test.ts", "test/policies/laws.test.ts"],
    setupFiles: ["test/mutation/without-mutant.ts"],
    isolate: false,
    testTimeout: 60_000,
  },
});

import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Moto, startMoto } from "../support/moto.ts";
import { pythonWithAws } from "../support/python.ts";
import type { Serving } from "../support/stand-ins.ts";
import { taggingApi } from "./providers/aws/tagging-api.ts";
import { clusterEndpoint, missingPrograms, type RealStack, realStack } from "./real-stack.ts";

const python = pythonWithAws();
const reason = missingPrograms() ?? (python === undefined ? "moto can't be installed" : undefined);
if (reason !== undefined) console.warn(`skipped: destroy with the real CLI (${reason})`);

/** With the real CLI, stand-ins for the providers and their cloud, and moto for what the sweep asks services. */
describe.skipIf(reason !== undefined)("npm run destroy", () => {
  let endpoint: Awaited<ReturnType<typeof clusterEndpoint>>;
  let stack: RealStack;
  let tags: Serving;
  let moto: Moto;
  let services: NodeJS.ProcessEnv;

  beforeAll(async () => {
    [endpoint, moto] = await Promise.all([clusterEndpoint(), startMoto(python ?? "")]);
    stack = await realStack("dev", endpoint.address);
    tags = await taggingApi(stack.cloud);
    services = { AWS_ENDPOINT_URL: moto.url, AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: tags.address };
    await stack.pulumi(["config", "set", "gantry:protect", "true"]);
    const up = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.code, up.output.slice(-4000)).toBe(0);
  }, 600_000);
  afterAll(() => {
    endpoint?.close();
    tags?.close();
    moto?.stop();
    stack?.remove();
  });

  const deletions = () =>
    stack.cloud.operations().filter(({ kind, stage }) => kind === "delete" && stage === "begun").length;
  const destroy = (more: NodeJS.ProcessEnv = {}, confirm = "dev") =>
    stack.script(["destroy", "dev", "--confirm", confirm], { ...services, ...more });
  /** Started where a signal reaches it alone. */
  function started() {
    const child = spawn(process.execPath, ["scripts/destroy.ts", "dev", "--confirm", "dev"], {
      cwd: stack.folder,
      env: { ...stack.variables, ...services, GANTRY_CLOUD_MINUTE_MS: "200" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = Promise.all([text(child.stdout), text(child.stderr)]).then((both) => both.join(""));
    const code = new Promise<number | null>((ended) => child.on("close", ended));
    return { child, ended: async () => ({ code: await code, output: await said }) };
  }
  async function afterDeletions(count: number, child: ChildProcess) {
    const before = deletions();
    while (deletions() < before + count && child.exitCode === null) await sleep(50);
  }

  it("refuses while the file protects, then while the state does, and without the name", async () => {
    const byFile = await destroy();
    await stack.pulumi(["config", "set", "gantry:protect", "false"]);
    const byState = await destroy();
    const up = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.code, up.output.slice(-4000)).toBe(0);
    const unnamed = await destroy({}, "prod");
    expect([byFile.code, byState.code, unnamed.code]).toEqual([2, 2, 2]);
    expect(byFile.output).toContain("pulumi config set --stack dev gantry:protect false");
    expect(byState.output).toContain("are still protected, such as");
    expect(unnamed.output).toContain('"prod" isn\'t dev: nothing was deleted');
    expect(deletions()).toBe(0);
  });

  it("says of a killed CLI how to settle what was under way, and continues after it", async () => {
    const begun = stack.cloud
      .operations()
      .filter(({ kind, stage }) => kind !== "read" && stage === "begun").length;
    const killed = await destroy({ GANTRY_CLOUD_KILL: String(begun + 15) });
    expect([killed.code, killed.output]).toEqual([
      2,
      expect.stringMatching(/killed before its end: pulumi cancel --stack dev, then npm run recover -- dev/),
    ]);
    const again = await destroy();
    expect([again.code, again.output]).toEqual([2, expect.stringContaining("npm run recover -- dev")]);
    await stack.pulumi(["cancel", "--yes"]);
    const recovered = await stack.script(["recover", "dev", "--yes"], services);
    expect(recovered.code, recovered.output).toBe(0);
  });

  it("stops between two deletions at Ctrl-C", async () => {
    const { child, ended } = started();
    await afterDeletions(10, child);
    child.kill("SIGINT");
    const { code, output } = await ended();
    expect([code, output]).toEqual([130, expect.stringContaining("the same command continues")]);
    const { resources, pending } = await stack.state();
    expect(pending).toEqual([]);
    expect(resources.length).toBeGreaterThan(100);
  });

  it("lets the CLI go on when it is killed itself, waits for it, and leaves nothing", async () => {
    const { child, ended } = started();
    await afterDeletions(10, child);
    child.kill("SIGKILL");
    await ended();
    const at = deletions();
    const meanwhile = await destroy();
    expect([meanwhile.code, meanwhile.output]).toEqual([
      2,
      expect.stringMatching(/locked by another update|wait for its end/),
    ]);
    let last = meanwhile;
    while (last.code === 2) {
      await sleep(3000);
      last = await destroy();
    }
    expect(deletions()).toBeGreaterThan(at);
    expect([last.code, last.output]).toEqual([
      0,
      expect.stringContaining("dev: nothing is left in us-east-1"),
    ]);
    expect((await stack.state()).resources).toEqual([]);
    expect(stack.cloud.all().filter(({ deleted }) => !deleted)).toEqual([]);
  });
});

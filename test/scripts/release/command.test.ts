import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectCopy } from "../../../scripts/project-copy.ts";
import { fixtureValues } from "../../support/project.ts";
import { digest, madeHub } from "./made-hub.ts";
import { published } from "./published.ts";

describe("npm run release", () => {
  const [llama] = published;
  const image = `docker.io/vllm/vllm-openai@${digest}`;
  let server: Server;
  let project: string;
  let releases: string;

  beforeAll(async () => {
    const { fetch } = madeHub({
      repository: "team/model",
      config: llama?.config,
      weightsBytes: 16_060_000_000,
    });
    server = createServer((asked, answer) => {
      void fetch(`http://hub${asked.url}`).then(async (made) => {
        answer.writeHead(made.status, Object.fromEntries(made.headers)).end(await made.text());
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    project = projectCopy(fixtureValues);
    releases = join(project, "stacks/releases");
  });
  afterAll(() => {
    server.close();
    rmSync(project, { recursive: true });
  });

  function run(
    args: readonly string[],
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  ) {
    return new Promise<{ code: number; stdout: string; stderr: string }>((ended) => {
      const env = { ...process.env, HF_ENDPOINT: address };
      execFile(
        process.execPath,
        ["scripts/release.ts", ...args],
        { cwd: project, env },
        (error, stdout, stderr) => ended({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }
  const model = ["--model", "team/model", "--image", image];

  it("writes the file, says which pools it fits, and leaves it alone ever after", async () => {
    const { code, stdout } = await run(["ours-1", ...model, "--context", "8192"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("wrote stacks/releases/ours-1.yaml")]);
    expect(stdout).toMatch(/dev +a10g: 1 × \S.* fits +[\d,]+ ± \d+ %/);
    const text = readFileSync(join(releases, "ours-1.yaml"), "utf8");
    const again = await run(["ours-1", ...model]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("already exists")]);
    expect(readFileSync(join(releases, "ours-1.yaml"), "utf8")).toBe(text);
  });

  it("is written by one of two that run at once", async () => {
    const both = await Promise.all([run(["twice-1", ...model]), run(["twice-1", ...model])]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(readFileSync(join(releases, "twice-1.yaml"), "utf8")).toContain("repository: team/model");
  });

  it("writes nothing where the hub is away, the model is unknown, or it is only asked to print", async () => {
    const before = readdirSync(releases);
    const away = await run(["away-1", ...model], "http://127.0.0.1:1");
    expect([away.code, away.stderr]).toEqual([
      1,
      expect.stringMatching(/127\.0\.0\.1:1 doesn't answer: .*HF_ENDPOINT/),
    ]);
    const unknown = await run(["unknown-1", "--model", "team/modle", "--image", image]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("no repository team/modle")]);
    const printed = await run(["dry-1", ...model, "--dry-run"]);
    expect([printed.code, printed.stdout]).toEqual([0, expect.stringContaining("repository: team/model")]);
    expect(readdirSync(releases)).toEqual(before);
    expect(existsSync(join(releases, "dry-1.yaml"))).toBe(false);
  });

  it.each([
    [["../up", ...model], "isn't a release's name"],
    [["ours-2", "--model", "model"], "a repository on the hub"],
    [["ours-2", ...model, "--engine", "vlm@0.33.0"], 'did you mean "vllm"'],
    [["ours-2", ...model, "--engine", "vllm@latest"], "an exact version"],
    [["ours-2", ...model, "--engine", "vllm@0.1.0"], "its flags aren't known"],
    [["ours-2", ...model, "--engine", "ollama@0.34.0"], "reads GGUF files"],
    [["ours-2", ...model, "--context", "1e9"], "above the 131072 tokens"],
    [["ours-2", ...model, "--context", "many"], "a whole number above 0"],
    [["ours-2", ...model, "--utilization", "2"], "from 0.5 to 0.95"],
    [["ours-2", ...model, "--kv-cache", "fp7"], "fp7"],
    [["ours-2", "--model", "team/model", "--image", "vllm/vllm-openai:latest"], "pinned by digest"],
  ])("says what is wrong with %j", async (args, says) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(stderr).not.toContain("defect");
    expect(existsSync(join(releases, "ours-2.yaml"))).toBe(false);
  });
});

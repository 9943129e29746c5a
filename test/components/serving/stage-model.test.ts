import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../support/plan.ts";

const missing = ["jq", "curl", "bash"].filter((program) => spawnSync(program, ["--version"]).status !== 0);
if (missing.length > 0) console.warn(`skipped: ${missing.join(", ")} not on PATH (apt-get install jq curl)`);

const repository = "Qwen/Tiny";
const revision = "4da05a8edb55c6046cce958586c33b61da07bb79";
const weights = "weights".repeat(1000);
const sum = (content: string) => createHash("sha256").update(content).digest("hex");

/** What the hub holds, and what it says of it. */
let files: Record<string, string>;
let listed: Record<string, string>;
let commit: string;
let downloads: string[];
let hub: Server;
let folder: string;

describe.runIf(missing.length === 0)("staging a model", () => {
  beforeAll(async () => {
    hub = createServer((request, response) => {
      const [, path = ""] = (request.url ?? "").split(`/resolve/${revision}/`);
      if (path === "") {
        const siblings = Object.entries(files).map(([rfilename, content]) => ({
          rfilename,
          size: content.length,
          ...(listed[rfilename] !== undefined && { lfs: { sha256: listed[rfilename] } }),
        }));
        response.end(JSON.stringify({ sha: commit, siblings }));
      } else {
        downloads.push(path);
        response.end(files[path]);
      }
    });
    await new Promise<void>((listening) => hub.listen(0, "127.0.0.1", listening));
  });
  afterAll(() => hub.close());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-stage-"));
    mkdirSync(join(folder, "bin"));
    // An `aws s3` whose buckets are folders.
    writeFileSync(
      join(folder, "bin/aws"),
      `#!/bin/bash
place() { if [[ $1 == s3://* ]]; then echo "${folder}/\${1#s3://}"; else echo "$1"; fi; }
if [ "$2" = rm ]; then rm -f "$(place "$3")"; exit; fi
from=$(place "$3") to=$(place "$4")
mkdir -p "$(dirname "$to")"
if [ "$3" = - ]; then cat >"$to"; else cp "$from" "$to" 2>/dev/null; fi
`,
    );
    chmodSync(join(folder, "bin/aws"), 0o755);
    files = {
      "config.json": "{}",
      "model.safetensors": weights,
      "modeling_tiny.py": "code",
      "pytorch_model.bin": "pickle",
    };
    listed = { "model.safetensors": sum(weights) };
    commit = revision;
    downloads = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function stage(file?: string) {
    const script = spawn("bash", [join(root, "components/serving/stage-model.sh")], {
      env: {
        PATH: `${folder}/bin:${process.env.PATH}`,
        HUB: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
        REPOSITORY: repository,
        REVISION: revision,
        BUCKET: "models",
        ...(file !== undefined && { FILE: file }),
      },
    });
    const [stdout, stderr, status] = await Promise.all([
      text(script.stdout),
      text(script.stderr),
      new Promise((ended) => script.on("close", ended)),
    ]);
    return { stdout, stderr, status };
  }
  const staged = (file: string) => join(folder, "models", repository, revision, file);

  it("copies weights and configuration, leaves code out, and writes what it copied last", async () => {
    const { stderr, status } = await stage();
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(readFileSync(staged("model.safetensors"), "utf8")).toBe(weights);
    expect(["modeling_tiny.py", "pytorch_model.bin"].filter((file) => existsSync(staged(file)))).toEqual([]);
    expect(JSON.parse(readFileSync(staged("manifest.json"), "utf8"))).toEqual({
      repository,
      revision,
      files: [
        { path: "config.json", size: 2, sha256: sum("{}") },
        { path: "model.safetensors", size: weights.length, sha256: sum(weights) },
      ],
    });
  });

  it("does nothing a second time", async () => {
    await stage();
    downloads = [];
    const { stdout, status } = await stage();
    expect(stdout).toBe(`s3://models/${repository}/${revision} is complete: 2 files\n`);
    expect(status).toBe(0);
    expect(downloads).toEqual([]);
  });

  it("gives up after three tries on a file that isn't what the hub lists, and leaves no manifest", async () => {
    listed["model.safetensors"] = sum("other weights");
    const { stderr, status } = await stage();
    expect(stderr).toContain("model.safetensors: three tries did not give the file that the hub lists");
    expect(status).toBe(1);
    expect(downloads.filter((path) => path === "model.safetensors").length).toBe(3);
    expect(existsSync(staged("model.safetensors"))).toBe(false);
    expect(existsSync(staged("manifest.json"))).toBe(false);
  });

  it("refuses another commit than the release's", async () => {
    commit = "0".repeat(40);
    const { stderr, status } = await stage();
    expect(stderr).toContain(`the hub answers with another commit than ${revision}`);
    expect(status).toBe(1);
    expect(downloads).toEqual([]);
  });

  it("refuses a repository without weights in a safe format", async () => {
    files = { "config.json": "{}", "pytorch_model.bin": "pickle" };
    const { stderr, status } = await stage();
    expect(stderr).toContain(`${repository} at ${revision} has no .safetensors file`);
    expect(status).toBe(1);
  });

  it("takes one file of a repository in which each is a model", async () => {
    files = { "config.json": "{}", "tiny-q4.gguf": weights, "tiny-q8.gguf": "more" };
    listed = { "tiny-q4.gguf": sum(weights) };
    const { stderr, status } = await stage("tiny-q4.gguf");
    expect([stderr, status]).toEqual(["", 0]);
    expect(downloads).toEqual(["tiny-q4.gguf"]);
    expect(readFileSync(staged("tiny-q4.gguf.d/tiny-q4.gguf"), "utf8")).toBe(weights);
    expect(JSON.parse(readFileSync(staged("tiny-q4.gguf.d/manifest.json"), "utf8")).files).toEqual([
      { path: "tiny-q4.gguf", size: weights.length, sha256: sum(weights) },
    ]);
  });

  it("refuses a repository without the file", async () => {
    const { stderr, status } = await stage("tiny-q4.gguf");
    expect([stderr.trim(), status]).toEqual([`${repository} at ${revision} has no tiny-q4.gguf file`, 1]);
  });
});

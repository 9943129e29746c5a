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
/** Answers before the file: a status with headers, or a body that stalls. */
let trouble: Record<string, { status: number; headers?: Record<string, string> }[]>;
let tokens: (string | undefined)[];
let downloads: string[];
/** What the commit really holds, where the hub sends something else. */
let changedAfterwards: Record<string, string>;
let hub: Server;
let folder: string;

describe.runIf(missing.length === 0)("staging a model", () => {
  beforeAll(async () => {
    hub = createServer((request, response) => {
      const [, address = ""] = (request.url ?? "").split(`/resolve/${revision}/`);
      const path = decodeURIComponent(address);
      tokens.push(request.headers.authorization);
      const next = trouble[path]?.shift();
      if (next !== undefined) {
        response.writeHead(next.status, next.headers).end();
        return;
      }
      if (path === "") {
        const siblings = Object.entries(files).map(([rfilename, content]) => ({
          rfilename,
          size: content.length,
          blobId: createHash("sha1")
            .update(`blob ${content.length}\0${changedAfterwards[rfilename] ?? content}`)
            .digest("hex"),
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
    trouble = {};
    tokens = [];
    changedAfterwards = {};
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function stage(file?: string, more: Record<string, string> = {}) {
    const script = spawn("bash", [join(root, "components/serving/stage-model.sh")], {
      env: {
        PATH: `${folder}/bin:${process.env.PATH}`,
        HUB: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
        REPOSITORY: repository,
        REVISION: revision,
        BUCKET: "models",
        TRIES: "3",
        WAIT_SECONDS: "0",
        ...(file !== undefined && { FILE: file }),
        ...more,
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
    expect(stderr).toContain("model.safetensors: 3 tries did not give the file that the hub lists");
    expect(status).toBe(1);
    expect(downloads.filter((path) => path === "model.safetensors").length).toBe(3);
    expect(existsSync(staged("model.safetensors"))).toBe(false);
    expect(existsSync(staged("manifest.json"))).toBe(false);
  });

  it("compares a small file with its size and blob id, which no LFS hash covers", async () => {
    changedAfterwards["config.json"] = '{"max_position_embeddings":1}';
    const { stderr, status } = await stage();
    expect(stderr).toContain("config.json: 3 tries did not give the file that the hub lists");
    expect(stderr).toContain("which are not the blob");
    expect(status).toBe(1);
    expect(existsSync(staged("config.json"))).toBe(false);
    expect(existsSync(staged("manifest.json"))).toBe(false);
  });

  it("takes the weights that the index names, no copies of them and no sub-folders", async () => {
    files = {
      "config.json": "{}",
      "model.safetensors.index.json": JSON.stringify({
        weight_map: {
          a: "model-1-of-2.safetensors",
          b: "model-2-of-2.safetensors",
          c: "model-2-of-2.safetensors",
        },
      }),
      "model-1-of-2.safetensors": "one",
      "model-2-of-2.safetensors": "two",
      "model.safetensors": "merged",
      "consolidated.safetensors": "copy",
      "original/config.json": "{}",
      "variant/model.safetensors": "other",
    };
    listed = {
      "model-1-of-2.safetensors": sum("one"),
      "model-2-of-2.safetensors": sum("two"),
      "model.safetensors": sum("merged"),
    };
    expect(await stage()).toMatchObject({ stderr: "", status: 0 });
    const manifest = JSON.parse(readFileSync(staged("manifest.json"), "utf8"));
    expect(manifest.files.map(({ path }: { path: string }) => path)).toEqual([
      "config.json",
      "model.safetensors.index.json",
      "model-1-of-2.safetensors",
      "model-2-of-2.safetensors",
    ]);
  });

  it("refuses an index that names a file which isn't there", async () => {
    files["model.safetensors.index.json"] = '{"weight_map":{"a":"model-1-of-1.safetensors"}}';
    const { stderr, status } = await stage();
    expect([stderr.trim(), status]).toEqual([
      `${repository} at ${revision} has no model-1-of-1.safetensors`,
      1,
    ]);
  });

  it("copies a file whose name has spaces and signs", async () => {
    files["chat template 100%.jinja"] = "{{ messages }}";
    expect(await stage()).toMatchObject({ stderr: "", status: 0 });
    expect(readFileSync(staged("chat template 100%.jinja"), "utf8")).toBe("{{ messages }}");
  });

  it("resumes after the last complete file", async () => {
    trouble["model.safetensors"] = Array.from({ length: 3 }, () => ({ status: 500 }));
    expect((await stage()).status).toBe(1);
    downloads = [];
    const { stdout, status } = await stage();
    expect(status).toBe(0);
    expect(stdout).toContain("1/2 config.json is there\n");
    expect(downloads).toEqual(["model.safetensors"]);
    expect(existsSync(staged("manifest.part"))).toBe(false);
  });

  it("waits as long as a hub asks for that limits requests", async () => {
    const limited = [{ status: 429, headers: { "retry-after": "0" } }];
    trouble = { "": [...limited], "config.json": [...limited], "model.safetensors": [...limited] };
    expect(await stage(undefined, { WAIT_SECONDS: "3600" })).toMatchObject({ stderr: "", status: 0 });
  });

  it.each([
    [503, "the hub is not available and gave no list of the files", 3],
    [429, "the hub limits requests and gave no list of the files", 3],
    [401, "Qwen/Tiny is gated or private, or the token is not valid", 1],
    [403, "put a token that may read it with npm run put-secret", 1],
    [404, "the hub has no list of the files", 1],
  ])("says what an answer of %i means, and tries again only where that helps", async (code, words, asked) => {
    trouble[""] = Array.from({ length: 3 }, () => ({ status: code }));
    const { stderr, status } = await stage();
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(tokens.length).toBe(asked);
  });

  it("sends the token where there is one, and shows it nowhere", async () => {
    const file = join(folder, "token");
    writeFileSync(file, "hf_secret\n");
    const { stdout, stderr } = await stage(undefined, { TOKEN_FILE: file });
    expect(new Set(tokens)).toEqual(new Set(["Bearer hf_secret"]));
    expect(stdout + stderr).not.toContain("hf_secret");
    tokens = [];
    rmSync(join(folder, "models"), { recursive: true });
    await stage(undefined, { TOKEN_FILE: join(folder, "none") });
    expect(new Set(tokens)).toEqual(new Set([undefined]));
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
    expect(stderr).toContain(`${repository} at ${revision} has no model.safetensors`);
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
    expect([stderr.trim(), status]).toEqual([`${repository} at ${revision} has no tiny-q4.gguf`, 1]);
  });

  describe("of a release that lists its files", () => {
    const blob = (content: string) =>
      `git:${createHash("sha1").update(`blob ${content.length}\0${content}`).digest("hex")}`;
    const whole = () => ({ "config.json": blob("{}"), "model.safetensors": `sha256:${sum(weights)}` });
    const listing = (list: Record<string, string>) => stage(undefined, { FILES: JSON.stringify(list) });

    it("takes those and no others", async () => {
      files["tokenizer.json"] = "{}";
      expect(await listing(whole())).toMatchObject({ stderr: "", status: 0 });
      expect(downloads.sort()).toEqual(["config.json", "model.safetensors"]);
    });

    it.each([
      ["a missing one", { "vocab.json": blob("{}") }, "vocab.json is missing"],
      [
        "another large one",
        { "model.safetensors": `sha256:${sum("x")}` },
        `, the release says sha256:${sum("x")}`,
      ],
      [
        "another small one",
        { "config.json": blob("x") },
        `config.json is ${blob("{}")}, the release says ${blob("x")}`,
      ],
    ])("names %s before anything is downloaded", async (_, other, words) => {
      const { stderr, status } = await listing({ ...whole(), ...other });
      expect([status, downloads]).toEqual([1, []]);
      expect(stderr).toContain(`${repository} at ${revision}`);
      expect(stderr).toContain(words);
    });

    it("names weights that the list leaves out", async () => {
      const { stderr, status } = await listing({ "config.json": blob("{}") });
      expect([status, downloads]).toEqual([1, []]);
      expect(stderr).toContain("model.safetensors is not listed, and the weights need it");
    });

    it("compares a copy that is complete with the list, by what the bucket holds", async () => {
      await stage();
      downloads = [];
      expect(await listing(whole())).toMatchObject({ stderr: "", status: 0 });
      const { stderr, status } = await listing({ ...whole(), "config.json": blob("x") });
      expect([status, downloads]).toEqual([1, []]);
      expect(stderr).toContain("delete its manifest.json and run pulumi up --replace on this Job");
      expect(stderr).toContain(`config.json is ${blob("{}")}, the release says ${blob("x")}`);
      const fewer = await listing({ "model.safetensors": `sha256:${sum(weights)}` });
      expect([fewer.status, fewer.stderr]).toEqual([1, expect.stringContaining("config.json is not listed")]);
    });
  });
});

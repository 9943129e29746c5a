import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../support/plan.ts";

const missing = ["jq", "bash"].filter((program) => spawnSync(program, ["--version"]).status !== 0);
if (missing.length > 0) console.warn(`skipped: ${missing.join(", ")} not on PATH (apt-get install jq)`);

const prefix = "Qwen/Tiny/4da05a8edb55c6046cce958586c33b61da07bb79/";
const files = {
  "config.json": "{}",
  "chat template.jinja": "{{ messages }}",
  "model.safetensors": "weights",
};
let folder: string;

describe.runIf(missing.length === 0)("comparing the bucket with the manifest", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gantry-verify-"));
    mkdirSync(join(folder, "bin"));
    // An `aws` whose buckets are folders.
    writeFileSync(
      join(folder, "bin/aws"),
      `#!/usr/bin/env python3
import fnmatch, json, os, shutil, sys
args = sys.argv[1:]
root = "${folder}/"
place = lambda name: root + name[5:] if name.startswith("s3://") else name
if args[0] == "s3api":
    bucket, start = args[args.index("--bucket") + 1], args[args.index("--prefix") + 1]
    found = [os.path.join(at, name) for at, _, names in os.walk(root + bucket) for name in names]
    keys = [(path[len(root + bucket) + 1:], os.path.getsize(path)) for path in found]
    print(json.dumps({"Contents": [{"Key": key, "Size": size} for key, size in keys if key.startswith(start)]}))
elif "--recursive" in args:
    source, target = [arg for arg in args[2:] if not arg.startswith("-") and "*" not in arg]
    without = args[args.index("--exclude") + 1]
    for at, _, names in os.walk(place(source)):
        for name in names:
            to = os.path.join(target, os.path.relpath(os.path.join(at, name), place(source)))
            if not fnmatch.fnmatch(name, without):
                os.makedirs(os.path.dirname(to), exist_ok=True)
                shutil.copy(os.path.join(at, name), to)
else:
    source, target = [arg for arg in args[2:] if not arg.startswith("-")]
    shutil.copy(place(source), target)
`,
    );
    chmodSync(join(folder, "bin/aws"), 0o755);
    for (const [path, content] of Object.entries(files)) put(path, content);
    const listed = Object.entries(files).map(([path, content]) => ({
      path,
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    }));
    put("manifest.json", JSON.stringify({ files: listed }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(path: string, content: string) {
    const file = join(folder, "models", prefix, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  function verify() {
    const script = join(root, "components/serving/verify-weights.sh");
    const env = { PATH: `${folder}/bin:${process.env.PATH}`, BUCKET: "models", PREFIX: prefix };
    return spawnSync("bash", ["-euo", "pipefail", script], { env, encoding: "utf8" });
  }

  it("passes where everything is as it was staged", () => {
    expect(verify()).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  it("passes beside models of one file that were staged from the same commit", () => {
    put("tiny-q4.gguf.d/tiny-q4.gguf", "gguf");
    expect(verify().status).toBe(0);
  });

  it.each([
    ["a chat template of the same length", "chat template.jinja", "{{ messageS }}", "FAILED"],
    ["a configuration of another length", "config.json", "{ }", "is not what was staged"],
    ["weights of another length", "model.safetensors", "weight", "is not what was staged"],
    [
      "weights that nothing lists, which a loader would read",
      "extra.safetensors",
      "more",
      "extra.safetensors",
    ],
  ])("fails with %s", (_name, path, content, words) => {
    put(path, content);
    const { status, stdout, stderr } = verify();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain(words);
  });

  it("fails where a file is gone", () => {
    rmSync(join(folder, "models", prefix, "config.json"));
    expect(verify().stderr).toContain("is not what was staged");
  });
});

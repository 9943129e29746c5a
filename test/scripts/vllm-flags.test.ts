import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/plan.ts";

const folder = mkdtempSync(join(tmpdir(), "flags-"));
const script = join(root, "scripts/vllm-flags.py");
const wheel = (version: string) => join(folder, `vllm-${version}-cp38-abi3-manylinux_2_28_x86_64.whl`);

const engine = `
class EngineArgs:
    def add_cli_args(parser):
        group.add_argument("--model", **kwargs)
        group.add_argument("--max-model-len", "-len", **kwargs)
        group.add_argument("--revision")
        other("--not-a-flag")
`;
const server = `
class FrontendArgs(BaseFrontendArgs):
    host: str | None = None
    api_key: list[str] | None = None
    plain = 3

class Config:
    not_a_flag: int = 1
`;

const names = {
  "vllm/tool_parsers/__init__.py":
    '_TOOL_PARSERS_TO_REGISTER = {"hermes": ("file", "Class"), "a-b": ("c", "D")}\n',
  "vllm/reasoning/__init__.py": '_REASONING_PARSERS_TO_REGISTER = {"qwen3": ("file", "Class")}\n',
  "vllm/model_executor/layers/quantization/__init__.py": 'QuantizationMethods = Literal["awq", "fp8"]\n',
  "vllm/model_executor/model_loader/__init__.py": 'LoadFormats = Literal["auto"]\n',
  "vllm/config/cache.py": 'CacheDType = Literal["auto", "fp8"]\n',
};

/** A package with the given files. */
function pack(version: string, files: Readonly<Record<string, string>>) {
  const code =
    "import json,sys,zipfile\n" +
    "archive = zipfile.ZipFile(sys.argv[1], 'w')\n" +
    "[archive.writestr(name, text) for name, text in json.loads(sys.argv[2]).items()]\n" +
    "archive.close()";
  execFileSync("python3", ["-c", code, wheel(version), JSON.stringify(files)]);
}

function run(version: string, from = wheel(version)) {
  return spawnSync("python3", [script, version, "--wheel", from, "--out", folder], { encoding: "utf8" });
}

beforeAll(() => {
  const parsers = { "vllm/engine/arg_utils.py": engine, "vllm/entrypoints/common/cli_args.py": server };
  pack("1.2.3", { ...parsers, ...names });
  pack("1.2.4", { ...names, "vllm/engine/arg_utils.py": engine });
  pack("1.2.6", { ...parsers, ...names, "vllm/config/cache.py": "CacheDType = str\n" });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("npm run vllm-flags", () => {
  it("writes the parser's flags, the server's fields and the names that they take, sorted", () => {
    const { status, stdout } = run("1.2.3");
    const counts =
      "5 flags, 2 toolParsers, 1 reasoningParsers, 2 quantizations, 1 loadFormats, 2 kvCacheTypes";
    expect([status, stdout]).toEqual([0, `${join(folder, "1.2.3.json")}: ${counts}\n`]);
    expect(JSON.parse(readFileSync(join(folder, "1.2.3.json"), "utf8"))).toEqual({
      flags: ["--api-key", "--host", "--max-model-len", "--model", "--revision"],
      toolParsers: ["a-b", "hermes"],
      reasoningParsers: ["qwen3"],
      quantizations: ["awq", "fp8"],
      loadFormats: ["auto"],
      kvCacheTypes: ["auto", "fp8"],
    });
  });

  it("refuses a package with another layout", () => {
    const { status, stderr } = run("1.2.4");
    expect(status).toBe(1);
    expect(stderr).toContain("--api-key, --host not found in vllm/engine/arg_utils.py");
    expect(run("1.2.6").stderr).toContain("CacheDType in vllm/config/cache.py not found");
  });

  it.each([
    ["1.2", wheel("1.2.3"), "1.2 is not an exact version such as 0.31.0"],
    ["1.2.5", wheel("1.2.3"), "vllm-1.2.3-cp38-abi3-manylinux_2_28_x86_64.whl is not version 1.2.5"],
  ])("refuses version %s", (version, from, message) => {
    const { status, stderr } = run(version, from);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

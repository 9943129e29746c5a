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
  pack("1.2.3", { "vllm/engine/arg_utils.py": engine, "vllm/entrypoints/common/cli_args.py": server });
  pack("1.2.4", { "vllm/engine/arg_utils.py": engine });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("npm run vllm-flags", () => {
  it("writes the parser's flags and the server's fields, sorted", () => {
    const { status, stdout } = run("1.2.3");
    expect([status, stdout]).toEqual([0, `${join(folder, "1.2.3.txt")}: 5 flags\n`]);
    expect(readFileSync(join(folder, "1.2.3.txt"), "utf8")).toBe(
      "--api-key\n--host\n--max-model-len\n--model\n--revision\n",
    );
  });

  it("refuses a package with another layout", () => {
    const { status, stderr } = run("1.2.4");
    expect(status).toBe(1);
    expect(stderr).toContain("--api-key, --host not found in vllm/engine/arg_utils.py");
  });

  it.each([
    ["1.2", wheel("1.2.3"), "1.2 is no exact version, as 0.31.0"],
    ["1.2.5", wheel("1.2.3"), "vllm-1.2.3-cp38-abi3-manylinux_2_28_x86_64.whl is not version 1.2.5"],
  ])("refuses version %s", (version, from, message) => {
    const { status, stderr } = run(version, from);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

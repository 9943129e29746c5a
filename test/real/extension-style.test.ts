import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/plan.ts";
import { pythonWith } from "../support/python.ts";

const python = pythonWith("style", ["ruff==0.17.6", "mypy==2.4.1", "types-PyYAML==6.0.12.20261122"]);

describe.runIf(python !== undefined)("the gateway's extension", () => {
  it.each([
    ["ruff", "check", "--no-cache", "."],
    ["ruff", "format", "--no-cache", "--check", "."],
    ["mypy", "--cache-dir=/dev/null", "."],
  ])("passes %s %s", (...args) => {
    const { status, stdout, stderr } = spawnSync(python ?? "", ["-m", ...args], {
      cwd: join(root, "components/gateway/extension"),
      encoding: "utf8",
    });
    expect([status, status === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  });
});

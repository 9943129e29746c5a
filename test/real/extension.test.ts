import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { root } from "../support/plan.ts";

const bin = await pythonEnvironment().catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: the gateway can't be installed: ${reason.message}`);
  return undefined;
});

describe.runIf(bin !== undefined)("the gateway's extension", () => {
  it("passes its own tests", () => {
    const folder = join(root, "test/components/gateway/extension");
    const { status, stdout, stderr } = spawnSync(join(bin ?? "", "pytest"), ["-q", "--tb=short", folder], {
      encoding: "utf8",
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    expect([status, status === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  });
});

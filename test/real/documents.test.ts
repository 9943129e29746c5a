import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NoPython, pythonEnvironment } from "../../scripts/local/python-environment.ts";
import { commandsIn, documents } from "../support/commands.ts";
import { root } from "../support/plan.ts";
import { pulumiOptions } from "../support/pulumi-options.ts";

const bin = await pythonEnvironment(console.warn).catch((reason) => {
  if (!(reason instanceof NoPython)) throw reason;
  console.warn(`skipped: botocore can't be installed: ${reason.message}`);
  return undefined;
});
const hasPulumi = spawnSync("pulumi", ["version"]).status === 0;
if (!hasPulumi) console.warn("skipped: pulumi isn't on PATH");

describe.runIf(bin !== undefined)("aws in documents", () => {
  const judged = (commands: readonly (readonly string[])[]) => {
    const { stdout, stderr } = spawnSync(
      join(bin ?? "", "python"),
      [join(root, "test/real/aws-commands.py")],
      { input: JSON.stringify(commands), encoding: "utf8" },
    );
    return stderr + stdout;
  };

  it("has operations and options that AWS's service models have, and all that are required", () => {
    const shown = documents(root).flatMap((file) => commandsIn(root, file));
    const commands = shown.map(({ words }) => words).filter(([program]) => program === "aws");
    expect(commands.length).toBeGreaterThan(10);
    expect(judged(commands)).toBe("");
  });

  it.each([
    ["aws eks describe-clusters --name a", "eks has no describe-clusters"],
    ["aws nothing list", "Unknown service: 'nothing'"],
    ["aws eks describe-cluster --cluster-name a", "no option --cluster-name"],
    ["aws eks describe-cluster", "--name is missing"],
    ["aws elasticache describe-events --duration day", "day is not a number"],
    ["aws elasticache describe-events --source-type host", "host is not one of"],
  ])("finds what is wrong with: %s", (command, problem) => {
    expect(judged([command.split(" ")])).toContain(problem);
  });
});

describe.runIf(hasPulumi)("pulumi in documents", () => {
  it.each(Object.entries(pulumiOptions))("has the options of pulumi %s", (command, options) => {
    const { stdout, status } = spawnSync("pulumi", [...command.split(" "), "--help"], { encoding: "utf8" });
    expect(status).toBe(0);
    const known = new Set(stdout.match(/(?<=^ +(?:-\w, )?)--?[a-z][a-z-]*/gm));
    expect(options.filter((option) => !known.has(option))).toEqual([]);
  });
});

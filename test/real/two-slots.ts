import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Release, releaseId } from "../../components/serving/release.ts";
import type { RealStack } from "./real-stack.ts";

/** What these tests change of a stack's file. */
export interface StackFile {
  config: {
    "gantry:protect": boolean | string;
    "gantry:pools": { a10g: { maxGpus: number } };
    "gantry:models": { chat: { green?: object } };
  };
}

/** A stack's file. */
export function stackFile({ folder, environment }: RealStack): string {
  return join(folder, `Pulumi.${environment}.yaml`);
}

/** Gives chat a blue and a green slot, both evaluated, as a team has it that releases. */
export function withTwoSlots(stack: RealStack) {
  const { folder } = stack;
  const file = stackFile(stack);
  const content = parse(readFileSync(file, "utf8")) as StackFile;
  const { chat } = content.config["gantry:models"];
  if (chat.green === undefined) {
    chat.green = { release: "qwen3-8b-awq-2", pool: "a10g", replicas: { min: 1, max: 1 } };
    // One for the slot, and one more while it is rolled.
    content.config["gantry:pools"].a10g.maxGpus += 2;
  }
  writeFileSync(file, stringify(content));
  for (const name of ["qwen3-8b-awq-1", "qwen3-8b-awq-2"]) {
    const path = join(folder, "stacks/releases", `${name}.yaml`);
    const release = parse(readFileSync(path, "utf8")) as Release;
    const evaluation = {
      suite: "assistant",
      cases: 120,
      score: 0.94,
      releaseId: `sha256:${releaseId(release)}`,
      date: "2026-11-20",
    };
    writeFileSync(path, stringify({ ...release, evaluation }));
  }
}

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { root } from "../../support/plan.ts";

const programs = { sh: "bash", ts: process.execPath, python: "python3" } as const;
export const languages = Object.keys(programs) as (keyof typeof programs)[];

/** What the example of the docs in a language prints. @throws with its errors */
export async function runExample(
  language: keyof typeof programs,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const text = readFileSync(join(root, "docs/gateway.md"), "utf8");
  const code = text.split(`\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (code === undefined) throw new Error(`no example in ${language}`);
  const folder = mkdtempSync(join(tmpdir(), "gantry-example-"));
  try {
    const file = join(folder, `example.${language === "ts" ? "mts" : language}`);
    writeFileSync(file, code);
    // By the real clock, as the gateway: tests have one of their own.
    const env = { ...process.env, NODE_OPTIONS: "", ...environment };
    const child = spawn(programs[language], [file], { env });
    const [stdout, stderr, status] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      new Promise<number | null>((ended) => child.once("close", ended)),
    ]);
    if (status !== 0) throw new Error(stderr);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

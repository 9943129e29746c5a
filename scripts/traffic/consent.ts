import { createInterface } from "node:readline/promises";

/** Asks on a terminal; elsewhere only `--yes` agrees. @param yes whether the person agreed beforehand */
export function consent(yes: boolean): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) {
      console.error(`${question} yes (--yes)`);
      return true;
    }
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
      terminal.close();
    }
  };
}

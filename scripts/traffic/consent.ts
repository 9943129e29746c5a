import { askOnTerminal } from "../question.ts";

/** Asks on a terminal; elsewhere only `--yes` agrees. @param yes whether the person agreed beforehand */
export function consent(yes: boolean): (question: string) => Promise<boolean> {
  return async (question) => {
    if (yes) {
      console.error(`${question} yes (--yes)`);
      return true;
    }
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    return /^y(es)?$/i.test(await askOnTerminal(`${question} [y/N] `, process.stderr));
  };
}

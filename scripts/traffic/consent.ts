import { askOnTerminal } from "../question.ts";

/** Prompts on a terminal; elsewhere requires `--yes`. @param yes whether `--yes` was given */
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

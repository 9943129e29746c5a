import { createInterface } from "node:readline/promises";

/** The trimmed answer to a question on the terminal. @param output where the question is shown */
export async function askOnTerminal(question: string, output: NodeJS.WriteStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

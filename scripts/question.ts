import { createInterface } from "node:readline/promises";

/** What a person types after a question on the terminal, without the spaces around it. @param output where it is asked */
export async function askOnTerminal(question: string, output: NodeJS.WriteStream): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

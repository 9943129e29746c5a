/** Ends the process with what a command returns, or with 1 and the words of what it throws, which are for users. */
export async function exitWith(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

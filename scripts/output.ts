import { writeSync } from "node:fs";

/**
 * Writes a text and a line's end to standard output, all of it or not without saying so: `console.log` takes a full
 * disk and a pipe that is closed for success.
 */
export function print(text: string): void {
  let left = Buffer.from(`${text}\n`);
  while (left.length > 0) left = left.subarray(written(left));
}

function written(bytes: Uint8Array): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    // A pipe whose reader is slower than this: there is nothing else to do meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}

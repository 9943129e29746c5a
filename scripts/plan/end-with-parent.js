/*
 * Loaded into a program that another one has started with a pipe as its standard input: when that one ends, killed or
 * not, so does this one. JavaScript, because it comes before types are stripped.
 */
process.stdin.once("close", () => process.exit(1)).resume();
// Don't keep the process alive if it finishes first.
/** @type {import("node:net").Socket} */ (/** @type {unknown} */ (process.stdin)).unref();

// biome-ignore lint/style/noRestrictedImports: it makes the pack start sooner and decides nothing
import "../scripts/fast-start.js";
import { createRequire, flushCompileCache } from "node:module";

/*
 * The CLI starts a pack before the program and waits for it, so what a start compiles is kept; and written at once,
 * because the CLI kills a pack that it no longer needs. Imported by a statement of its own, since static imports are
 * loaded before any of them runs.
 */
createRequire(import.meta.url)("./index.ts");
setImmediate(flushCompileCache);

import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { enableCompileCache, registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/*
 * `node --import ./scripts/fast-start.js` keeps what Node 22 makes anew on every start: compiled code, which it keeps
 * when configured to, and modules without their types, which it doesn't. Nor does it search the disk for a module that is
 * named by its file. JavaScript, because it comes before any of that.
 */
const cache = fileURLToPath(new URL("../node_modules/.cache/gantry/", import.meta.url));
const types = `${cache}types/`;
const keeps = canKeep();
if (keeps) enableCompileCache(`${cache}code`);

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith(".") || !specifier.endsWith(".ts")) return next(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
    const typed = readFileSync(fileURLToPath(url), "utf8");
    // By content, so that an edit makes a new file.
    const kept = `${types}${hash("sha1", process.version + typed)}.js`;
    return { format: "module", source: readIfThere(kept) ?? strip(typed, kept), shortCircuit: true };
  },
});

/**
 * @param {string} typed
 * @param {string} kept where the result is put, whole or not at all
 */
function strip(typed, kept) {
  const { emitWarning } = process;
  // That stripping by hand is experimental, as Node says each time, is of no interest to users.
  process.emitWarning = () => undefined;
  const source = stripTypeScriptTypes(typed);
  process.emitWarning = emitWarning;
  if (keeps) keep(source, kept);
  return source;
}

/**
 * @param {string} source
 * @param {string} kept
 */
function keep(source, kept) {
  const whole = `${kept}.${process.pid}`;
  try {
    writeFileSync(whole, source);
    renameSync(whole, kept);
  } catch {
    // A full disk: the next start strips again.
    rmSync(whole, { force: true });
  }
}

/** Not on a disk that is read-only or full, where each start is a first one. */
function canKeep() {
  try {
    mkdirSync(types, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}

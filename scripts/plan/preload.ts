import { createRequire } from "node:module";

/**
 * Loaded into Pulumi's launcher before the program. It leaves out what nobody reads in a plan and what took half of
 * its time: two thousand debug messages, each a call that waits for the one before; source maps for every stack
 * trace, though Node strips types in place and positions are true as they are; and the compiler behind functions that
 * are deployed as code, until one is. The program notices nothing of it.
 */
const require = createRequire(import.meta.url);
const pulumi = (file: string) => require.resolve(`@pulumi/pulumi/${file}`);

provide(createRequire(pulumi("index.js")).resolve("source-map-support/register"), {});
loadLater(pulumi("runtime/closure/codePaths.js"), ["computeCodePaths"]);
loadLater(pulumi("runtime/closure/serializeClosure.js"), ["serializeFunction", "serializeFunctionAsync"]);
loadLater(pulumi("runtime/closure/v8Hooks.js"), ["getSessionAsync", "getScriptUrl"], {
  isInitializedAsync: () => Promise.resolve(),
});
require(pulumi("resource.js")).Resource.callsites = () => [];
require(pulumi("log/index.js")).debug = () => Promise.resolve();
require(pulumi("resource.js")).Resource.callsites = () => [];
withoutStackTraces(require(pulumi("runtime/debuggable.js")), "debuggablePromise");

/** Puts what a module exports in its place, without loading it. */
function provide(file: string, exports: object) {
  require.cache[file] = { id: file, filename: file, loaded: true, exports } as NodeJS.Module;
}

/** Loads a module when one of its functions is first called. @param meanwhile what it answers without being loaded */
function loadLater(file: string, functions: readonly string[], meanwhile: object = {}) {
  const load = (name: string) => {
    delete require.cache[file];
    return require(file)[name];
  };
  const later = functions.map((name) => [name, (...args: unknown[]) => load(name)(...args)]);
  provide(file, { ...Object.fromEntries(later), ...meanwhile });
}

/** Lets a function of a module make errors that aren't thrown without a trace, which costs more than the rest of it. */
function withoutStackTraces(module: Record<string, (...args: unknown[]) => unknown>, name: string) {
  const original = module[name];
  if (original === undefined)
    throw new Error(`Pulumi's runtime has no ${name}: it isn't the version of the lock file`);
  module[name] = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

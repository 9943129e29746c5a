import "../fast-start.js";
import { createRequire } from "node:module";

/*
 * Loaded into Pulumi's launchers before the program or the policy pack. It removes work that a plan doesn't need and that
 * took two thirds of its time: two thousand debug messages, each a call that waits for the previous one; traces for
 * telemetry; source maps for every stack trace, though Node strips types in place, so that positions stay correct; the
 * call sites of resources and promises; and, until first use, the Automation API, the server for providers, and the
 * compiler and debugger for functions that are deployed as code. The program's behavior doesn't change. Functions that
 * Pulumi doesn't have can't be replaced; test/scripts/plan/preload.test.ts compares whole modules with Pulumi's own.
 * JavaScript, because it runs before types are stripped.
 */
const require = createRequire(import.meta.url);
/** @param {string} file */
export const pulumi = (file) => require.resolve(`@pulumi/pulumi/${file}`);

const ofPulumi = createRequire(pulumi("index.js"));
/** A stub for telemetry: every property and every call returns it again. */
const silent = new Proxy(() => silent, { get: () => silent });
provide(ofPulumi.resolve("source-map-support/register"), {});
provide(ofPulumi.resolve("@opentelemetry/api"), silent);
provide(pulumi("cmd/run/tracing.js"), silent);
provide(pulumi("automation/index.js"), lazyModule(pulumi("automation/index.js")));
provide(pulumi("provider/index.js"), lazyModule(pulumi("provider/index.js")));
lazyFunctions(pulumi("runtime/closure/codePaths.js"), ["computeCodePaths"]);
lazyFunctions(pulumi("runtime/closure/serializeClosure.js"), ["serializeFunction", "serializeFunctionAsync"]);
lazyFunctions(pulumi("runtime/closure/v8Hooks.js"), ["getSessionAsync", "getScriptUrl"], {
  isInitializedAsync: () => Promise.resolve(),
});
replace(require(pulumi("log/index.js")), "debug", () => () => Promise.resolve());
replace(require(pulumi("resource.js")).Resource, "callsites", () => () => []);
replace(require(pulumi("runtime/debuggable.js")), "debuggablePromise", withoutStackTraces);

/**
 * Provides the exports of a module without loading it.
 * @param {string} file
 * @param {object} exports
 */
export function provide(file, exports) {
  require.cache[file] = /** @type {NodeJS.Module} */ ({ id: file, filename: file, loaded: true, exports });
}

/**
 * The exports of a module, loaded on first use.
 * @param {string} file
 */
function lazyModule(file) {
  return new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === "__esModule") return true;
        delete require.cache[file];
        return Reflect.get(require(file), name);
      },
    },
  );
}

/**
 * Loads a module when one of its functions is first called.
 * @param {string} file
 * @param {readonly string[]} functions
 * @param {object} meanwhile functions that don't need the module
 */
function lazyFunctions(file, functions, meanwhile = {}) {
  const later = functions.map((name) => [
    name,
    (/** @type {unknown[]} */ ...args) => {
      delete require.cache[file];
      return require(file)[name](...args);
    },
  ]);
  provide(file, { ...Object.fromEntries(later), ...meanwhile });
}

/**
 * Replaces a function of a module or a class. @throws Error if there is none: it isn't the lock file's version
 * @param {Record<string, (...args: unknown[]) => unknown>} owner
 * @param {string} name
 * @param {(original: (...args: unknown[]) => unknown) => (...args: unknown[]) => unknown} replacement
 */
function replace(owner, name, replacement) {
  const original = owner[name];
  if (original === undefined) {
    throw new Error(`Pulumi's runtime has no ${name}: it isn't the version of the lock file`);
  }
  owner[name] = replacement(original);
}

/**
 * Lets a function create errors that aren't thrown without a stack trace, which costs more than the rest of it.
 * @param {(...args: unknown[]) => unknown} original
 */
function withoutStackTraces(original) {
  return (/** @type {unknown[]} */ ...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

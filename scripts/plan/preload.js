import "../fast-start.js";
import { createRequire } from "node:module";

/*
 * Loaded into Pulumi's launchers before the program or the policy pack. It leaves out what isn't read in a plan and
 * what took two thirds of its time: two thousand debug messages, each a call that waits for the one before; traces for
 * telemetry; source maps for every stack trace, though Node strips types in place and positions are true as they are;
 * where each resource and each promise was made; and, until they are used, the Automation API, the server for providers
 * and the compiler and debugger behind functions that are deployed as code. The program notices nothing of it.
 * JavaScript, because it comes before types are stripped.
 */
const require = createRequire(import.meta.url);
/** @param {string} file */
export const pulumi = (file) => require.resolve(`@pulumi/pulumi/${file}`);

const ofPulumi = createRequire(pulumi("index.js"));
/** Whatever telemetry has, and every call of it, is this again. */
const silent = new Proxy(() => silent, { get: () => silent });
provide(ofPulumi.resolve("source-map-support/register"), {});
provide(ofPulumi.resolve("@opentelemetry/api"), silent);
provide(pulumi("cmd/run/tracing.js"), silent);
provide(pulumi("automation/index.js"), whenUsed(pulumi("automation/index.js")));
provide(pulumi("provider/index.js"), whenUsed(pulumi("provider/index.js")));
loadLater(pulumi("runtime/closure/codePaths.js"), ["computeCodePaths"]);
loadLater(pulumi("runtime/closure/serializeClosure.js"), ["serializeFunction", "serializeFunctionAsync"]);
loadLater(pulumi("runtime/closure/v8Hooks.js"), ["getSessionAsync", "getScriptUrl"], {
  isInitializedAsync: () => Promise.resolve(),
});
require(pulumi("log/index.js")).debug = () => Promise.resolve();
require(pulumi("resource.js")).Resource.callsites = () => [];
withoutStackTraces(require(pulumi("runtime/debuggable.js")), "debuggablePromise");

/**
 * Puts what a module exports in its place, without loading it.
 * @param {string} file
 * @param {object} exports
 */
export function provide(file, exports) {
  require.cache[file] = /** @type {NodeJS.Module} */ ({ id: file, filename: file, loaded: true, exports });
}

/**
 * What a module exports, loaded on first use.
 * @param {string} file
 */
function whenUsed(file) {
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
 * @param {object} meanwhile what it answers without being loaded
 */
function loadLater(file, functions, meanwhile = {}) {
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
 * Lets a function of a module make errors that aren't thrown without a trace, which costs more than the rest of it.
 * @param {Record<string, (...args: unknown[]) => unknown>} module
 * @param {string} name
 */
function withoutStackTraces(module, name) {
  const original = module[name];
  if (original === undefined) {
    throw new Error(`Pulumi's runtime has no ${name}: it isn't the version of the lock file`);
  }
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

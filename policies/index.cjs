const { enableCompileCache, flushCompileCache, Module } = require("node:module");
const { join } = require("node:path");

/*
 * Pulumi's launcher requires this file and waits for what it exports. CommonJS, so that two things that take a fifth of
 * the start are left out before the pack is loaded: compiling the same files again each time, and npm's dependency
 * resolver, which the SDK loads for functions that are deployed as code.
 */
enableCompileCache(join(__dirname, "../node_modules/.cache/gantry/pack"));
const codePaths = require.resolve("@pulumi/pulumi/runtime/closure/codePaths.js");
require.cache[codePaths] ??= Object.assign(new Module(codePaths), { loaded: true });
// The pack is ended by a signal, before which nothing would be kept.
module.exports = import("./index.ts").then(() => flushCompileCache());

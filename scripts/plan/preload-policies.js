import { provide, pulumi } from "./preload.js";

/*
 * Loaded into the policy pack's launcher. It skips a compiler, since Node strips the pack's types.
 */
const typescript = pulumi("vendor/typescript@3.8.3/typescript.js");
const tsNode = pulumi("vendor/ts-node@7.0.1/index.js");
provide(typescript, { version: "3.8.3" });
provide(tsNode, { register: () => undefined });
provide(pulumi("tsutils.js"), {
  typeScriptRequireStrings: () => ({ typescriptRequire: typescript, tsnodeRequire: tsNode }),
  loadTypeScriptCompilerOptions: () => ({}),
});

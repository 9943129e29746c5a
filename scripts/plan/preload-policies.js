import { createRequire } from "node:module";
import { provide, pulumi } from "./preload.js";

/*
 * Loaded into the policy pack's launcher. It leaves out what costs half of a policyReport: a compiler that is loaded though
 * the pack's types are stripped by Node, and the decoding of every resource again for every rule. All rules are shown one
 * decoded form; none of them changes it, since it comes in a proxy and policies/framework/value.ts only reads. Neither is a
 * public part of the packages, whose versions the lock file names.
 */
const require = createRequire(import.meta.url);

const typescript = pulumi("vendor/typescript@3.8.3/typescript.js");
const tsNode = pulumi("vendor/ts-node@7.0.1/index.js");
provide(typescript, { version: "3.8.3" });
provide(tsNode, { register: () => undefined });
provide(pulumi("tsutils.js"), {
  typeScriptRequireStrings: () => ({ typescriptRequire: typescript, tsnodeRequire: tsNode }),
  loadTypeScriptCompilerOptions: () => ({}),
});

once(require("@pulumi/policy/deserialize.js"), "deserializeProperties");
once(require("@pulumi/policy/proxy.js"), "unknownCheckingProxy");

/**
 * Lets a function of a module give the same answer for the same object. Further arguments count as part of the module:
 * only remediation, which this pack has none of, gives others.
 * @param {Record<string, (of: object, ...more: unknown[]) => object>} module
 * @param {string} name
 */
function once(module, name) {
  const original = module[name];
  if (original === undefined) {
    throw new Error(`Pulumi's policy package has no ${name}: it isn't the version of the lock file`);
  }
  /** @type {WeakMap<object, object>} */
  const known = new WeakMap();
  module[name] = (of, ...more) => {
    const answer = known.get(of) ?? original(of, ...more);
    known.set(of, answer);
    return answer;
  };
}

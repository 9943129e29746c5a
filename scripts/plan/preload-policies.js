import { createRequire } from "node:module";

/*
 * Loaded into the policy pack's launcher. Pulumi's server decodes every resource again for every rule; here all rules
 * are shown one decoded form, which halves the time of a judgement. None of them changes it: it comes in a proxy, and
 * policies/lib/value.ts only reads. Both are no public part of the package, whose version the lock file names.
 */
const require = createRequire(import.meta.url);
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

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** An internal function of a package, and the first 16 hex digits of its file's SHA-256. */
export interface Decoder {
  readonly file: string;
  readonly name: string;
  readonly digest: string;
}

/** Of @pulumi/policy 1.21.0. */
export const decoders: readonly Decoder[] = [
  { file: "@pulumi/policy/deserialize.js", name: "deserializeProperties", digest: "ec5892b72e40c243" },
  { file: "@pulumi/policy/proxy.js", name: "unknownCheckingProxy", digest: "acb6af8c92ddd4cb" },
];

/**
 * Lets Pulumi's server decode each resource once: it does so again for every rule, which is most of a pack's time. Rules
 * only read what is decoded, through a proxy. A file that isn't the lock file's version is left as it is.
 * @returns what is left as it is, in words
 */
export function decodeOnce(functions: readonly Decoder[] = decoders): readonly string[] {
  return functions.flatMap(({ file, name, digest }) => {
    const content = readFileSync(require.resolve(file));
    if (createHash("sha256").update(content).digest("hex").slice(0, 16) !== digest)
      return [`${file} isn't the lock file's version, so the policies take longer`];
    once(require(file), name);
    return [];
  });
}

/** Further arguments don't count: only remediation, which this pack has none of, gives others. */
function once(module: Record<string, (of: object, ...more: unknown[]) => object>, name: string) {
  const original = module[name];
  if (original === undefined) throw new TypeError(`no function ${name} in the file of the known digest`);
  const known = new WeakMap<object, object>();
  module[name] = (of, ...more) => {
    const answer = known.get(of) ?? original(of, ...more);
    known.set(of, answer);
    return answer;
  };
}

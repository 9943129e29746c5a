import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("vllm-versions/", import.meta.url));

/** Flags and names of one version of `vllm serve`, as `npm run vllm-flags` reads them from the published package. */
interface Vocabulary {
  /** Long flags, with their dashes. */
  readonly flags: readonly string[];
  readonly toolParsers: readonly string[];
  readonly reasoningParsers: readonly string[];
  readonly quantizations: readonly string[];
  readonly loadFormats: readonly string[];
  readonly kvCacheTypes: readonly string[];
}

/** Lists of which an engine takes one name. */
export type NameKind = Exclude<keyof Vocabulary, "flags">;

/** Versions of vLLM whose vocabulary is known: `npm run vllm-flags -- <version>` adds one. */
export function knownVersions(): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
}

/**
 * The long flags of `vllm serve` in one of the known versions, with their dashes. The components' only list; the policy
 * pack has its own, policies/data/vllm-flags.ts.
 */
export function knownFlags(version: string): ReadonlySet<string> {
  return new Set(vocabulary(version).flags);
}

/** The names that one of the known versions takes. */
export function knownNames(version: string, kind: NameKind): readonly string[] {
  return vocabulary(version)[kind];
}

/** A version's file never changes, so it is read once. */
const read = new Map<string, Vocabulary>();

function vocabulary(version: string): Vocabulary {
  const known = read.get(version) ?? JSON.parse(readFileSync(`${folder}${version}.json`, "utf8"));
  read.set(version, known);
  return known;
}

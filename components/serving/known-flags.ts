import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("vllm-flags/", import.meta.url));

/** Versions of vLLM whose flags are known: read from their packages by `npm run vllm-flags -- <version>`. */
export function knownVersions(): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/\.txt$/, ""));
}

/** The long flags of `vllm serve` in one of the known versions, with their dashes. */
export function knownFlags(version: string): ReadonlySet<string> {
  const known = flagsByVersion.get(version) ?? new Set(read(version));
  flagsByVersion.set(version, known);
  return known;
}

/** A version's list never changes, so it is read once. */
const flagsByVersion = new Map<string, ReadonlySet<string>>();

function read(version: string): readonly string[] {
  return readFileSync(`${folder}${version}.txt`, "utf8").split("\n").filter(Boolean);
}

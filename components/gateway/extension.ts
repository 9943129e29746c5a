import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("extension/", import.meta.url);
/** The package inside the folder, and where the module looks for it in the pod. */
const packageName = "gantry_gateway";
/** Folder of the extension in the pod. */
export const extensionMount = `/opt/gantry/${packageName}`;

/** Gantry's code inside the gateway: the module that LiteLLM's configuration names, and the package that it imports, by file. */
export interface Extension {
  readonly module: Readonly<Record<string, string>>;
  readonly package: Readonly<Record<string, string>>;
}

export function readExtension(): Extension {
  return { module: pythonFiles(folder), package: pythonFiles(new URL(`${packageName}/`, folder)) };
}

function pythonFiles(from: URL): Record<string, string> {
  const files = readdirSync(from).filter((file) => file.endsWith(".py"));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(new URL(file, from), "utf8")]));
}

/** Of what a running gateway doesn't read again: another one replaces its pods. */
export function checksum(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

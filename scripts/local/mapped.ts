import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { extensionMount } from "../../components/gateway/extension.ts";
import type { PlannedPod } from "./planned-pod.ts";

/** Replacements by the string that they replace: addresses of the cloud by those on this machine. */
export type Replacements = Readonly<Record<string, string>>;

/** Applies all replacements in one pass: the longest first, since one may be a prefix of another. */
export function replaced(text: string, replacements: Replacements): string {
  const longestFirst = Object.keys(replacements).sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text;
  const literally = longestFirst.map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.replaceAll(new RegExp(literally.join("|"), "g"), (found) => replacements[found] ?? found);
}

/** Puts a file in place of the one before, so that no reader sees half of it, as kubelet does. */
export function writeWhole(folder: string, name: string, content: string) {
  const fresh = join(folder, `.${name}`);
  writeFileSync(fresh, content);
  renameSync(fresh, join(folder, name));
}

/** Writes what a pod reads below a folder, each file whole. */
export function writePodFiles(folder: string, files: PlannedPod["files"], replacements: Replacements) {
  for (const [mountPath, contents] of Object.entries(files))
    for (const [name, content] of Object.entries(contents)) {
      const mounted = join(folder, mountPath);
      mkdirSync(mounted, { recursive: true });
      writeWhole(mounted, name, replaced(content, replacements));
    }
}

/** Places of a pod by their folders on a machine without root. */
export function mappedPaths({ files, writable }: PlannedPod, folder: string): Replacements {
  const places = [...Object.keys(files), ...writable, dirname(extensionMount)];
  return Object.fromEntries(places.map((place) => [place, join(folder, place)]));
}

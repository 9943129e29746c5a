import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { extensionMount } from "../../components/gateway/extension.ts";
import type { PlannedPod } from "./planned-pod.ts";

/** Texts by what takes their place: addresses of the cloud by those on this machine. */
export type Replacements = Readonly<Record<string, string>>;

/** A text with each of the others in place, in one pass: the longest first, since one may begin another. */
export function replaced(text: string, replacements: Replacements): string {
  const longestFirst = Object.keys(replacements).sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text;
  const literally = longestFirst.map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.replaceAll(new RegExp(literally.join("|"), "g"), (found) => replacements[found] ?? found);
}

/** Writes what a pod reads below a folder, each file whole as kubelet does it. */
export function writePodFiles(folder: string, files: PlannedPod["files"], replacements: Replacements) {
  for (const [mountPath, contents] of Object.entries(files))
    for (const [name, content] of Object.entries(contents)) {
      const path = join(folder, mountPath, name);
      mkdirSync(dirname(path), { recursive: true });
      const fresh = join(dirname(path), `.${name}`);
      writeFileSync(fresh, replaced(content, replacements));
      renameSync(fresh, path);
    }
}

/** Places of a pod by their folders on a machine where nobody is root. */
export function mappedPaths({ files, writable }: PlannedPod, folder: string): Replacements {
  const places = [...Object.keys(files), ...writable, dirname(extensionMount)];
  return Object.fromEntries(places.map((place) => [place, join(folder, place)]));
}

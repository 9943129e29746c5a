import { at, elements, type Unknown, unknown, type Value } from "../../framework/value.ts";
import { type Container, containersOf, type PodSpec } from "../kubernetes/containers.ts";
import { environment } from "../kubernetes/environment.ts";

/** The origin of the files below a container's path. */
export type FolderOrigin =
  | { readonly from: "image" }
  | { readonly from: "bucket"; readonly uri: string }
  | { readonly from: "elsewhere"; readonly why: string };

/** The origin of a path that a container reads, by the volume that is mounted there. */
export function folderOrigin(path: string, container: Container, pod: PodSpec): FolderOrigin {
  const folder = folderAt(path);
  const mounts = mountsOf(container);
  if (folder === undefined) return elsewhere("the path is not absolute and normalized");
  if (mounts === unknown) return elsewhere("the container's mounts can't be read");
  if (mounts.some((mount) => mount.folder !== folder && isBelow(mount.folder, folder)))
    return elsewhere("another volume is mounted inside");
  const [mount] = mounts
    .filter((one) => isBelow(folder, one.folder))
    .sort((one, other) => other.folder.length - one.folder.length);
  if (mount === undefined) return elsewhere("the path is not on a volume");

  const volumes = elements(at(pod.spec, "volumes"));
  const named = volumes === unknown ? [] : volumes.filter((volume) => at(volume, "name") === mount.volume);
  const [volume] = named;
  if (volumes === unknown || volumes.includes(unknown) || named.length !== 1)
    return elsewhere("its volume isn't known");
  const image = at(volume, "image");
  if (image !== undefined) return fromImage(at(image, "reference"));
  if (at(volume, "emptyDir") === undefined)
    return elsewhere("its volume is neither of an image nor the pod's own");
  return copied(mount, pod);
}

function fromImage(reference: Value): FolderOrigin {
  return typeof reference === "string" && /^[^@\s]+@sha256:[0-9a-f]{64}$/.test(reference)
    ? { from: "image" }
    : elsewhere("its volume's image has no digest");
}

/** A volume of the pod's own holds what its one writer, an init container, copied from a bucket and checked. */
function copied(mount: Mount, pod: PodSpec): FolderOrigin {
  if (!mount.readOnly) return elsewhere("the engine can write to its volume");
  const [writer, ...others] = containersOf(pod).flatMap((container) => writing(container, mount.volume));
  const copy = writer === undefined || others.length > 0 ? undefined : copyOf(writer.container, pod);
  return copy !== undefined && copy.folder === writer?.folder && copy.folder === mount.folder
    ? { from: "bucket", uri: copy.uri }
    : elsewhere(
        "its volume is not filled by one init container that copies from a bucket and checks every file",
      );
}

interface Writer {
  readonly container: Container;
  /** Where it can write; absent where that isn't known. */
  readonly folder?: string;
}

function writing(container: Container, volume: string): readonly Writer[] {
  const mounts = mountsOf(container);
  if (mounts === unknown) return [{ container }];
  return mounts
    .filter((mount) => mount.volume === volume && !mount.readOnly)
    .map(({ folder }) => ({ container, folder }));
}

/** The source and destination that an init container copies; undefined if it may do anything else. */
function copyOf(container: Container, pod: PodSpec): Copy | undefined {
  const { path, fields } = container;
  const variables = environment(container);
  const words = elements(at(fields, "command"));
  if (!path.startsWith(`${pod.prefix}initContainers.`) || variables === unknown || words === unknown)
    return undefined;
  // Other variables could send the copy to another endpoint.
  if ([...variables.keys()].some((name) => name !== "AWS_REGION" && name !== "HOME")) return undefined;
  if (["args", "envFrom", "restartPolicy"].some((field) => at(fields, field) !== undefined)) return undefined;
  const expected = ["bash", "-euo", "pipefail", "-c"];
  const script = words.at(-1);
  return words.length === expected.length + 1 &&
    expected.every((word, index) => words[index] === word) &&
    typeof script === "string"
    ? copyIn(script)
    : undefined;
}

interface Copy {
  readonly uri: string;
  readonly folder: string;
}

const check = `jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check --quiet`;

/** The copy of a script that is this one word for word: with any other the files could come from anywhere. */
function copyIn(script: string): Copy | undefined {
  const [first = "", second, third, ...rest] = script.split("\n");
  const copy = /^aws s3 cp --recursive --only-show-errors (s3:\/\/[\w./+-]+)\/ (\/[\w./+-]+)\/$/.exec(first);
  const [, uri, folder] = copy ?? [];
  if (uri === undefined || folder === undefined || second !== `cd ${folder}` || third !== check)
    return undefined;
  // For Ollama a file names the model among the others.
  const [model = "", ...more] = rest;
  const file = /^echo 'FROM (\/[\w./+-]+)\/[\w.+-]+' >(\/[\w./+-]+)\/Modelfile$/.exec(model);
  const plain = rest.length === 0 || (more.length === 0 && file?.[1] === folder && file[2] === folder);
  return plain ? { uri, folder } : undefined;
}

interface Mount {
  readonly volume: string;
  readonly folder: string;
  readonly readOnly: boolean;
}

function mountsOf({ fields }: Container): readonly Mount[] | Unknown {
  const list = elements(at(fields, "volumeMounts"));
  if (list === unknown) return unknown;
  const mounts = list.map((mount): Mount | Unknown => {
    const volume = at(mount, "name");
    const folder = folderAt(at(mount, "mountPath"));
    const whole = at(mount, "subPath") === undefined && at(mount, "subPathExpr") === undefined;
    if (typeof volume !== "string" || folder === undefined || !whole) return unknown;
    return { volume, folder, readOnly: at(mount, "readOnly") === true };
  });
  return mounts.includes(unknown) ? unknown : mounts.filter((mount) => mount !== unknown);
}

/** A path from the root without an end; undefined for one with steps up, empty steps or odd characters. */
function folderAt(path: Value): string | undefined {
  if (typeof path !== "string" || !/^(?:\/[\w.+-]+)+\/?$/.test(path)) return undefined;
  return /\/\.+(?:\/|$)/.test(path) ? undefined : path.replace(/\/$/, "");
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function elsewhere(why: string): FolderOrigin {
  return { from: "elsewhere", why };
}

import { at, elements, orUnknown, type Unknown, unknown, type Value } from "../../framework/value.ts";

/** The origin of a mounted file: a key of a ConfigMap or a Secret in the container's namespace. */
export interface MountedFile {
  readonly carrier: "ConfigMap" | "Secret";
  readonly name: string;
  readonly key: string;
}

/**
 * The file that a container reads at a path, or why it isn't known, as the end of a sentence about the path.
 * @param spec of the pod
 * @param container its fields
 */
export function mountedFile(spec: Value, container: Value, path: string): MountedFile | string {
  if (!/^(?:\/[\w.-]+)+$/.test(path) || path.split("/").some((part) => /^\.+$/.test(part)))
    return "is not a plain absolute path";
  const mounts = orUnknown(elements(at(container, "volumeMounts"))).map((mount): Mount | Unknown => {
    const place = at(mount, "mountPath");
    return typeof place === "string" ? { mount, place: place.replace(/(?<=.)\/$/, "") } : unknown;
  });
  const known = mounts.filter((mount) => mount !== unknown);
  if (known.length < mounts.length) return "can't be found, because a mount is not known at preview";
  // Of nested mounts the innermost shows.
  const above = known
    .filter(({ place }) => path === place || path.startsWith(`${place}/`))
    .sort((one, other) => other.place.length - one.place.length);
  const [found, next] = above;
  if (found === undefined) return "is not mounted";
  if (next?.place === found.place) return "is mounted twice";
  const file = fileIn(found.mount, found.place, path);
  if (file === undefined) return "is too deep in its mount, or under a path that isn't known at preview";
  const name = at(found.mount, "name");
  const volumes = orUnknown(elements(at(spec, "volumes"))).filter((volume) => at(volume, "name") === name);
  const [volume] = volumes;
  if (typeof name !== "string" || volume === undefined || volumes.length > 1)
    return "is mounted from a volume that isn't known";
  return keyOf(volume, file);
}

interface Mount {
  readonly mount: Value;
  /** Its path, without a slash at the end. */
  readonly place: string;
}

/** The name of a file inside its volume: that of the mount's own part, or what follows the mount's path. */
function fileIn(mount: Value, place: string, path: string): string | undefined {
  if (at(mount, "subPathExpr") !== undefined) return undefined;
  const rest = path.slice(place.length + 1);
  const part = at(mount, "subPath") ?? "";
  if (typeof part !== "string" || (part !== "" && rest !== "")) return undefined;
  const file = part + rest;
  return file === "" || file.includes("/") ? undefined : file;
}

/** A ConfigMap or a Secret inside a volume. */
export interface MountedSource {
  readonly carrier: MountedFile["carrier"];
  readonly name: Value;
  /** The items that it mounts; undefined for all keys. */
  readonly items: readonly Value[] | Unknown;
}

/** The ConfigMaps and Secrets that a volume shows to pods. */
export function sourcesOf(volume: Value): readonly MountedSource[] {
  const one = (
    from: Value,
    kind: string,
    carrier: MountedSource["carrier"],
    nameKey: string,
  ): readonly MountedSource[] => {
    const fields = at(from, kind);
    return fields === undefined
      ? []
      : [{ carrier, name: at(fields, nameKey), items: elements(at(fields, "items")) }];
  };
  return [
    ...one(volume, "configMap", "ConfigMap", "name"),
    ...one(volume, "secret", "Secret", "secretName"),
    ...orUnknown(elements(at(volume, "projected", "sources"))).flatMap((inner) => [
      ...one(inner, "configMap", "ConfigMap", "name"),
      ...one(inner, "secret", "Secret", "name"),
    ]),
  ];
}

function keyOf(volume: Value, file: string): MountedFile | string {
  const sources = sourcesOf(volume);
  if (sources.length === 0) return "is not mounted from a ConfigMap or a Secret";
  // What brings all that it holds may bring this file, too.
  if (sources.length > 1 && sources.some(({ items }) => items === unknown || items.length === 0))
    return "is mounted from a volume with several sources, of which one lists no items";
  const found = sources.flatMap(({ carrier, name, items }) =>
    keysAt(items, file).map((key) => ({ carrier, name, key })),
  );
  const [first] = found;
  if (first === undefined || found.length > 1) return "is not listed exactly once in the items of its volume";
  const { carrier, name, key } = first;
  return typeof name === "string" && typeof key === "string"
    ? { carrier, name, key }
    : `is mounted from a ${carrier} that is not known at preview`;
}

/** The keys at a file's path: its own name where no items are listed. */
function keysAt(items: readonly Value[] | Unknown, file: string): readonly Value[] {
  if (items === unknown) return [unknown];
  if (items.length === 0) return [file];
  return items.filter((item) => at(item, "path") === file).map((item) => at(item, "key"));
}

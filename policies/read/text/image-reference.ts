/** The parts of a container image's name. */
export interface ImageReference {
  /** Registry with its port; `docker.io` where none is written. */
  readonly host: string;
  readonly repository: readonly string[];
  readonly tag?: string;
  /** Such as `sha256:…`, of whatever length is written. */
  readonly digest?: string;
}

const publicHost = "docker.io";
const component = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;

/**
 * Splits an image's name as container runtimes do; undefined for an invalid name.
 * [github.com/distribution/reference]
 */
export function imageReference(text: unknown): ImageReference | undefined {
  if (typeof text !== "string") return undefined;
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0 || (digest !== undefined && !/^[a-z0-9]+:[0-9a-f]+$/.test(digest))) return undefined;

  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;

  const parts = (tagged ? named.slice(0, colon) : named).split("/");
  const [first = ""] = parts;
  const written = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const host = written ? first.replace(/^index\.docker\.io$/, publicHost) : publicHost;
  const path = written ? parts.slice(1) : parts;
  const repository = host === publicHost && path.length === 1 ? ["library", ...path] : path;
  if (
    !/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?$/.test(host) ||
    !repository.every((part) => component.test(part))
  )
    return undefined;
  return {
    host,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

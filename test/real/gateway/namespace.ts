import { spawnSync } from "node:child_process";

/** Root and mounts of one's own, by user namespaces; some machines forbid them. */
const unshare = ["--user", "--map-root-user", "--mount"];

/** Why this machine can't give a process a root of its own, or nothing. */
export function whyNoNamespace(): string | undefined {
  const { status, stderr } = spawnSync("unshare", [...unshare, "true"], { encoding: "utf8" });
  return status === 0 ? undefined : stderr || "unshare isn't on PATH";
}

/**
 * A command line that runs a program as a container has it: folders of `from` at their places, everything read-only but
 * what is `writable`, no capability.
 * @param folders by their place; each of them is below /etc, /opt or /tmp
 */
export function inContainer(args: {
  readonly folders: Readonly<Record<string, string>>;
  readonly writable: readonly string[];
  readonly scratch: string;
  readonly command: readonly string[];
}): string[] {
  const { folders, writable, scratch, command } = args;
  const quoted = (text: string) => `'${text}'`;
  const script = [
    "set -e",
    "mount --make-rprivate /",
    // Places of mounts don't exist on this machine, and its /etc and /opt aren't ours.
    `mkdir -p ${quoted(`${scratch}/etc`)} ${quoted(`${scratch}/opt`)}`,
    `cp -r /etc/. ${quoted(`${scratch}/etc`)} 2>/dev/null || true`,
    ...Object.keys(folders)
      .filter((place) => !place.startsWith("/tmp"))
      .map((place) => `mkdir -p ${quoted(`${scratch}${place}`)}`),
    ...["/etc", "/opt"].map((place) => `mount --bind ${quoted(`${scratch}${place}`)} ${place}`),
    ...Object.entries(folders).map(([place, from]) => `mount --bind ${quoted(from)} ${quoted(place)}`),
    ...["/", "/etc", "/opt", ...Object.keys(folders).filter((place) => !writable.includes(place))].map(
      (place) => `mount -o remount,bind,ro ${quoted(place)}`,
    ),
    'exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"',
  ];
  return ["unshare", ...unshare, "bash", "-c", script.join("\n"), "container", ...command];
}

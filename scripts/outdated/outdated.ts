import type { Fetch } from "../web.ts";
import { advisories, compareVersions, newest } from "./newest.ts";
import type { Pin } from "./pins.ts";

/** What is known of a pin after its source was read. */
export interface PinReport extends Pick<Pin, "subject" | "version" | "files"> {
  /** `command`: only the account's owner can read the source. `unknown`: it couldn't be read. */
  readonly state: "current" | "newer" | "command" | "unknown";
  /** The newest version, the command that lists them, or why the source couldn't be read. */
  readonly detail: string;
  /** Ids of open advisories of the pinned version. */
  readonly advisories: readonly string[];
}

/** Reads the sources of all pins at the same time, each source once. */
export async function outdated(pins: readonly Pin[], fetch: Fetch): Promise<PinReport[]> {
  const read = new Map<string, Promise<string>>();
  return Promise.all(pins.map((pin) => compare(pin, read, fetch)));
}

async function compare(pin: Pin, read: Map<string, Promise<string>>, fetch: Fetch): Promise<PinReport> {
  const { subject, version, files, source } = pin;
  const found = { subject, version, files, advisories: [] as readonly string[] };
  if ("command" in source) return { ...found, state: "command", detail: source.command };
  try {
    const key = JSON.stringify(source);
    const reading = read.get(key) ?? newest(source, fetch);
    read.set(key, reading);
    const [latest, open] = await Promise.all([
      reading,
      pin.advisories === undefined ? [] : advisories(pin.advisories, version, fetch),
    ]);
    const state = compareVersions(version, latest) < 0 ? "newer" : "current";
    return { ...found, state, detail: latest, advisories: open };
  } catch (error) {
    return { ...found, state: "unknown", detail: (error as Error).message };
  }
}

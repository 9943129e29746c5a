import type { Wire } from "../plan/wire.ts";
import { changedPaths } from "./changed-paths.ts";

/** A setting of the stack's file that has another value; absent where it has none. */
export interface SettingChange {
  /** Without the project's name: `tenants.web.requestsPerMinute`. */
  readonly path: string;
  readonly before?: Wire;
  readonly after?: Wire;
}

type Settings = Readonly<Record<string, unknown>>;

/** What differs between two stack files, in the order of their paths. */
export function settingChanges(before: Settings, after: Settings): SettingChange[] {
  const [was, is] = [before, after].map((all) =>
    Object.fromEntries(Object.entries(all).map(([key, value]) => [key.replace(/^gantry:/, ""), value])),
  ) as [Wire, Wire];
  return changedPaths(was, is)
    .map((path) => {
      const [old, young] = [at(was, path), at(is, path)];
      return {
        path,
        ...(old !== undefined && { before: old }),
        ...(young !== undefined && { after: young }),
      };
    })
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Whether a setting is about who may request what, how often and for how much. An AWS budget doesn't refuse requests: it only notifies. */
export function isLimit({ path }: SettingChange): boolean {
  return /^(tenants|routes|hosted|gateway\.records\.redact|cache\.whenLost|edge\.(requestsPerAddress|allowedOrigins))\b/.test(
    path,
  );
}

function at(value: Wire, path: string): Wire | undefined {
  const keys = path.split(/\.|\[(\d+)\]/).filter((key) => key !== undefined && key !== "");
  return keys.reduce<Wire | undefined>(
    (inner, key) => (inner as { readonly [name: string]: Wire } | undefined | null)?.[key],
    value,
  );
}

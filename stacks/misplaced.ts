import { withoutCredentials } from "../components/shared/credentials.ts";
import type { Problem } from "../components/shared/problems.ts";

const notShown = "[not shown]";

/**
 * Values that must not be in the configuration, at any path: credentials, and `__proto__`, which JavaScript would drop
 * silently.
 * @param config by full key, as `aws:region` @param settings those of this project, by their names
 */
export function misplacedProblems(
  config: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): Problem[] {
  const others = Object.entries(config).filter(([key]) => !key.startsWith("gantry:"));
  return [...Object.entries(settings), ...others].flatMap(([key, value]) => within(key, value, new Set()));
}

function within(path: string, value: unknown, seen: Set<unknown>): Problem[] {
  if (typeof value === "string")
    return withoutCredentials(value) === value
      ? []
      : [
          {
            path,
            value: notShown,
            message:
              "looks like a credential; revoke it, take it out, and put its successor with `npm run put-secret`",
          },
        ];
  // A YAML anchor can refer to a value that contains itself.
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  // What the Pulumi CLI has encrypted is where it belongs.
  if ("secure" in value && Object.keys(value).length === 1) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === "__proto__"
      ? [{ path: `${path}.${key}`, value: undefined, message: "not a name that may be used; choose another" }]
      : []),
    ...within(`${path}.${key}`, inner, seen),
  ]);
}

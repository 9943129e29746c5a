import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, parse, parseDocument, type YAMLMap } from "yaml";

/**
 * The text of a stack's file with one setting replaced or added; comments, order and every other byte stay.
 * @param path from the root, such as `["config", "gantry:tenants", "web", "keys"]`; all but the last have to be there
 * @param value a number, or a list of numbers
 * @throws Error where the file can't be edited without touching something else
 */
export function withSetting(
  text: string,
  path: readonly string[],
  value: number | readonly number[],
): string {
  const key = path.at(-1) ?? "";
  const map = parseDocument(text).getIn(path.slice(0, -1), true);
  const changed = isMap(map)
    ? edited(text, map, key, `${JSON.stringify(value).replaceAll(",", ", ")}`)
    : text;
  const [before, after] = [parse(text), parse(changed)];
  if (!isDeepStrictEqual(set(before, path, value), after))
    throw new Error(
      `${path.slice(1).join(".")} can't be edited without touching something else: set it to ${JSON.stringify(value)} by hand`,
    );
  return changed;
}

function edited(text: string, map: YAMLMap, key: string, value: string): string {
  const node = map.get(key, true);
  if (isNode(node) && node.range) return text.slice(0, node.range[0]) + value + text.slice(node.range[1]);
  const last = map.items.at(-1);
  const node0 = isNode(last?.key) ? last.key.range : undefined;
  const end = isNode(last?.value) ? last.value.range?.[1] : undefined;
  if (!node0 || end === undefined) return text;
  if (map.flow) return `${text.slice(0, end)}, ${key}: ${value}${text.slice(end)}`;
  const indent = text.slice(text.lastIndexOf("\n", node0[0]) + 1, node0[0]);
  const line = text.indexOf("\n", end - 1);
  const at = line === -1 ? text.length : line;
  return `${text.slice(0, at)}\n${indent}${key}: ${value}${text.slice(at)}`;
}

/** The document with the value in it. */
function set(document: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  const map = (document ?? {}) as Record<string, unknown>;
  return { ...map, [key]: rest.length === 0 ? value : set(map[key], rest, value) };
}

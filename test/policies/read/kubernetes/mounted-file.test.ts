import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { mountedFile } from "../../../../policies/read/kubernetes/mounted-file.ts";

const path = "/etc/app/config.yaml";
const found = (mounts: Value, volumes: Value, at = path) =>
  mountedFile({ volumes }, { volumeMounts: mounts }, at);
const mount = { name: "v", mountPath: "/etc/app" };
const volume = (fields: Readonly<Record<string, Value>>) => [{ name: "v", ...fields }];
const map = volume({ configMap: { name: "app" } });
const file = { carrier: "ConfigMap", name: "app", key: "config.yaml" };

describe("a mounted file", () => {
  it.each<[string, Value, Value, object]>([
    ["in a ConfigMap", [mount], map, file],
    ["under a path with a slash at its end", [{ ...mount, mountPath: "/etc/app/" }], map, file],
    ["in a Secret", [mount], volume({ secret: { secretName: "app" } }), { ...file, carrier: "Secret" }],
    [
      "as a single file",
      [{ name: "v", mountPath: path, subPath: "a.yaml" }],
      map,
      { ...file, key: "a.yaml" },
    ],
    [
      "under another key",
      [mount],
      volume({ configMap: { name: "app", items: [{ key: "a", path: "config.yaml" }] } }),
      { ...file, key: "a" },
    ],
    [
      "under the inner of two mounts",
      [{ name: "w", mountPath: "/etc" }, mount],
      [...map, { name: "w", emptyDir: {} }],
      file,
    ],
    [
      "in a projected volume of one source",
      [mount],
      volume({ projected: { sources: [{ configMap: { name: "app" } }] } }),
      file,
    ],
    [
      "in a projected volume that lists items",
      [mount],
      volume({
        projected: {
          sources: [
            { secret: { name: "x", items: [{ key: "b", path: "b" }] } },
            { configMap: { name: "app", items: [{ key: "config.yaml", path: "config.yaml" }] } },
          ],
        },
      }),
      file,
    ],
  ])("is found %s", (_, mounts, volumes, expected) => {
    expect(found(mounts, volumes)).toEqual(expected);
  });

  it.each<[string, Value, Value]>([
    ["nothing is mounted", undefined, map],
    ["mounts are not known", unknown, map],
    ["a mount's path is not known", [{ name: "v", mountPath: unknown }], map],
    ["two mounts share a path", [mount, { ...mount, mountPath: "/etc/app/" }], map],
    ["it lies deeper", [{ name: "v", mountPath: "/etc" }], map],
    ["its part is an expression", [{ ...mount, subPathExpr: "$(A)" }], map],
    ["its part is a folder", [{ ...mount, subPath: "a" }], map],
    ["the volume is missing", [mount], []],
    ["the volume stands twice", [mount], [...map, ...map]],
    ["volumes are not known", [mount], unknown],
    ["the volume is neither of both", [mount], volume({ emptyDir: {} })],
    ["the name is not known", [mount], volume({ configMap: { name: unknown } })],
    [
      "it is not among the items",
      [mount],
      volume({ configMap: { name: "app", items: [{ key: "a", path: "b" }] } }),
    ],
    ["items are not known", [mount], volume({ configMap: { name: "app", items: unknown } })],
    [
      "sources may hide each other",
      [mount],
      volume({ projected: { sources: [{ configMap: { name: "app" } }, { configMap: { name: "b" } }] } }),
    ],
    ["sources are not known", [mount], volume({ projected: { sources: unknown } })],
  ])("isn't known where %s", (_, mounts, volumes) => {
    expect(found(mounts, volumes)).toEqual(expect.any(String));
  });

  it.each(["config.yaml", "/etc/../app/config.yaml", "/etc//app", "", "/etc/app/", "/etc/app/$(A)"])(
    "has a plain path, which %j is not",
    (odd) => {
      expect(found([mount], map, odd)).toBe("is not a plain absolute path");
    },
  );
});

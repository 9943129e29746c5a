import { describe, expect, it } from "vitest";
import { circles, importsOf, sources } from "./sources.ts";

describe("imports", () => {
  it("run in no circle, types included", () => {
    expect(circles(importsOf(sources()))).toEqual([]);
  });

  it("of the policy pack go to the same layer or to one before it", () => {
    const layers = [
      "framework",
      "read/text",
      "read/aws",
      "read/kubernetes",
      "read/engine",
      "read/gateway",
      "rules",
    ].map((layer) => `policies/${layer}/`);
    const layer = (file: string) => layers.findIndex((folder) => file.startsWith(folder));
    const inPack = [...importsOf(sources())].filter(([file]) => file.startsWith("policies/"));
    expect(
      inPack.flatMap(([file, imported]) =>
        layer(file) === -1
          ? []
          : imported.filter((one) => layer(one) > layer(file)).map((one) => `${file} imports ${one}`),
      ),
    ).toEqual([]);
    expect(new Set(inPack.map(([file]) => layer(file)))).toEqual(new Set([-1, ...layers.keys()]));
  });

  it("are read from every form in which the code writes them", () => {
    const files = new Map([
      ["a/one.ts", 'import { two } from "../b/two.ts";\nimport type { Three } from "./three.ts";\n'],
      ["a/three.ts", 'export * from "../b/two.ts";\nimport "./one.ts";\nimport { join } from "node:path";\n'],
      ["b/two.ts", 'const later = await import("../a/one.ts");\n'],
    ]);
    expect(Object.fromEntries(importsOf(files))).toEqual({
      "a/one.ts": ["b/two.ts", "a/three.ts"],
      "a/three.ts": ["b/two.ts", "a/one.ts"],
      "b/two.ts": ["a/one.ts"],
    });
  });

  it.each([
    ["two files that import each other", { a: ["b"], b: ["a"] }, [["a", "b"]]],
    ["a file that imports itself", { a: ["a"] }, [["a"]]],
    ["a circle behind a way into it", { a: ["b"], b: ["c"], c: ["d"], d: ["b"] }, [["b", "c", "d"]]],
    ["none where two ways meet", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, []],
  ])("%s", (_case, imports, expected) => {
    expect(circles(new Map(Object.entries(imports)))).toEqual(expected);
  });
});

import { describe, expect, it } from "vitest";
import { circles, importsOf, sources } from "./sources.ts";

describe("imports", () => {
  it("run in no circle, types included", () => {
    expect(circles(importsOf(sources()))).toEqual([]);
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

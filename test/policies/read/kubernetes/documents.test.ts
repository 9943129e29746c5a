import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { documents, type Kind } from "../../../../policies/read/kubernetes/documents.ts";

const kind: Kind = { rootKeys: ["tenants"], keyPattern: /\.yaml$/ };
const text = "tenants: {web: 1}";
const root = { tenants: { web: 1 } };
const encoded = Buffer.from(text).toString("base64");
const inMap = (props: Value) => documents({ type: "kubernetes:core/v1:ConfigMap", props }, kind);
const inSecret = (props: Value) => documents({ type: "kubernetes:core/v1:Secret", props }, kind);

describe("a document", () => {
  it("is found by its root key, under any name", () => {
    const found = { key: "any", root };
    expect(inMap({ data: { any: text } })).toEqual([{ ...found, path: "data.any" }]);
    expect(inMap({ binaryData: { any: encoded } })).toEqual([{ ...found, path: "binaryData.any" }]);
    expect(inSecret({ stringData: { any: text } })).toEqual([{ ...found, path: "stringData.any" }]);
    expect(inSecret({ data: { any: encoded } })).toEqual([{ ...found, path: "data.any" }]);
  });

  it("is none where the key stands elsewhere, or nothing else can be meant", () => {
    expect(inMap({ data: { "a.yaml": "b: {tenants: 1}", "c.yaml": "# tenants" } })).toEqual([]);
    expect(inMap({ data: { "extension.py": "import os\ntenants: dict = {}" } })).toEqual([]);
    expect(inMap({ data: { "a.yaml": "- for tenants\n -\n]" } })).toEqual([]);
    expect(documents({ type: "kubernetes:core/v1:Service", props: { data: { a: text } } }, kind)).toEqual([]);
  });

  it("counts where it can't be read", () => {
    const problem = expect.any(String);
    expect(inMap({ data: { "a.yaml": "tenants: {web: 1" } })).toMatchObject([
      { path: "data.a.yaml", problem },
    ]);
    expect(inMap({ data: { "a.yaml": '{"tenants": 1, "tenants": 2}' } })).toMatchObject([
      { path: "data.a.yaml", problem },
    ]);
    expect(inMap({ data: { "a.yaml": unknown, "b.json": unknown } })).toMatchObject([
      { path: "data.a.yaml", problem },
    ]);
    expect(inMap({ data: { "a.yaml": 3 } })).toMatchObject([{ path: "data.a.yaml", problem }]);
    expect(inMap({ data: unknown })).toMatchObject([{ path: "data", problem }]);
    expect(inMap(unknown)).toMatchObject([{ path: "data" }, { path: "binaryData" }]);
  });
});

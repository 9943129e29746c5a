import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { environment } from "../../../../policies/read/kubernetes/environment.ts";

const of = (fields: Value) => environment({ path: "containers.a", where: "container a", fields });
const secret = { secretKeyRef: { name: "engine-api-key", key: "key" } };

describe("variables of a container", () => {
  it.each<[string, readonly Value[], Value, Value]>([
    ["its text", [{ name: "A", value: "1" }], "1", undefined],
    ["no text where it is empty", [{ name: "A" }], undefined, undefined],
    [
      "the last of two",
      [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
      "2",
      undefined,
    ],
    ["unknown for a reference, which stands beside", [{ name: "A", valueFrom: secret }], unknown, secret],
    ["unknown for an unknown reference", [{ name: "A", value: "1", valueFrom: unknown }], unknown, unknown],
    ["unknown for an unknown value", [{ name: "A", value: unknown }], unknown, undefined],
    ["unknown for a number", [{ name: "A", value: 1 }], unknown, undefined],
  ])("are known: %s", (_, env, value, from) => {
    const found = of({ env });
    expect(found === unknown ? found : found.get("A")).toEqual({
      name: "A",
      path: `containers.a.env.${env.length - 1}`,
      value,
      from,
    });
  });

  it("are none where none are set", () => {
    expect(of({})).toEqual(new Map());
    expect(of({ env: [], envFrom: [] })).toEqual(new Map());
  });

  it.each<[string, Value]>([
    ["container", unknown],
    ["list", { env: unknown }],
    ["list of another shape", { env: { A: "1" } }],
    ["entry", { env: [{ name: "A", value: "1" }, unknown] }],
    ["name", { env: [{ name: unknown, value: "1" }] }],
    ["name that is missing", { env: [{ value: "1" }] }],
    ["whole object", { env: [{ name: "A", value: "1" }], envFrom: [{ secretRef: { name: "all" } }] }],
    ["list of whole objects", { envFrom: unknown }],
  ])("aren't known because of an unreadable %s", (_, fields) => {
    expect(of(fields)).toBe(unknown);
  });
});

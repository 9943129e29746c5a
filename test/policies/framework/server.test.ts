import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { applicable, watchServer } from "../../../policies/framework/applicable.ts";
import { decodeOnce, decoders } from "../../../policies/framework/decode-once.ts";

const require = createRequire(import.meta.url);
const seen = new Set<string>();
const policy = (name: string) => ({ name, description: "", validateResource: () => undefined });
const stack = { name: "stack", description: "", validateStack: () => undefined };
const list = applicable(
  [policy("of-buckets"), policy("of-keys"), policy("of-all"), stack],
  (name, type) => name === "of-all" || name === `of-${type}`,
  (urn) => seen.has(urn),
);

/** What Pulumi's server takes up of the list when it is asked about a resource. */
function takenUp(type: string, urn: string, onEach: () => void): string[] {
  const names: string[] = [];
  const { Server } = require("@grpc/grpc-js");
  const { addService } = Server.prototype;
  let analyze: (call: unknown, reply: unknown) => void = () => undefined;
  Server.prototype.addService = (_: unknown, handlers: { analyze: typeof analyze }) => {
    analyze = handlers.analyze;
  };
  watchServer();
  new Server().addService(
    {},
    {
      analyze: () => {
        for (const { name } of list) {
          names.push(name);
          onEach();
        }
      },
    },
  );
  Server.prototype.addService = addService;
  analyze({ request: { getType: () => type, getUrn: () => urn } }, undefined);
  return names;
}

describe("the list of policies that Pulumi's server takes up", () => {
  it("is the policies that read the type of the resource, once the pack has seen it", () => {
    expect(takenUp("buckets", "a", () => seen.add("a"))).toEqual(["of-buckets", "of-all"]);
  });

  it("continues with others until the pack has seen the resource", () => {
    expect(takenUp("keys", "never", () => undefined)).toEqual(["of-keys", "of-all", "of-buckets"]);
  });

  it("is whole for the stack, and for whoever takes it up in another way", () => {
    expect([...list].map(({ name }) => name)).toEqual(["of-buckets", "of-keys", "of-all", "stack"]);
    expect(list.map(({ name }) => name)).toHaveLength(4);
  });
});

describe("decoding once", () => {
  it("replaces what the lock file's version has", () => {
    expect(decodeOnce()).toEqual([]);
    const { deserializeProperties } = require("@pulumi/policy/deserialize.js");
    const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
    const properties = Struct.fromJavaScript({ one: 1 });
    expect(deserializeProperties(properties, false)).toBe(deserializeProperties(properties, false));
  });

  it("leaves another version as it is and says so", () => {
    const [first] = decoders;
    const other = { file: "@pulumi/policy/version.js", name: "version", digest: first?.digest ?? "" };
    const before = readFileSync(require.resolve(other.file), "utf8");
    expect(decodeOnce([other])).toEqual([
      "@pulumi/policy/version.js isn't the lock file's version, so the policies take longer",
    ]);
    expect(typeof require(other.file).version).toBe("string");
    expect(before).toContain(require(other.file).version);
  });
});

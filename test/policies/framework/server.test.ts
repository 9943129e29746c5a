import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { applicable, watchServer } from "../../../policies/framework/applicable.ts";
import { decodeOnce, decoders } from "../../../policies/framework/decode-once.ts";
import type { Exemption } from "../../../policies/framework/exemption.ts";
import { policies } from "../../../policies/framework/policy.ts";
import type { ResourceRule, RuleMetadata, StackRule } from "../../../policies/framework/rule.ts";

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

describe("a process that checks one stack after another", () => {
  const about: RuleMetadata<Record<string, never>> = {
    name: "counts",
    title: "t",
    why: "w",
    fix: "f",
    severity: "low",
    level: "advisory",
    relatedChecks: { none: "a test" },
    resourceTypes: ["farm:field:Field"],
    example: { good: "g", bad: "b" },
    config: {},
  };
  const exempted: ResourceRule = {
    ...about,
    name: "exempted",
    check: () => [{ path: "sheep", problem: "too many", allowed: "none" }],
  };
  const exemption: Exemption = {
    finding: "exempted[south#sheep]",
    ...{
      reason: "long enough for an exemption",
      owner: "test",
      environments: ["dev"],
      expires: "2027-01-01",
    },
  } as Exemption;
  let used: number | undefined;
  const counts: StackRule = {
    ...about,
    name: "counts",
    checkStack: (stack) => {
      used = stack.used.size;
      return [];
    },
  };

  /** The pack's handler for the begin of a stack. */
  function beginOfStack(): () => unknown {
    const { Server } = require("@grpc/grpc-js");
    const { addService } = Server.prototype;
    let handlers: { configureStack(call: unknown, reply: unknown): unknown } | undefined;
    Server.prototype.addService = (_: unknown, watched: typeof handlers) => {
      handlers = watched;
    };
    watchServer();
    new Server().addService({}, { configureStack: () => "configured" });
    Server.prototype.addService = addService;
    return () => handlers?.configureStack(undefined, undefined);
  }

  it("has forgotten which exemptions the one before has used", () => {
    const [resource, stack] = policies({
      rules: [exempted, counts],
      exemptions: [exemption],
      today: "2026-11-20",
    }) as unknown as [
      { validateResource(args: object, report: (...said: unknown[]) => void): void },
      { validateStack(args: object, report: () => void): void },
    ];
    const begin = beginOfStack();
    const given = {
      ...{ urn: "urn:pulumi:dev::gantry::farm:field:Field::south", type: "farm:field:Field", name: "south" },
      ...{ props: {}, opts: { customTimeouts: {} }, getConfig: () => ({}) },
    };
    const usedSince = () => {
      stack.validateStack({ resources: [], getConfig: () => ({}) }, () => undefined);
      return used;
    };
    const reported: unknown[] = [];
    resource.validateResource(given, (...said: unknown[]) => reported.push(said));
    expect(reported).toEqual([]);
    expect(usedSince()).toBe(1);
    expect(begin()).toBe("configured");
    expect(usedSince()).toBe(0);
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

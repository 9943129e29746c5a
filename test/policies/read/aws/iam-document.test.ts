import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  isAboutAnyone,
  isAccount,
  policyStatements,
  trustStatements,
} from "../../../../policies/read/aws/iam-document.ts";

const allow = { Effect: "Allow", Action: "S3:GetObject", Resource: "*" };
const inPolicy = (policy: Value, type = "aws:iam/rolePolicy:RolePolicy") =>
  policyStatements({ type, name: "reader", props: { policy } });
const text = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const one = (statement: object) => inPolicy(text(statement))[0]?.statement;

describe("the statements of a policy", () => {
  it("are read from a list, from a single object and from an object in place of text", () => {
    const read = {
      effect: "Allow",
      actions: ["s3:getobject"],
      resources: ["*"],
      principals: [],
      inverted: [],
      condition: undefined,
    };
    expect(inPolicy(text(allow))).toEqual([
      { path: "policy.Statement.0", where: "statement 0", statement: read },
    ]);
    expect(inPolicy(JSON.stringify({ Statement: allow }))).toEqual([
      { path: "policy.Statement", statement: read },
    ]);
    expect(inPolicy({ Statement: [allow] })[0]?.statement).toEqual(read);
  });

  it("keep principals, conditions and what is inverted", () => {
    expect(
      one({
        ...allow,
        Principal: { AWS: ["111122223333", "*"], Service: "sns.amazonaws.com" },
        NotAction: "a:b",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ).toMatchObject({
      principals: [
        { kind: "AWS", id: "111122223333" },
        { kind: "AWS", id: "*" },
        { kind: "Service", id: "sns.amazonaws.com" },
      ],
      inverted: ["NotAction"],
      condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it.each<[string, Value]>([
    ["no JSON", "{"],
    ["a number", 7],
    ["a list", "[]"],
    ["no statements", "{}"],
    ["statements that are a text", '{"Statement":"all"}'],
    ["deep JSON", "[".repeat(100_000)],
  ])("can't be read from %s", (_, policy) => {
    expect(inPolicy(policy)).toEqual([{ path: "policy", statement: unknown }]);
  });

  it.each<[string, object]>([
    ["another effect", { ...allow, Effect: "allow" }],
    ["no effect", { Action: "s3:*" }],
    ["no action", { Effect: "Allow", Resource: "*" }],
    ["a key that IAM doesn't know", { ...allow, action: "s3:*" }],
    ["an action that is a number", { ...allow, Action: 7 }],
    ["a principal of no known kind", { ...allow, Principal: { Anyone: "*" } }],
    ["a principal that is a text", { ...allow, Principal: "111122223333" }],
    ["a condition that is a list", { ...allow, Condition: [] }],
  ])("don't include one with %s", (_, statement) => expect(one(statement)).toBe(unknown));

  it("keep a readable neighbour of one that is not", () => {
    const all = inPolicy({ Statement: [unknown, allow] });
    expect(all.map(({ statement }) => statement === unknown)).toEqual([true, false]);
  });

  it("come from a role's inline policies, and its trust from elsewhere", () => {
    const props = { inlinePolicies: [{ name: "a", policy: text(allow) }], assumeRolePolicy: text(allow) };
    const role = { type: "aws:iam/role:Role", name: "reader", props };
    expect(policyStatements(role).map(({ path }) => path)).toEqual(["inlinePolicies.0.policy.Statement.0"]);
    expect(trustStatements(role).map(({ path }) => path)).toEqual(["assumeRolePolicy.Statement.0"]);
    expect(trustStatements({ ...role, props: {} })).toEqual([
      { path: "assumeRolePolicy", statement: unknown },
    ]);
  });

  it("are none where nothing is set, and for what holds no policy", () => {
    expect(inPolicy(undefined, "aws:kms/key:Key")).toEqual([]);
    expect(inPolicy(text(allow), "aws:ec2/vpcEndpoint:VpcEndpoint")).toEqual([]);
  });
});

it.each<[string, object, boolean]>([
  ["*", { Principal: "*" }, true],
  ["AWS *", { Principal: { AWS: "*" } }, true],
  ["a list with *", { Principal: { AWS: ["111122223333", "*"] } }, true],
  ["a part of an ARN", { Principal: { AWS: "arn:aws:iam::*:root" } }, true],
  ["NotPrincipal", { NotPrincipal: { AWS: "111122223333" } }, true],
  ["an account", { Principal: { AWS: "111122223333" } }, false],
  ["no principal", {}, false],
])("%s is about anyone: %o", (_, principal, is) => {
  const read = one({ ...allow, ...principal });
  expect(read !== undefined && read !== unknown && isAboutAnyone(read)).toBe(is);
});

it("knows an account by its number and by its root", () => {
  const aws = (id: string) => isAccount({ kind: "AWS", id });
  expect(
    ["111122223333", "arn:aws:iam::111122223333:root", "arn:aws-cn:iam::111122223333:root"].map(aws),
  ).toEqual([true, true, true]);
  expect(["*", "arn:aws:iam::111122223333:role/root", "1111"].map(aws)).toEqual([false, false, false]);
});

import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startPolicyPack } from "../../../scripts/plan/policy-pack.ts";
import { runProgram } from "../../../scripts/plan/program.ts";
import type { PlannedResource } from "../../../scripts/plan/resource.ts";
import { parseBootstrapArgs } from "../../../stacks/bootstrap/settings.ts";
import { root } from "../../support/plan.ts";

const settings = {
  account: "111122223333",
  region: "us-east-1",
  bucket: "acme-gantry-state",
  repository: "acme/gantry",
  branch: "main",
  environments: { dev: { buckets: ["acme-dev-models"] }, prod: { buckets: ["acme-prod-models"] } },
  oidcProvider: "create",
};
const stack = { project: "gantry-bootstrap", stack: settings.account, organization: "organization" };
const plan = (given: object) =>
  runProgram({
    ...{ root: join(root, "stacks/bootstrap"), ...stack },
    config: { "gantry-bootstrap:settings": JSON.stringify(given) },
  });

describe("the bootstrap program", () => {
  let planned: Awaited<ReturnType<typeof plan>>;
  beforeAll(async () => {
    planned = await plan(settings);
  });
  const inputs = (type: string, name: string) =>
    planned.resources.find((resource) => resource.type === type && resource.name === name)?.inputs ?? {};
  const policies = () => planned.resources.filter(({ type }) => type === "aws:iam/policy:Policy");
  const document = ({ inputs: { policy } }: PlannedResource) =>
    JSON.parse(String(policy)) as { Statement: Statement[] };
  const subjects = (role: string): unknown => {
    const trust = JSON.parse(String(inputs("aws:iam/role:Role", role).assumeRolePolicy));
    return trust.Statement[0].Condition.StringEquals;
  };

  it("violates no rule of the pack", async () => {
    const configuration = join(root, "stacks/bootstrap/policies.json");
    const pack = await startPolicyPack({ root, stack, configuration });
    try {
      const { resources, implied } = planned;
      const found = await Promise.all(resources.map((resource) => pack.analyzeResource(resource)));
      const all = [...found.flat(), ...(await pack.analyzeStack([...resources, ...implied]))];
      expect(all.filter(({ level }) => level === "mandatory")).toEqual([]);
    } finally {
      pack.close();
    }
  });

  it("trusts a repository's pull requests and branch to preview, and one GitHub environment to deploy", () => {
    const issuer = "token.actions.githubusercontent.com";
    expect(subjects("gantry-ci-preview")).toEqual({
      [`${issuer}:aud`]: "sts.amazonaws.com",
      [`${issuer}:sub`]: ["repo:acme/gantry:pull_request", "repo:acme/gantry:ref:refs/heads/main"],
    });
    expect(subjects("gantry-ci-deploy-prod")).toEqual({
      [`${issuer}:aud`]: "sts.amazonaws.com",
      [`${issuer}:sub`]: ["repo:acme/gantry:environment:prod"],
    });
  });

  it("lets a preview read, and nothing else", () => {
    const actions = policies()
      .filter(({ name }) => name.startsWith("gantry-ci-preview"))
      .flatMap((policy) => document(policy).Statement.flatMap(({ Action }) => Action));
    const reads = /^(kms:Decrypt|[\w-]+:(?:Describe|Get|List|View)\w+)$/;
    expect(actions.length).toBeGreaterThan(100);
    expect(actions.filter((action) => !reads.test(action))).toEqual([]);
    expect(actions).not.toContain("secretsmanager:GetSecretValue");
  });

  it("lets no deployment write another environment's state or roles", () => {
    const ofDev = policies().filter(({ name }) => name.startsWith("gantry-ci-deploy-dev"));
    expect(ofDev.length).toBeGreaterThan(5);
    for (const policy of ofDev) expect(JSON.stringify(document(policy))).not.toContain("prod");
  });

  it("lets a deployment write a role's policy only under the boundary, which it can't change or take away", () => {
    const boundary = "arn:aws:iam::111122223333:policy/gantry-boundary-prod";
    const ofProd = policies().filter(({ name }) => name.startsWith("gantry-ci-deploy-prod"));
    const statements = ofProd.flatMap((policy) => document(policy).Statement);
    const granting = (pattern: RegExp) =>
      statements.filter(
        ({ Effect, Action }) => Effect === "Allow" && [Action].flat().some((action) => pattern.test(action)),
      );
    const written = granting(/^iam:(?:PutRolePolicy|PutRolePermissionsBoundary)$/);
    expect(written.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { "iam:PermissionsBoundary": boundary } },
    ]);
    const [attached, ...more] = granting(/^iam:AttachRolePolicy$/);
    expect(more).toEqual([]);
    expect(JSON.stringify(attached?.Condition)).not.toMatch(/Administrator|IAMFull|PowerUser|"\*"/);
    expect(
      granting(/^iam:(?:DeleteRolePermissionsBoundary|\w*Policy(?:Version)?$(?<!RolePolicy)|\w*User\w*|\*)/),
    ).toEqual([]);
    expect(policies().map(({ inputs }) => inputs.name)).toContain("gantry-boundary-prod");
  });

  it("stays within IAM's limits of a managed policy and of a role", () => {
    for (const { inputs } of policies()) expect(String(inputs.policy).length).toBeLessThanOrEqual(6144);
    for (const role of ["gantry-ci-preview", "gantry-ci-deploy-prod"])
      expect(policies().filter(({ name }) => name.startsWith(role)).length).toBeLessThanOrEqual(10);
  });

  it("protects the state and its key", () => {
    const kept = planned.resources.filter(({ protect }) => protect).map(({ type }) => type);
    expect(kept.sort()).toEqual(["aws:kms/key:Key", "aws:s3/bucket:Bucket"]);
  });

  it("makes no second OpenID Connect provider where one exists", async () => {
    const { resources } = await plan({ ...settings, oidcProvider: "existing" });
    expect(resources.filter(({ type }) => /openId/.test(type))).toEqual([]);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition?: object;
}

describe("its settings", () => {
  it.each([
    ["account", "1111", "12 digits"],
    ["region", "us-east", "AWS region"],
    ["bucket", "Acme_State", "lower-case letters"],
    ["bucket", "xn--state", "S3 reserves"],
    ["repository", "acme", "owner/name"],
    ["repository", "acme/*", "owner/name"],
    ["repository", "acme/gantry:ref", "owner/name"],
    ["branch", "a/../b", "a branch"],
    ["environments", {}, "at least one"],
  ])("refuse %s %j", (key, value, said) => {
    expect(() => parseBootstrapArgs({ ...settings, [key]: value }, "test")).toThrow(said);
  });
});

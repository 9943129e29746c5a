import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { difference } from "../../../scripts/plan/difference.ts";
import { analyzePlan, type Plan, planEnvironment, planProgram } from "../../../scripts/plan/plan.ts";
import { ProgramError } from "../../../scripts/plan/program.ts";
import { SharedPack } from "../../../scripts/plan/shared-pack.ts";
import { secret, unknown } from "../../../scripts/plan/wire.ts";
import { fixtureRoot } from "../../support/plan.ts";

const root = fileURLToPath(new URL("fixtures/program", import.meta.url));
const at = { root, environment: "dev" };
const prefix = "urn:pulumi:dev::fixture::";
const bucketUrn = `${prefix}fixture:data:Store$aws:s3/bucket:Bucket::first`;
const keyUrn = `${prefix}fixture:data:Store$aws:kms/key:Key::first`;

function find(plan: Plan, urn: string) {
  const found = plan.resources.find((resource) => resource.urn === urn);
  if (found === undefined) throw new Error(`no ${urn} among\n${plan.resources.map((r) => r.urn).join("\n")}`);
  return found;
}

describe("a program on the embedded engine", () => {
  it("is recorded with true URNs, parents, dependencies, options, secrets and unknowns", async () => {
    const plan = await planProgram(at);
    expect(find(plan, bucketUrn)).toEqual({
      urn: bucketUrn,
      type: "aws:s3/bucket:Bucket",
      name: "first",
      custom: true,
      remote: false,
      parent: `${prefix}fixture:data:Store::first`,
      inputs: { bucket: "plain", tags: { key: unknown, password: secret(unknown) } },
      dependencies: expect.arrayContaining([
        keyUrn,
        `${prefix}random:index/randomPassword:RandomPassword::password`,
      ]),
      propertyDependencies: {
        bucket: [],
        tags: expect.arrayContaining([
          keyUrn,
          `${prefix}random:index/randomPassword:RandomPassword::password`,
        ]),
      },
      provider: `${prefix}pulumi:providers:aws::east`,
      protect: true,
      ignoreChanges: ["tags"],
      // What the SDK called it before.
      aliases: [`${prefix}fixture:data:Store$aws:s3/bucketV2:BucketV2::first`],
      timeouts: {},
    });
    expect(find(plan, keyUrn).timeouts).toEqual({ create: 90 });
    expect(find(plan, `${prefix}eks:index:Cluster::cluster`)).toMatchObject({
      remote: true,
      inputs: { version: "1.36" },
    });
    expect(plan.warnings).toEqual(["a warning"]);
  });

  it("gets the recorded answer to a question that goes to AWS", async () => {
    const plan = await planProgram(at);
    expect(find(plan, `${prefix}aws:s3/bucket:Bucket::ranges`).inputs.tags).toEqual({
      first: "16.182.0.0/16",
    });
  });

  it("changes what is in a component by the component's transforms, then by the stack's", async () => {
    const { implied = [] } = await planProgram(at);
    const child = (type: string) => implied.find((resource) => resource.type === type);
    const role = child("aws:iam/role:Role");
    expect(role).toMatchObject({
      inputs: { name: "own", path: "/stack/", description: expect.stringContaining("EKS") },
      provider: `${prefix}pulumi:providers:aws::east`,
    });
    const cluster = child("aws:eks/cluster:Cluster");
    expect(cluster).toMatchObject({
      protect: true,
      ignoreChanges: [
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
        "version",
      ],
      inputs: { version: "1.36", roleArn: unknown },
      dependencies: expect.arrayContaining([role?.urn]),
    });
    expect(child("aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toMatchObject({
      protect: false,
      ignoreChanges: [],
    });
  });

  it("knows the outputs that it is given", async () => {
    const plan = await planProgram({
      ...at,
      outputs: ({ type }) =>
        type === "random:index/randomPassword:RandomPassword" ? { result: secret("canary") } : {},
    });
    expect(find(plan, bucketUrn).inputs.tags).toEqual({ key: unknown, password: secret("canary") });
  });

  it("fails with the program's own words, without a stack trace", async () => {
    const failing = planProgram({ ...at, edit: (config) => ({ ...config, "fixture:fail": "true" }) });
    await expect(failing).rejects.toEqual(new ProgramError("the fixture was told to fail"));
  });

  it("differs from another plan by exactly what was edited", async () => {
    const twoStores = { "fixture:buckets": { first: {}, second: {} } };
    const [one, two] = await Promise.all([
      planProgram(at),
      planProgram({ ...at, edit: (config) => ({ ...config, ...twoStores }) }),
    ]);
    const added = ["Store$aws:kms/key:Key", "Store$aws:s3/bucket:Bucket", "Store"].map((type) => ({
      urn: `${prefix}fixture:data:${type}::second`,
      kind: "create",
      fields: [],
    }));
    expect(difference(one, two)).toEqual(added);
    expect(difference(two, one).map(({ kind }) => kind)).toEqual(["delete", "delete", "delete"]);
    expect(difference(one, one)).toEqual([]);
  });
});

describe("a policy pack on the embedded engine", () => {
  it("checks resources and the whole stack, and reports each finding's rule, level and resource", async () => {
    const { policyReport } = await planEnvironment(at);
    expect(policyReport.pack).toEqual({ name: "fixture-policies", version: "1.2.3" });
    expect(policyReport.rules.map(({ name, fix }) => [name, fix])).toEqual([
      ["bucket-has-name", "Set bucket."],
      ["key-stands-behind-tags", ""],
    ]);
    const urn = `${prefix}aws:s3/bucket:Bucket::ranges`;
    expect(policyReport.diagnostics).toEqual([
      {
        rule: "bucket-has-name",
        level: "mandatory",
        severity: "high",
        urn,
        message: "A bucket has a name.\nranges has none, timeouts 0, provider east",
      },
      {
        rule: "key-stands-behind-tags",
        level: "advisory",
        severity: "unspecified",
        urn,
        message: "A bucket's tags come from a key.\nranges has no aws:kms/key:Key",
      },
    ]);
  });

  it.each(["dev", "prod"])(
    "says of a whole plan what it says while that is made: %s",
    async (environment) => {
      const shipped = { root: fixtureRoot, environment, deployed: true };
      const { policyReport, ...plan } = await planEnvironment(shipped);
      const inOrder = ({ diagnostics, ...others }: typeof policyReport) => ({
        ...others,
        diagnostics: diagnostics.map((one) => JSON.stringify(one)).sort(),
      });
      expect(inOrder(await analyzePlan({ ...shipped, plan }))).toEqual(inOrder(policyReport));
      // In a process that is shared, another stack, and the same resources without inputs, leave nothing behind.
      const staging = await planProgram({ ...shipped, environment: "staging" });
      const bare = plan.resources.map((one) =>
        one.type.startsWith("pulumi:") ? one : { ...one, inputs: {} },
      );
      const pack = new SharedPack(fixtureRoot);
      const [, ofBare, again] = await Promise.all(
        [staging, { ...plan, resources: bare }, plan].map((one) =>
          analyzePlan({ ...shipped, plan: one, pack }),
        ),
      );
      pack.close();
      expect(ofBare?.diagnostics.length).toBeGreaterThan(policyReport.diagnostics.length);
      expect(again && inOrder(again)).toEqual(inOrder(policyReport));
    },
  );
});

import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { isObject, isSecret, secret, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { at, fixturePlan, fixturePlans, isStack, ofType } from "../support/plan.ts";
import { planFixture } from "../support/plan-fixture.ts";

const plans = fixturePlans().map((plan) => [plan.environment, plan] as const);

/** Every value in a resource's inputs with its path. A secret's inside is left out. */
function* values(value: Wire, path: string): Generator<{ path: string; key: string; value: Wire }> {
  yield { path, key: path.split(".").at(-1) ?? "", value };
  if (isSecret(value)) return;
  if (Array.isArray(value))
    for (const [index, inner] of value.entries()) yield* values(inner, `${path}.${index}`);
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value)) yield* values(inner, `${path}.${key}`);
}

/** `type name: path = value` of all values that break a rule. */
function breaches(
  resources: readonly PlannedResource[],
  broken: (found: { key: string; value: Wire; resource: PlannedResource }) => boolean,
): string[] {
  return resources.flatMap((resource) =>
    [...values(resource.inputs, "inputs")]
      .filter(({ key, value }) => broken({ key, value, resource }))
      .map(({ path, value }) => `${resource.type} ${resource.name}: ${path} = ${JSON.stringify(value)}`),
  );
}

const names = (resources: readonly PlannedResource[]) => resources.map(({ type, name }) => `${type} ${name}`);

describe.each(plans)("in %s", (_environment, plan) => {
  const { resources } = plan;
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const custom = resources.filter((resource) => resource.custom && !resource.type.startsWith("pulumi:"));

  it("every resource has a parent, and only the environment hangs on the stack", () => {
    const orphans = resources.filter(
      (resource) => !isStack(resource) && byUrn.get(resource.parent ?? "") === undefined,
    );
    expect(names(orphans)).toEqual([]);
    const top = resources.filter(({ parent }) => isStack(byUrn.get(parent ?? "") ?? ({} as PlannedResource)));
    expect(names(top)).toEqual([`gantry:index:Gantry gantry-${plan.environment}`]);
  });

  it("a child's name begins with its component's, but for what is named after a commit", () => {
    const strangers = resources.filter((resource) => {
      const parent = byUrn.get(resource.parent ?? "");
      if (parent === undefined || isStack(parent) || parent.type === "gantry:index:Gantry") return false;
      return !resource.name.startsWith(parent.name);
    });
    expect([...new Set(strangers.map(({ type }) => type))]).toEqual(["kubernetes:batch/v1:Job"]);
  });

  it("what stands in a namespace of ours waits for it", () => {
    const namespaces = new Map(
      ofType(plan, "core/v1:Namespace").map((home) => [at(home, "metadata.name"), home.urn]),
    );
    const reaches = (from: PlannedResource, urn: string): boolean =>
      from.dependencies.some(
        (next) => next === urn || reaches(byUrn.get(next) ?? ({ dependencies: [] } as never), urn),
      );
    const early = custom.filter((resource) => {
      const home = namespaces.get(at(resource, "metadata.namespace") ?? resource.inputs.namespace);
      return home !== undefined && resource.type.startsWith("kubernetes:") && !reaches(resource, home);
    });
    expect(names(early)).toEqual([]);
  });

  it("every image is pinned by digest", () => {
    const images = breaches(resources, ({ key, value }) => key === "image" && typeof value === "string");
    expect(images.length).toBeGreaterThan(0);
    expect(
      breaches(resources, ({ key, value }) => {
        return key === "image" && typeof value === "string" && !/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(value);
      }),
    ).toEqual([]);
  });

  it("everything in AWS is made by the provider that is tied to the account and tags what it makes", () => {
    const [provider, ...more] = ofType(plan, "pulumi:providers:aws");
    expect(more).toEqual([]);
    expect(provider && at(provider, "allowedAccountIds")).toBe(
      JSON.stringify([String(plan.config["gantry:account"])]),
    );
    expect(provider && at(provider, "defaultTags")).toBe(
      JSON.stringify({ tags: { Project: "gantry", Environment: plan.environment, ManagedBy: "pulumi" } }),
    );
    const elsewhere = custom.filter(
      ({ type, provider: by }) => type.startsWith("aws:") && by !== provider?.urn,
    );
    expect(names(elsewhere)).toEqual([]);
  });

  it("everything in Kubernetes is made in the environment's own cluster", () => {
    const [provider] = ofType(plan, "pulumi:providers:kubernetes");
    const elsewhere = custom.filter(
      ({ type, provider: by }) => type.startsWith("kubernetes:") && by !== provider?.urn,
    );
    expect(names(elsewhere)).toEqual([]);
    // Otherwise a tenant's change would delete the gateway's ConfigMap under its pods.
    expect(provider && at(provider, "enableConfigMapMutable")).toBe("true");
  });

  it("what policies check is known at preview: images, commands and permissions are plain values", () => {
    const judged = ["image", "args", "command", "policy", "assumeRolePolicy", "chart"];
    expect(breaches(resources, ({ key, value }) => judged.includes(key) && value === unknown)).toEqual([]);
  });

  it("what holds data refuses to be deleted where the environment says so", () => {
    const protectedTypes = ["Bucket", "Key", "Secret"].flatMap((type) => ofType(plan, type));
    // A tenant's key is revoked by taking it out.
    const stateful = protectedTypes.filter(
      ({ type, name }) => type.startsWith("aws:") && !name.startsWith("secrets-tenants-"),
    );
    expect(stateful.length).toBeGreaterThan(3);
    const other = stateful.filter((resource) => resource.protect !== plan.config["gantry:protect"]);
    expect(names(other)).toEqual([]);
  });

  it("no rule is violated", () => {
    expect(plan.policyReport.diagnostics.filter(({ level }) => level === "mandatory")).toEqual([]);
    expect(plan.policyReport.diagnostics.filter(({ finding }) => finding === undefined)).toEqual([]);
  });
});

describe("a secret", () => {
  it("stays secret wherever it goes", async () => {
    const canary = "canary-7f3a";
    const plan = await planFixture({
      environment: "dev",
      outputs: ({ type }) =>
        type === "random:index/randomPassword:RandomPassword" ? { result: secret(canary) } : {},
    });
    expect(JSON.stringify(plan.resources)).toContain(canary);
    expect(
      breaches(plan.resources, ({ value }) => typeof value === "string" && value.includes(canary)),
    ).toEqual([]);
  });

  it("is generated only where no person needs to know it", () => {
    expect(
      ofType(fixturePlan("prod"), "SecretVersion")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "secrets-engine-api-key",
      "secrets-gateway-master-key",
      "secrets-gateway-metrics-key",
      "secrets-grafana-admin",
      "secrets-redis",
      "secrets-tenants-batch-1",
      "secrets-tenants-batch-1-signing",
      "secrets-tenants-web-1",
      "secrets-tenants-web-1-signing",
    ]);
  });
});

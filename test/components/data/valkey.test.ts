import { describe, expect, it } from "vitest";
import { secret, unknown } from "../../../scripts/plan/wire.ts";
import { find, fixturePlan, ofType, planWith } from "../../support/plan.ts";

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly env: readonly {
              readonly name: string;
              readonly valueFrom?: { readonly secretKeyRef: { readonly key: string } };
            }[];
          },
        ];
      };
    };
  };
}

const prod = fixturePlan("prod");
const group = find(prod, "ReplicationGroup", "cache");

describe("the cache", () => {
  it("is encrypted both ways under a key of its own, and survives a node and a zone", () => {
    expect(group.inputs).toMatchObject({
      engine: "valkey",
      nodeType: "cache.m7g.large",
      numCacheClusters: 2,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      snapshotRetentionLimit: 7,
    });
    expect(group.propertyDependencies.kmsKeyId).toEqual([find(prod, "aws:kms/key:Key", "cache").urn]);
    expect(group.protect).toBe(true);
    expect(find(fixturePlan("dev"), "ReplicationGroup", "cache").protect).toBe(false);
  });

  it("asks for a generated password that the plan doesn't show", () => {
    expect(group.inputs.authTokenWo).toEqual(secret(unknown));
    expect(group.propertyDependencies.authTokenWo).toEqual([
      find(prod, "RandomPassword", "secrets-redis").urn,
    ]);
    expect(group.inputs.authToken).toBeUndefined();
  });

  it("takes two passwords while the gateway changes over, and then the newer alone", async () => {
    const create = { nodeType: "cache.t4g.micro", nodes: 2, snapshotDays: 1 };
    const seen = [];
    for (const passwords of [[1], [1, 2], [2], [2, 3]]) {
      const plan = await planWith("dev", "cache", { create: { ...create, passwords } });
      const { inputs, propertyDependencies } = find(plan, "ReplicationGroup", "cache");
      const [password = ""] = propertyDependencies.authTokenWo ?? [];
      const deployment = find(plan, "Deployment", "gateway").inputs as unknown as Deployment;
      const [{ env }] = deployment.spec.template.spec.containers;
      seen.push([
        inputs.authTokenWoVersion,
        inputs.authTokenUpdateStrategy,
        password.split("::").at(-1),
        env.find(({ name }) => name === "REDIS_PASSWORD")?.valueFrom?.secretKeyRef.key,
      ]);
    }
    expect(seen).toEqual([
      [1, undefined, "secrets-redis", "redis-password"],
      [2, "ROTATE", "secrets-redis-2", "redis-2-password"],
      [3, "SET", "secrets-redis-2", "redis-2-password"],
      [4, "ROTATE", "secrets-redis-3", "redis-3-password"],
    ]);
  });

  it("accepts the private subnets on its port and opens no connections", () => {
    const { ingress, egress } = find(prod, "SecurityGroup", "cache").inputs;
    expect(ingress).toEqual([
      expect.objectContaining({
        fromPort: 6379,
        toPort: 6379,
        cidrBlocks: ["10.60.0.0/19", "10.60.32.0/19", "10.60.96.0/19"],
      }),
    ]);
    expect(egress).toEqual([]);
  });

  it("is none of ours where there is one: its password is a container that a person fills", async () => {
    const existing = { host: "redis.example.internal", port: 6380, tls: true };
    const plan = await planWith("dev", "cache", { existing });
    expect(plan.resources.filter(({ type }) => type.startsWith("aws:elasticache/"))).toEqual([]);
    const names = ofType(plan, "aws:secretsmanager/secret:Secret").map(({ inputs }) => inputs.name);
    expect(names).toContain("gantry/dev/providers/redis");
    expect(names).not.toContain("gantry/dev/redis");
  });
});

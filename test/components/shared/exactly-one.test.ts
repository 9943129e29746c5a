import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ClusterSettings } from "../../../components/cluster/cluster-settings.ts";
import type { GpuPoolSettings } from "../../../components/cluster/gpu-pool-settings.ts";
import type { NetworkSettings } from "../../../components/network/network-settings.ts";
import { exactlyOne } from "../../../components/shared/exactly-one.ts";
import { strict } from "../../../components/shared/problems.ts";
import type { Settings } from "../../../stacks/schema.ts";

const create = { cidr: "10.40.0.0/16", zones: 3, natGateways: 3 };
const existing = { vpcId: "vpc-0a1b", cidr: "10.40.0.0/16", privateSubnetIds: ["subnet-1", "subnet-2"] };
const redis = { host: "redis.example.internal", port: 6379, tls: true };
const pool = { instanceTypes: ["g6e.xlarge"], maxGpus: 4 };

/** The compiler refuses each line below a directive; a directive above a line that compiles is an error itself. */
describe("settings that contradict each other don't compile", () => {
  it("a network that is made and exists", () => {
    const made: NetworkSettings = { create };
    // @ts-expect-error
    const both: NetworkSettings = { create, existing };
    expect([made, both]).toHaveLength(2);
  });

  it("an endpoint that is public and private", () => {
    const open: ClusterSettings["endpoint"] = { publicFrom: ["54.240.196.0/24"] };
    // @ts-expect-error
    const both: ClusterSettings["endpoint"] = { publicFrom: ["54.240.196.0/24"], private: true };
    expect([open, both]).toHaveLength(2);
  });

  it("reserved capacity without reservations, and reservations without reserved capacity", () => {
    const reserved: GpuPoolSettings = { ...pool, capacity: ["reserved"], reservations: ["cr-0a1b"] };
    // @ts-expect-error
    const nowhere: GpuPoolSettings = { ...pool, capacity: ["reserved"] };
    expect([reserved, nowhere]).toHaveLength(2);
  });

  it("a cache that is made and exists", () => {
    const there: Settings["cache"] = { existing: redis };
    const made = { nodeType: "cache.t4g.small", nodes: 2, snapshotDays: 7 };
    // @ts-expect-error
    const both: Settings["cache"] = { existing: redis, create: made };
    expect([there, both]).toHaveLength(2);
  });

  it("an edge that is public and internal", () => {
    const inside: Settings["edge"] = { internal: true };
    // @ts-expect-error
    const both: Settings["edge"] = { internal: true, domain: "llm.example.com" };
    expect([inside, both]).toHaveLength(2);
  });

  it("an edge with a certificate that is made and exists, or without one", () => {
    const edge = {
      domain: "llm.example.com",
      allowedOrigins: [],
      requestsPerAddress: { limit: 300, windowSeconds: 60 },
    };
    const made: Settings["edge"] = { ...edge, zoneId: "Z0123" };
    // @ts-expect-error
    const both: Settings["edge"] = { ...edge, zoneId: "Z0123", certificateArn: "arn:aws:acm:…" };
    // @ts-expect-error
    const none: Settings["edge"] = edge;
    expect([made, both, none]).toHaveLength(3);
  });
});

describe("a schema of exactly one", () => {
  const schema = exactlyOne(strict({ file: z.string() }), strict({ url: z.string() }));

  it("takes either and refuses both", () => {
    expect(schema.safeParse({ file: "a" }).success).toBe(true);
    expect(schema.safeParse({ url: "b" }).success).toBe(true);
    expect(schema.safeParse({ file: "a", url: "b" }).success).toBe(false);
    expect(schema.safeParse({}).success).toBe(false);
  });
});

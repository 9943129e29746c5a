import { describe, expect, it } from "vitest";
import { readStackConfig } from "../../../scripts/plan/environment.ts";
import {
  offeringFindings,
  type ReservationFacts,
  reservationFindings,
} from "../../../scripts/preflight/capacity.ts";
import { fact, findingsOf } from "../../../scripts/preflight/finding.ts";
import {
  bucketFindings,
  certificateFindings,
  secretFindings,
  zoneFindings,
} from "../../../scripts/preflight/names.ts";
import { clusterFindings, modelFindings } from "../../../scripts/preflight/pinned.ts";
import { countFindings, quotaOf, vcpuDemands, vcpuFindings } from "../../../scripts/preflight/quotas.ts";
import { toolFindings } from "../../../scripts/preflight/surroundings.ts";
import { type Config, parseConfig, readReleases } from "../../../stacks/config.ts";
import { fixtureValues } from "../../support/project.ts";

const today = "2026-11-24";
function configOf(environment: string): Config {
  const config = readStackConfig(fixtureValues, environment);
  return parseConfig({ environment, config, releases: readReleases(fixtureValues), today });
}
const [dev, prod] = [configOf("dev"), configOf("prod")];
const said = (found: readonly { level: string; message: string }[]) =>
  found.map(({ level, message }) => `${level}: ${message}`);

describe("vCPUs", () => {
  it.each([
    ["g5.xlarge", "on-demand", "L-DB2E81BA"],
    ["g6e.2xlarge", "spot", "L-3819A6DF"],
    ["p5.48xlarge", "on-demand", "L-417A185B"],
    ["m7i.xlarge", "on-demand", "L-1216C47A"],
  ] as const)("of %s, %s, count against %s", (type, market, code) => {
    expect(quotaOf(type, market)?.code).toBe(code);
  });

  it("are those of whole nodes, without what is reserved", () => {
    const demands = vcpuDemands(prod).map(({ quota, minimum, maximum }) => [quota.code, minimum, maximum]);
    // Three to nine m7i.xlarge of 4; two of at most twelve g5.xlarge, and two of at most eight g6e.xlarge, of 4 each.
    expect(demands).toEqual([
      ["L-1216C47A", 12, 36],
      ["L-DB2E81BA", 16, 80],
    ]);
  });

  it("that others use aren't there for this environment", () => {
    const limits = { "L-DB2E81BA": 24, "L-1216C47A": 100 };
    const demands = vcpuDemands(dev);
    expect(vcpuFindings(demands, { limits, used: {} }, "us-east-1")).toEqual([]);
    const [short] = vcpuFindings(demands, { limits, used: { "L-DB2E81BA": 20 } }, "us-east-1");
    expect([short?.level, short?.fix]).toEqual(["fault", expect.stringContaining("--desired-value 36 ")]);
  });
});

it("a deployed environment needs no further VPC, and a load balancer has so many rules", () => {
  const full = { limit: 5, used: 5 };
  const facts = { vpcs: full, addresses: full, loadBalancers: full, rulesOfLoadBalancer: 100 };
  expect(countFindings(dev, facts, "nothing")).toEqual([]);
  expect(countFindings(dev, facts, "everything")).toHaveLength(3);
  expect(said(countFindings(prod, { ...facts, rulesOfLoadBalancer: 8 }, "nothing"))).toEqual([
    "fault: load balancer default would have 12 rules, the account allows 8",
  ]);
});

it("an instance type may be missing in a zone, or everywhere", () => {
  const offered = { "g5.xlarge": ["z1", "z2"], "g5.2xlarge": ["z1"], "m7i.xlarge": ["z1", "z2"] };
  expect(said(offeringFindings(dev, ["z1", "z2"], offered))).toEqual([
    "warning: pool a10g: g5.2xlarge isn't offered in z2; us-east-1 offers it in z1",
  ]);
  expect(
    said(offeringFindings(dev, ["z3"], { ...offered, "g5.2xlarge": ["z3"], "g5.xlarge": ["z3"] })),
  ).toEqual(["fault: system nodes: m7i.xlarge isn't offered in z3; us-east-1 offers it in z1, z2"]);
});

describe("a reservation", () => {
  const id = "cr-0a1b2c3d4e5f60718";
  const one: ReservationFacts = {
    id,
    state: "active",
    type: "p5.48xlarge",
    zone: "us-east-1b",
    zoneId: "use1-az2",
    total: 1,
    available: 1,
    ends: undefined,
  };
  const found = (changes: Partial<ReservationFacts>) =>
    said(reservationFindings(prod, ["use1-az2"], [{ ...one, ...changes }]));
  it.each([
    ["healthy", {}, []],
    ["found by the zone's name", { zoneId: "", zone: "use1-az2" }, []],
    ["expired", { state: "expired" }, [/is expired/]],
    ["of another type", { type: "p4d.24xlarge" }, [/holds p4d\.24xlarge/]],
    ["in another zone", { zoneId: "use1-az6" }, [/is in use1-az6/]],
    ["that ends in a week", { ends: "2026-12-01" }, [/^warning: .* ends on 2026-12-01/]],
    ["that ends later", { ends: "2026-12-02" }, []],
    ["without instances", { total: 0 }, [/holds 0 GPUs, all slots at min replicas take 4/]],
  ])("%s", (_, changes, says) => {
    expect(found(changes)).toEqual(says.map((each) => expect.stringMatching(each)));
  });
});

it("a bucket is free, ours, or another account's", () => {
  const names = {
    a: { kind: "free" },
    b: { kind: "ours", environment: "dev", region: "us-east-1" },
  } as const;
  expect(bucketFindings(dev, names)).toEqual([]);
  expect(bucketFindings(dev, { c: { kind: "taken" } })).toHaveLength(1);
});

describe("a certificate", () => {
  const healthy = { status: "ISSUED", domains: ["llm.example.com"], ends: "2027-06-01" };
  it.each([
    ["as it should be", healthy, []],
    ["by a wildcard", { ...healthy, domains: ["*.example.com"] }, []],
    ["of a deeper wildcard", { ...healthy, domains: ["*.llm.example.com"] }, [/not for llm\.example\.com/]],
    ["pending", { ...healthy, status: "PENDING_VALIDATION" }, [/PENDING_VALIDATION, not ISSUED/]],
    ["ended", { ...healthy, ends: "2026-11-24" }, [/ended on/]],
    ["that ends soon", { ...healthy, ends: "2026-12-24" }, [/^warning: .* ends on/]],
    ["that isn't there", undefined, [/isn't in this account/]],
  ])("%s", (_, certificate, says) => {
    expect(said(certificateFindings(prod, certificate))).toEqual(
      says.map((each) => expect.stringMatching(each)),
    );
    expect(certificateFindings(dev, certificate)).toEqual([]);
  });
});

it("a zone is delegated where one name server is the same, however it is written", () => {
  const zone = {
    name: "example.com",
    isPrivate: false,
    nameServers: ["ns-1.awsdns-01.org", "ns-2.awsdns-02.com"],
  };
  expect(zoneFindings(dev, { ...zone, delegatedTo: ["NS-2.AWSDNS-02.COM."] })).toEqual([]);
  expect(said(zoneFindings(dev, { ...zone, delegatedTo: [] }))).toEqual([
    expect.stringContaining("DNS names nothing for example.com"),
  ]);
  expect(said(zoneFindings(dev, { ...zone, name: "ample.com", delegatedTo: [] }))[0]).toContain("isn't in");
});

it("a cluster goes one minor version up", () => {
  const cluster = (version: string) => ({ version, endpoint: "", environment: "dev" });
  expect(clusterFindings(dev, undefined)).toEqual([]);
  expect(clusterFindings(dev, cluster("1.35"))).toEqual([]);
  expect(clusterFindings(dev, cluster("1.34"))).toHaveLength(1);
  expect(clusterFindings(dev, cluster("1.37"))).toHaveLength(1);
});

it("names the secrets to purge and to fill, with the commands", () => {
  const [deleted, empty] = secretFindings(dev, ["gantry/dev/grafana-admin"], ["gantry/dev/providers/openai"]);
  expect([deleted?.fix, empty?.fix]).toEqual([
    "aws secretsmanager delete-secret --secret-id gantry/dev/grafana-admin --force-delete-without-recovery --region us-east-1",
    "npm run put-secret -- dev openai < key.txt",
  ]);
});

it("tools are there, and go with the cluster", () => {
  const tools = { pulumi: "3.270.0", aws: "2.30.1", kubectl: "1.37.0", packages: [] };
  expect(toolFindings(dev, tools)).toEqual([]);
  expect(said(toolFindings(dev, { ...tools, pulumi: undefined, kubectl: "1.38.0" }))).toEqual([
    "fault: pulumi isn't on PATH",
    expect.stringMatching(/^warning: kubectl 1\.38\.0 .* 2 minor versions apart/),
  ]);
});

it("distinguishes what couldn't be checked from findings", async () => {
  const refused = Object.assign(new Error("User isn't authorized"), { name: "AccessDenied" });
  const read = await fact(() => Promise.reject(refused));
  expect(findingsOf("quotas", read, "aws …", () => [])).toEqual([
    {
      check: "quotas",
      level: "unknown",
      message: "couldn't check: AccessDenied: User isn't authorized",
      fix: "aws …",
    },
  ]);
});

describe("the files that a release lists", () => {
  const digits = (digit: string, count: number) => digit.repeat(count);
  const listed = [
    { rfilename: "config.json", size: 2, blobId: digits("a", 40) },
    {
      rfilename: "model.safetensors",
      size: 9,
      blobId: digits("b", 40),
      lfs: { sha256: digits("c", 64), size: 9 },
    },
  ];
  const good = { "config.json": `git:${digits("a", 40)}`, "model.safetensors": `sha256:${digits("c", 64)}` };
  const hub = {
    address: "https://hub.example",
    token: undefined,
    fetch: async (url: string) =>
      Response.json({ sha: /revision\/(\w+)/.exec(url)?.[1], gated: false, siblings: listed }),
  };
  const found = (files: Record<string, string>) => {
    // Both of dev's releases are of one commit; the second lists its files.
    const [first, second] = Object.entries(dev.releases);
    if (first === undefined || second === undefined) throw new Error("dev has two releases");
    const [name, release] = second;
    const releases = Object.fromEntries([first, [name, { ...release, model: { ...release.model, files } }]]);
    return modelFindings({ ...dev, releases }, hub);
  };

  it("are those of the hub", async () => {
    expect(await found(good)).toEqual([]);
  });

  it.each([
    ["a missing one", { ...good, "vocab.json": `git:${digits("d", 40)}` }, /: vocab\.json is missing$/],
    [
      "another one",
      { ...good, "config.json": `git:${digits("d", 40)}` },
      /: config\.json is git:a{40}, not git:d{40}$/,
    ],
  ])("are told with the release's file and a way out: %s", async (_, files, says) => {
    const [only, ...more] = await found(files);
    expect([only?.level, more]).toEqual(["fault", []]);
    expect(only?.message).toMatch(
      /^stacks\/releases\/qwen3-8b-awq-2\.yaml, model\.files: the hub lists otherwise/,
    );
    expect(only?.message).toMatch(says);
    expect(only?.fix).toContain("npm run release -- <new name> --model Qwen/Qwen3-8B-AWQ");
  });
});

it("refuses two lists of one commit", () => {
  const config = readStackConfig(fixtureValues, "dev");
  const releases = readReleases(fixtureValues) as Record<string, { model: object }>;
  const listing = (name: string, digit: string) => ({
    ...releases[name],
    model: { ...releases[name]?.model, files: { "config.json": `git:${digit.repeat(40)}` } },
  });
  const both = (one: string, other: string) => () =>
    parseConfig({
      environment: "dev",
      config,
      releases: {
        ...releases,
        "qwen3-8b-awq-1": listing("qwen3-8b-awq-1", one),
        "qwen3-8b-awq-2": listing("qwen3-8b-awq-2", other),
      },
      today,
    });
  expect(both("a", "a")).not.toThrow();
  expect(both("a", "b")).toThrow(/qwen3-8b-awq-2\.yaml\s+model\.files .*qwen3-8b-awq-1 lists other files/s);
});

import { describe, expect, it } from "vitest";
import { clusterEndpointNotOpen as rule } from "../../../../policies/rules/cluster/cluster-endpoint-not-open.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";

type Access = Readonly<Record<string, Wire>>;
const good: Access = {
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  publicAccessCidrs: ["203.0.113.0/28", "2001:db8::/48"],
};
const component = (access: Access): Given => ({
  type: "eks:index:Cluster",
  name: "main",
  props: { name: "main", ...access },
});
const cluster = (access: Wire): Given => ({
  type: "aws:eks/cluster:Cluster",
  name: "main",
  props: { vpcConfig: access },
});
const at = (path: string) => `cluster-endpoint-not-open[main#${path}]`;

describe("cluster-endpoint-not-open", () => {
  it.each<[string, Access]>([
    ["narrow ranges", good],
    ["a secret list of them", { ...good, publicAccessCidrs: secret(["203.0.113.0/24"]) }],
    ["a private endpoint", { endpointPrivateAccess: true, endpointPublicAccess: false }],
    [
      "a private endpoint with ranges that don't matter",
      { ...good, endpointPublicAccess: false, publicAccessCidrs: unknown },
    ],
    [
      "ranges without the flag that is on anyway",
      { endpointPrivateAccess: true, publicAccessCidrs: ["203.0.113.0/24"] },
    ],
  ])("accepts %s, of the component and of AWS's own cluster", async (_, access) => {
    expect(await findings(rule, component(access))).toEqual([]);
    expect(await findings(rule, cluster(access))).toEqual([]);
  });

  it.each<[string, Access, readonly string[]]>([
    ["nothing", {}, ["endpointPrivateAccess", "publicAccessCidrs"]],
    [
      "null",
      { endpointPrivateAccess: null, endpointPublicAccess: null, publicAccessCidrs: null },
      ["endpointPrivateAccess", "publicAccessCidrs"],
    ],
    ["a public endpoint without ranges", { ...good, publicAccessCidrs: null }, ["publicAccessCidrs"]],
    ["an empty list", { ...good, publicAccessCidrs: [] }, ["publicAccessCidrs"]],
    ["every address", { ...good, publicAccessCidrs: ["0.0.0.0/0"] }, ["publicAccessCidrs.0"]],
    [
      "every address in two halves",
      { ...good, publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] },
      ["publicAccessCidrs.0", "publicAccessCidrs.1"],
    ],
    ["a whole /8", { ...good, publicAccessCidrs: ["52.0.0.0/8"] }, ["publicAccessCidrs.0"]],
    [
      "ranges that are narrow one by one",
      { ...good, publicAccessCidrs: [0, 2, 4, 6, 8].map((part) => `203.0.${part}.0/24`) },
      ["publicAccessCidrs"],
    ],
    [
      "every address by IPv6 beside a good range",
      { ...good, publicAccessCidrs: ["203.0.113.0/28", "::/0"] },
      ["publicAccessCidrs.1"],
    ],
    ["a range just too wide", { ...good, publicAccessCidrs: ["203.0.112.0/21"] }, ["publicAccessCidrs.0"]],
    [
      "an IPv6 range just too wide",
      { ...good, publicAccessCidrs: ["2001:db8::/45"] },
      ["publicAccessCidrs.0"],
    ],
    [
      "what is no range",
      { ...good, publicAccessCidrs: ["all", 7, null] },
      ["publicAccessCidrs.0", "publicAccessCidrs.1", "publicAccessCidrs.2"],
    ],
    [
      "an unknown range and its neighbour",
      { ...good, publicAccessCidrs: [unknown, "0.0.0.0/0"] },
      ["publicAccessCidrs.0", "publicAccessCidrs.1"],
    ],
    ["unknown ranges", { ...good, publicAccessCidrs: unknown }, ["publicAccessCidrs"]],
    ["ranges as a text", { ...good, publicAccessCidrs: "203.0.113.0/28" }, ["publicAccessCidrs"]],
    [
      "false as a text",
      { endpointPrivateAccess: true, endpointPublicAccess: "false" },
      ["publicAccessCidrs"],
    ],
    [
      "an unknown public flag",
      { endpointPrivateAccess: true, endpointPublicAccess: unknown },
      ["publicAccessCidrs"],
    ],
    ["no private endpoint", { ...good, endpointPrivateAccess: false }, ["endpointPrivateAccess"]],
    ["a private endpoint as a text", { ...good, endpointPrivateAccess: "true" }, ["endpointPrivateAccess"]],
    [
      "a private endpoint that is unknown",
      { ...good, endpointPrivateAccess: unknown },
      ["endpointPrivateAccess"],
    ],
  ])("reports %s, of both", async (_, access, paths) => {
    expect(await findings(rule, component(access))).toEqual(paths.map(at));
    expect(await findings(rule, cluster(access))).toEqual(paths.map((path) => at(`vpcConfig.${path}`)));
  });

  it("reports AWS's own cluster whose network settings can't be read", async () => {
    const both = [at("vpcConfig.endpointPrivateAccess"), at("vpcConfig.publicAccessCidrs")];
    expect(await findings(rule, cluster(unknown))).toEqual(both);
    expect(await findings(rule, cluster("open"))).toEqual(both);
    expect(await findings(rule, cluster(null))).toEqual(both);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, component({ ...good, publicAccessCidrs: ["0.0.0.0/0"] }));
    expect(found).toMatchObject({
      where: "main",
      found: '"0.0.0.0/0" covers 4,256,038,912 public addresses',
      allowed:
        "endpointPublicAccess false, or ranges known at preview with at most 1,024 public addresses together (IPv6 /46), in addition to private networks and ownRanges",
      fix: rule.fix,
    });
  });

  it("passes over other resources", async () => {
    expect(await findings(rule, { ...component({}), type: "eks:index:NodeGroupV2" })).toEqual([]);
  });
});

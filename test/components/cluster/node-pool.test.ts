import { describe, expect, it } from "vitest";
import type { GpuPoolSettings } from "../../../components/cluster/gpu-pool-settings.ts";
import {
  gpuTaint,
  type NodeClassArgs,
  nodeClassArgs,
  nodePoolArgs,
  onGpuNodes,
  poolLabel,
} from "../../../components/cluster/node-pool.ts";
import { slotTimeouts } from "../../../components/serving/timeouts.ts";

const pool: GpuPoolSettings = {
  instanceTypes: ["g6e.xlarge", "g6e.2xlarge"],
  capacity: ["spot", "on-demand"],
  maxGpus: 8,
};
const reserved: GpuPoolSettings = {
  instanceTypes: ["p5.48xlarge"],
  capacity: ["reserved"],
  reservations: ["cr-0a1b2c3d"],
  maxGpus: 8,
};
const args: NodeClassArgs = {
  clusterName: "gantry-dev",
  instanceProfile: "gantry-dev-nodes",
  image: "bottlerocket@v1.44.0",
  subnetIds: ["subnet-a", "subnet-b"],
  tags: { Environment: "dev", Name: "somebody else's" },
};

describe("a node pool", () => {
  it("makes nodes of its types, labelled and closed to what doesn't ask for GPUs", () => {
    expect(nodePoolArgs("l40s", pool)).toEqual({
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: "l40s" },
      spec: {
        template: {
          metadata: { labels: { "gantry.dev/pool": "l40s" } },
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "l40s" },
            taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
            requirements: [
              {
                key: "node.kubernetes.io/instance-type",
                operator: "In",
                values: ["g6e.xlarge", "g6e.2xlarge"],
              },
              { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot", "on-demand"] },
              { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            ],
            expireAfter: "Never",
            terminationGracePeriod: "65m",
          },
        },
        disruption: {
          consolidationPolicy: "WhenEmpty",
          consolidateAfter: "600s",
          budgets: [{ nodes: "1" }],
        },
        limits: { "nvidia.com/gpu": 8 },
      },
    });
  });

  it("gives no reserved node back by itself", () => {
    expect(nodePoolArgs("h100", reserved).spec).toMatchObject({
      template: { spec: { expireAfter: "Never" } },
      disruption: { consolidateAfter: "Never", budgets: [{ nodes: "0" }] },
    });
  });

  it("that may also buy on demand replaces its nodes as others do", () => {
    expect(nodePoolArgs("h100", { ...reserved, capacity: ["reserved", "on-demand"] }).spec).toMatchObject({
      template: { spec: { expireAfter: "Never" } },
      disruption: { consolidateAfter: "600s", budgets: [{ nodes: "1" }] },
    });
  });

  it("waits longer for its pods than the longest answer that a release may have", () => {
    const minutes = /"terminationGracePeriod":"(\d+)m"/.exec(JSON.stringify(nodePoolArgs("l40s", pool)))?.[1];
    const { graceSeconds } = slotTimeouts({
      longestDrainSeconds: Number.POSITIVE_INFINITY,
      longestStreamSeconds: 3600,
      spot: false,
    });
    expect(Number(minutes) * 60).toBeGreaterThan(graceSeconds);
  });

  it("lets as many pods go one after the other as its largest node can have", () => {
    const grace = (instanceTypes: readonly string[]) =>
      JSON.stringify(nodePoolArgs("pool", { ...pool, instanceTypes })).match(
        /"terminationGracePeriod":"(\d+)m"/,
      )?.[1];
    expect(grace(["g6e.xlarge"])).toBe("65");
    expect(grace(["g6e.xlarge", "g6e.12xlarge"])).toBe(String(4 * 65));
    expect(grace(["p5.48xlarge"])).toBe(String(8 * 65));
  });

  it("is where charts put what belongs on every GPU node, and nowhere else", () => {
    expect(onGpuNodes).toEqual({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: poolLabel, operator: "Exists" }] }],
          },
        },
      },
      tolerations: [{ ...gpuTaint, operator: "Exists" }],
    });
  });
});

describe("a node class", () => {
  it("has a pinned image, an encrypted disk and tokens for its metadata", () => {
    expect(nodeClassArgs("l40s", pool, args)).toEqual({
      apiVersion: "karpenter.k8s.aws/v1",
      kind: "EC2NodeClass",
      metadata: { name: "l40s" },
      spec: {
        amiSelectorTerms: [{ alias: "bottlerocket@v1.44.0" }],
        instanceProfile: "gantry-dev-nodes",
        subnetSelectorTerms: [{ id: "subnet-a" }, { id: "subnet-b" }],
        securityGroupSelectorTerms: [{ tags: { "aws:eks:cluster-name": "gantry-dev" } }],
        instanceStorePolicy: "RAID0",
        userData:
          "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  featureGates:\n    FastImagePull: true\n",
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: { volumeSize: "100Gi", volumeType: "gp3", encrypted: true, deleteOnTermination: true },
          },
        ],
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        tags: { Environment: "dev", Name: "gantry-dev-l40s" },
      },
    });
  });

  it("names a reservation by its id, also where its end is known", () => {
    const ending = { ...reserved, reservations: ["cr-0a1b2c3d", { id: "cr-4e5f", ends: "2027-01-15" }] };
    expect(nodeClassArgs("h100", ending, args).spec).toMatchObject({
      capacityReservationSelectorTerms: [{ id: "cr-0a1b2c3d" }, { id: "cr-4e5f" }],
    });
  });

  it("names its reservations, and its disk where it is larger", () => {
    expect(nodeClassArgs("h100", { ...reserved, diskGiB: 250 }, args).spec).toMatchObject({
      capacityReservationSelectorTerms: [{ id: "cr-0a1b2c3d" }],
      blockDeviceMappings: [{ ebs: { volumeSize: "250Gi" } }],
    });
  });
});

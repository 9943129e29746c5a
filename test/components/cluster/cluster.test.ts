import { describe, expect, it } from "vitest";
import { unknown } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType, planWith, under, waitsFor } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");

describe("the cluster", () => {
  it("is reached from named ranges only, or from the VPC only", () => {
    expect(find(dev, "eks:index:Cluster", "cluster").inputs).toMatchObject({
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
    expect(find(prod, "eks:index:Cluster", "cluster").inputs).toMatchObject({
      endpointPublicAccess: false,
      endpointPrivateAccess: true,
    });
  });

  it("pins its version and add-ons, encrypts secrets, logs everything, and enforces network policies", () => {
    const cluster = find(prod, "eks:index:Cluster", "cluster");
    expect(cluster.inputs).toMatchObject({
      name: "gantry-prod",
      version: "1.36",
      authenticationMode: "API",
      encryptionConfigKeyArn: unknown,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      deletionProtection: true,
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      createOidcProvider: false,
      vpcCniOptions: { addonVersion: "v1.22.4-eksbuild.3", enableNetworkPolicy: true },
      corednsAddonOptions: { enabled: false },
      kubeProxyAddonOptions: { version: "v1.36.0-eksbuild.25" },
    });
    expect(cluster.protect).toBe(true);
    expect(cluster.dependencies).toContain(find(prod, "LogGroup", "cluster-logs").urn);
  });

  it("lets in the administrators that are named, and GPU nodes", () => {
    expect(at(find(prod, "eks:index:Cluster", "cluster"), "accessEntries")).toEqual({
      "333344445555/platform": {
        principalArn: "arn:aws:iam::333344445555:role/platform",
        accessPolicies: {
          admin: {
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            accessScope: { type: "cluster" },
          },
        },
      },
      "gpu-nodes": { principalArn: unknown, type: "EC2_LINUX" },
    });
  });

  it("keeps two administrators whose roles end in the same word, and one that is called as another entry", async () => {
    const admins = ["team-a/platform", "team-b/platform", "gpu-nodes"].map(
      (role) => `arn:aws:iam::333344445555:role/${role}`,
    );
    const plan = await planWith("prod", "cluster.admins", admins);
    const entries = at(find(plan, "eks:index:Cluster", "cluster"), "accessEntries") as Record<string, object>;
    expect(Object.keys(entries)).toHaveLength(4);
    expect(Object.values(entries)).toEqual(
      expect.arrayContaining([
        ...admins.map((principalArn) => expect.objectContaining({ principalArn })),
        { principalArn: unknown, type: "EC2_LINUX" },
      ]),
    );
  });

  it("keeps pods from the nodes' identity and disks encrypted", () => {
    expect(find(dev, "LaunchTemplate", "cluster-system").inputs).toMatchObject({
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ ebs: { encrypted: "true", volumeType: "gp3" } }],
    });
    expect(find(dev, "ManagedNodeGroup", "cluster-system").inputs).toMatchObject({
      version: "1.36",
      releaseVersion: "1.36.0-20260923",
      scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 4 },
    });
  });

  it("has names and credentials once there are nodes, and disks after that", () => {
    const waits = (addOn: string) => waitsFor(dev, find(dev, "Addon", addOn), "Addon", "ManagedNodeGroup");
    expect(waits("cluster-coredns")).toEqual(["cluster-system"]);
    expect(waits("cluster-pod-identity-agent")).toEqual(["cluster-system"]);
    expect(waits("cluster-ebs-csi-driver")).toEqual(["cluster-pod-identity-agent"]);
  });
});

describe("the controllers", () => {
  it("are pinned charts that wait for nodes and credentials", () => {
    const releases = ofType(dev, "helm.sh/v3:Release").filter(({ name }) => name.startsWith("controllers-"));
    expect(releases.map(({ inputs }) => `${inputs.chart} ${inputs.version}`).sort()).toEqual([
      "aws-load-balancer-controller 3.5.0",
      "external-secrets 2.9.0",
      "keda 2.20.2",
      "metrics-server 3.13.0",
      "nvidia-device-plugin 0.20.0",
      "oci://public.ecr.aws/karpenter/karpenter 1.14.1",
      "oci://public.ecr.aws/karpenter/karpenter-crd 1.14.1",
    ]);
    for (const release of releases) {
      const waits = waitsFor(dev, release, "ManagedNodeGroup", "Release");
      const definitions =
        release.name === "controllers-karpenter" ? ["controllers-karpenter-definitions"] : [];
      expect(waits).toEqual(["cluster-system", ...definitions]);
    }
  });

  it("configure the queue from which Karpenter learns of interruptions", () => {
    expect(at(find(dev, "helm.sh/v3:Release", "controllers-karpenter"), "values.settings")).toEqual({
      clusterName: "gantry-dev",
      interruptionQueue: "gantry-dev-interruptions",
      featureGates: { nodeRepair: true },
    });
    expect(at(find(dev, "aws:sqs/queue:Queue", "controllers-karpenter-interruptions"), "name")).toBe(
      "gantry-dev-interruptions",
    );
  });

  it("leave nothing behind when their first installation fails, and no definition to Helm, which never updates it", () => {
    const releases = ofType(prod, "helm.sh/v3:Release");
    expect(releases.length).toBeGreaterThan(9);
    for (const { inputs } of releases) {
      expect(inputs).toMatchObject({ atomic: true, cleanupOnFail: true });
      expect(inputs.skipAwait).toBeUndefined();
    }
    const without = releases.filter(({ inputs }) => inputs.skipCrds !== true).map(({ name }) => name);
    expect(without).toEqual(["controllers-karpenter-definitions", "monitoring-definitions"]);
    const files = ofType(prod, "yaml/v2:ConfigFile");
    expect(files.map(({ name }) => name)).toEqual([
      "controllers-load-balancer-crds.yaml",
      "controllers-load-balancer-gateway-crds.yaml",
    ]);
    // Pinned: by a commit, or by the tag of the version.
    for (const { inputs } of files) expect(inputs.file).toMatch(/\/([0-9a-f]{40}|v\d+\.\d+\.\d+)\//);
  });

  it("of a webhook that a guarantee rests on answer for two, and are never both taken away", () => {
    const values = (name: string) => at(find(prod, "helm.sh/v3:Release", name), "values");
    expect(values("controllers-load-balancer")).toMatchObject({
      podMutatorWebhookConfig: { failurePolicy: "Fail" },
      replicaCount: 2,
      podDisruptionBudget: { maxUnavailable: 1 },
      keepTLSSecret: true,
    });
    expect(values("controllers-external-secrets")).toMatchObject({
      replicaCount: 2,
      leaderElect: true,
      podDisruptionBudget: { enabled: true },
      webhook: { failurePolicy: "Fail", replicaCount: 2, podDisruptionBudget: { enabled: true } },
    });
    expect(values("controllers-keda")).toMatchObject({
      operator: { replicaCount: 2 },
      metricsServer: { replicaCount: 2 },
      podDisruptionBudget: { operator: { maxUnavailable: 1 }, metricServer: { maxUnavailable: 1 } },
    });
  });

  it("may do what they need and nothing to everything", () => {
    const policies = under(dev, find(dev, "gantry:cluster:Controllers", "controllers")).filter(
      ({ type }) => type === "aws:iam/rolePolicy:RolePolicy",
    );
    const statements = policies.flatMap(({ inputs }) => JSON.parse(String(inputs.policy)).Statement);
    expect(statements.length).toBeGreaterThan(10);
    const open = statements.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    expect(
      open.filter(
        (action: string) =>
          !/^(ec2:Describe|elasticloadbalancing:Describe|pricing:Get|iam:List)/.test(action),
      ),
    ).toEqual([]);
  });
});

describe("a node whose GPU breaks", () => {
  it("is seen by EKS's agent, on GPU nodes too, and replaced by Karpenter", () => {
    const agent = find(dev, "Addon", "cluster-node-monitoring-agent");
    expect(JSON.parse(String(agent.inputs.configurationValues))).toEqual({
      dcgmAgent: { tolerations: [{ key: "nvidia.com/gpu", effect: "NoSchedule", operator: "Exists" }] },
    });
    expect(
      at(find(dev, "helm.sh/v3:Release", "controllers-karpenter"), "values.settings.featureGates.nodeRepair"),
    ).toBe(true);
  });
});

describe("a GPU pool", () => {
  it("waits for Karpenter, and its pool for its class", () => {
    const [machine, pool] = [find(prod, "EC2NodeClass", "h100-class"), find(prod, "NodePool", "h100-pool")];
    expect(waitsFor(prod, machine, "Release")).toEqual(["controllers-karpenter"]);
    expect(waitsFor(prod, machine, "InstanceProfile", "RolePolicyAttachment")).toEqual([
      "cluster-gpu-node",
      "cluster-gpu-node-AmazonEC2ContainerRegistryPullOnly",
      "cluster-gpu-node-AmazonEKSWorkerNodePolicy",
      "cluster-gpu-node-AmazonEKS_CNI_Policy",
    ]);
    expect(pool.dependencies).toContain(machine.urn);
  });

  it("marks its instances with the environment's tags", () => {
    expect(at(find(dev, "EC2NodeClass", "a10g-class"), "spec.tags")).toEqual({
      Project: "gantry",
      Environment: "dev",
      ManagedBy: "pulumi",
      Name: "gantry-dev-a10g",
    });
  });
});

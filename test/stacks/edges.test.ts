import { describe, expect, it } from "vitest";
import { edgeProblems, reaches, reasons } from "../support/names.ts";
import { find, fixturePlan, fixturePlans, ofType, shippedPlans } from "../support/plan.ts";

const plans = [...fixturePlans(), ...shippedPlans()];

describe("a plain name has an edge", () => {
  it("to what it names, in every environment; other variants are checked with the policies", () => {
    expect([...new Set(plans.flatMap((plan) => edgeProblems(plan)))]).toEqual([]);
  });

  it("or a reason, of which none is spare", () => {
    const used = new Set<unknown>();
    for (const plan of plans) edgeProblems(plan, (reason) => used.add(reason));
    expect(reasons.filter((reason) => !used.has(reason)).map(([place]) => place)).toEqual([]);
  });

  it("and one that is cut is found", () => {
    const dev = fixturePlan("dev");
    const association = find(dev, "PodIdentityAssociation", "controllers-karpenter");
    const resources = dev.resources.map((resource) =>
      resource === association ? { ...resource, dependencies: [] } : resource,
    );
    expect(edgeProblems({ resources })).toContain(
      "controllers-karpenter: PodIdentityAssociation.clusterName names gantry-dev",
    );
  });
});

/** What has to be there before something works, and stay until that is gone, though no string says so. */
const needs: readonly (readonly [
  what: string,
  of: string,
  needs: readonly (readonly [type: string, name: RegExp])[],
])[] = [
  [
    "a GPU node, until it is gone",
    "NodePool",
    [
      ["helm.sh/v3:Release", /^controllers-karpenter(-definitions)?$/],
      ["PodIdentityAssociation", /^controllers-karpenter$/],
      ["aws:iam/rolePolicy:RolePolicy", /^controllers-karpenter$/],
      ["aws:sqs/queue:Queue", /./],
      ["EventTarget", /./],
      ["InstanceProfile", /./],
      ["RolePolicyAttachment", /^cluster-gpu-node-/],
      ["NatGateway", /./],
      ["InternetGateway", /./],
      ["RouteTableAssociation", /./],
      ["VpcEndpoint", /./],
      ["eks:index:Cluster", /./],
      ["eks:index:ManagedNodeGroup", /./],
      ["aws:cloudwatch/logGroup:LogGroup", /^cluster-logs$/],
    ],
  ],
  [
    "a system node",
    "eks:index:ManagedNodeGroup",
    [
      ["RolePolicyAttachment", /^cluster-system-/],
      ["NatGateway", /./],
      ["RouteTableAssociation", /./],
      ["VpcEndpoint", /./],
    ],
  ],
  ["a controller", "helm.sh/v3:Release", [["aws:eks/addon:Addon", /pod-identity-agent|coredns/]]],
  [
    "a monitoring disk, until it is deleted",
    "kubernetes:core/v1:Namespace monitoring",
    [
      ["aws:eks/addon:Addon", /ebs-csi-driver/],
      ["StorageClass", /./],
    ],
  ],
  [
    "an engine",
    "Deployment",
    [
      ["NodePool", /^a10g-pool$/],
      ["helm.sh/v3:Release", /^controllers-(load-balancer|karpenter)$/],
      ["PodIdentityAssociation", /^serving-engine$/],
    ],
  ],
  ["a secret in the cluster", "ExternalSecret", [["secretsmanager/secretVersion:SecretVersion", /./]]],
];

describe.each(["dev", "prod"])("in %s nothing is there too late or gone too early for", (environment) => {
  const plan = fixturePlan(environment);
  const waits = reaches(plan);

  it.each(needs)("%s", (_, of, wanted) => {
    const [type = "", only] = of.split(" ");
    const all = ofType(plan, type.replace(/^kubernetes:/, "")).filter(
      ({ name }) => only === undefined || name === only,
    );
    const dependents = all.filter(({ name }) => type !== "Deployment" || name === "chat-blue");
    expect(dependents.length).toBeGreaterThan(0);
    for (const [needed, name] of wanted) {
      const resources = ofType(plan, needed).filter((resource) => name.test(resource.name));
      expect(resources.length, needed).toBeGreaterThan(0);
      const missing = dependents.flatMap((from) =>
        resources
          .filter((to) => !waits(from, to))
          .map((to) => `${from.name} doesn't wait for ${needed} ${to.name}`),
      );
      expect(missing).toEqual([]);
    }
  });
});

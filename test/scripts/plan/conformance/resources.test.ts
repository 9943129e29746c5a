import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { analyzeRequest, analyzeStackRequest } from "../../../../scripts/plan/analyzer-messages.ts";
import { type Plan, planEnvironment, planProgram } from "../../../../scripts/plan/plan.ts";
import { type Answering, checkedInputs, outputs } from "../../../../scripts/plan/provider-answers.ts";
import type { PlannedResource } from "../../../../scripts/plan/resource.ts";
import { isSecret, secret, unknown } from "../../../../scripts/plan/wire.ts";
import { type AnalyzedPlan, fixturePlan, fixturePlans, fixtureRoot } from "../../../support/plan.ts";
import { behaviour } from "./behaviour.ts";

const engine = "pulumi/pulumi pkg/resource/deploy";
const plugin = "pulumi/pulumi sdk/go/common/resource/plugin";
const bridge = "pulumi/pulumi-terraform-bridge pkg/tfbridge";
const eks = "pulumi/pulumi-eks nodejs/eks";

const first = fixturePlan("dev");
let second: AnalyzedPlan;
beforeAll(async () => {
  second = await planEnvironment({ root: fixtureRoot, environment: "dev", deployed: true });
}, 120_000);

function all({ resources, implied = [] }: Plan): readonly PlannedResource[] {
  return [...resources, ...implied];
}

function one(plan: Plan, type: string, name: string): PlannedResource {
  const found = all(plan).find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
}

function of(plan: Plan, type: string, name: string, deployed = plan === second): Answering {
  const resource = one(plan, type, name);
  const provider = all(plan).find(({ urn }) => urn === resource.provider);
  return { resource, ...(provider && { provider }), deployed };
}

const namespace = ["kubernetes:core/v1:Namespace", "serving"] as const;
const group = ["aws:lb/targetGroup:TargetGroup", "chat-blue"] as const;
const rule = ["aws:lb/listenerRule:ListenerRule", "chat-live"] as const;
const cluster = ["aws:eks/cluster:Cluster", "cluster-eksCluster"] as const;

describe("a provider whose configuration isn't known yet", () => {
  behaviour(
    {
      what: "answers nothing, so that rules about the stack get no properties",
      source: `${plugin}/provider_plugin.go Create: pcfg.known`,
      checked: "seen",
    },
    () => {
      expect(outputs(of(first, ...namespace))).toEqual({});
    },
  );

  behaviour(
    {
      what: "checks nothing, so that rules about resources get what the program gave",
      source: `${plugin}/provider_plugin.go Check: pcfg.known`,
      checked: "seen",
    },
    () => {
      expect(checkedInputs(of(first, ...namespace))).toEqual(one(first, ...namespace).inputs);
    },
  );

  behaviour(
    {
      what: "makes no children of its components",
      source: `${plugin}/provider_plugin.go Construct: pcfg.known`,
      checked: "read",
    },
    () => {
      const files = all(first).filter(({ type }) => type === "kubernetes:yaml/v2:ConfigFile");
      const inside = all(first).filter(({ parent }) => files.some(({ urn }) => urn === parent));
      expect(inside).toEqual([]);
    },
  );
});

describe("what rules about the stack get", () => {
  behaviour(
    {
      what: "is what the program gave, with everything computed unknown, before the stack is up",
      source: `${engine}/step_generator.go AnalyzeResources: v.Outputs; ${bridge}/provider.go Create, preview`,
      checked: "seen",
    },
    () => {
      expect(outputs(of(first, ...group))).toMatchObject({ port: 8000, arn: unknown, arnSuffix: unknown });
    },
  );

  behaviour(
    {
      what: "has the identifiers, once the stack is up",
      source: `${engine}/step_generator.go AnalyzeResources: v.Outputs`,
      checked: "seen",
    },
    () => {
      const { arn } = outputs(of(second, ...group));
      expect(arn).toMatch(/^arn:aws:elasticloadbalancing:us-east-1:\d{12}:targetgroup\//);
      const actions = JSON.stringify(one(second, ...rule).inputs.actions);
      expect(actions).toContain(String(arn));
    },
  );

  behaviour(
    {
      what: "has empty values where nothing was set, once the stack is up",
      source: `${bridge}/schema.go MakeTerraformOutputs; seen in target groups, security groups and releases`,
      checked: "stand-in",
    },
    () => {
      expect(outputs(of(second, ...group))).toMatchObject({
        proxyProtocolV2: false,
        slowStart: 0,
        loadBalancerArns: [],
      });
    },
  );

  behaviour(
    {
      what: "has what the API server adds to every object, once the stack is up",
      source: "pulumi/pulumi-kubernetes provider/pkg/provider/provider.go Create: the live object",
      checked: "stand-in",
    },
    () => {
      expect(outputs(of(second, ...namespace)).metadata).toMatchObject({
        name: "models",
        uid: expect.any(String),
        managedFields: [expect.anything()],
      });
    },
  );

  behaviour(
    {
      what: "is nothing of a component",
      source: `${engine}/step_generator.go: registerResourceOutputs`,
      checked: "seen",
    },
    () => {
      expect(outputs(of(second, "gantry:serving:Model", "chat"))).toEqual({});
    },
  );

  behaviour(
    {
      what: "is the answer of a remote component, not its inputs",
      source: `${plugin}/provider_plugin.go Construct; ${eks}/cluster/cluster.ts`,
      checked: "seen",
    },
    () => {
      const found = outputs(of(second, "eks:index:Cluster", "cluster"));
      expect(found.kubeconfigJson).toEqual(expect.stringContaining("clusters"));
      expect(found.encryptionConfigKeyArn).toBeUndefined();
    },
  );

  behaviour(
    {
      what: "marks secrets",
      source: `${plugin}/analyzer_plugin.go AnalyzeStack: KeepSecrets`,
      checked: "seen",
    },
    () => {
      for (const plan of [first, second]) {
        const password = all(plan).find(({ type }) => type === "random:index/randomPassword:RandomPassword");
        const { result = null } = outputs({
          resource: password as PlannedResource,
          deployed: plan === second,
        });
        expect(isSecret(result)).toBe(true);
      }
      expect(
        outputs({
          resource: all(first).find(({ secretOutputs }) =>
            secretOutputs?.includes("result"),
          ) as PlannedResource,
          deployed: false,
        }).result,
      ).toEqual(secret(unknown));
    },
  );

  behaviour(
    {
      what: "comes in no order",
      source: `${engine}/step_generator.go AnalyzeResources: news.Range over a map`,
      checked: "seen",
    },
    () => {
      const some = all(first)
        .slice(0, 3)
        .map((resource) => ({ resource, properties: {} }));
      const shown = analyzeStackRequest(some).getResourcesList();
      expect(shown.map((one) => one.getUrn())).toEqual(some.map(({ resource }) => resource.urn).toReversed());
    },
  );

  behaviour(
    {
      what: "names no property that nothing stands behind",
      source: `${plugin}/analyzer_plugin.go AnalyzeStack: skips empty dependencies`,
      checked: "read",
    },
    () => {
      const resource = { ...one(first, ...rule), propertyDependencies: { actions: ["urn"], priority: [] } };
      const [shown] = analyzeStackRequest([{ resource, properties: {} }]).getResourcesList();
      expect(shown?.getPropertydependenciesMap().getLength()).toBe(1);
    },
  );
});

describe("what rules about resources get", () => {
  behaviour(
    {
      what: "has the provider's default tags, twice",
      source: "pulumi/pulumi-aws provider/resources.go: default tags",
      checked: "stand-in",
    },
    () => {
      const { tags, tagsAll } = checkedInputs(of(first, ...group));
      expect(tags).toMatchObject({ Project: "gantry", Environment: "dev", ManagedBy: "pulumi" });
      expect(tagsAll).toEqual(tags);
    },
  );

  behaviour(
    {
      what: "has a name where the program left it out",
      source: `${bridge}/names.go AutoName`,
      checked: "stand-in",
    },
    () => {
      expect(one(first, ...group).inputs.name).toBeUndefined();
      expect(checkedInputs(of(first, ...group)).name).toMatch(/^chat-blue-[0-9a-f]{7}$/);
    },
  );

  behaviour(
    {
      what: "has the bridge's mark in every nested object, and no internal key at the top",
      source: `${plugin}/rpc.go MarshalProperties: SkipInternalKeys at the top only; ${bridge}/schema.go defaultsKey`,
      checked: "stand-in",
    },
    () => {
      const checked = checkedInputs(of(first, ...group));
      const properties = { ...checked, __defaults: [] };
      expect(checked.healthCheck).toMatchObject({ __defaults: [] });
      const shown = analyzeRequest({ resource: one(first, ...group), properties })
        .getProperties()
        ?.toJavaScript();
      expect(shown).toMatchObject({ healthCheck: { __defaults: [] } });
      expect(shown).not.toHaveProperty("__defaults");
    },
  );

  behaviour(
    {
      what: "has references to other resources as identifiers or URNs",
      source: `${plugin}/rpc.go MarshalPropertyValue: KeepResources is off`,
      checked: "seen",
    },
    () => {
      const { cluster: named } = one(first, "eks:index:ManagedNodeGroup", "cluster-system").inputs;
      expect(named).toBe(one(first, "eks:index:Cluster", "cluster").urn);
    },
  );

  behaviour(
    {
      what: "comes with options",
      source: `${plugin}/analyzer_plugin.go marshalResourceOptions`,
      checked: "seen",
    },
    () => {
      const { resource } = of(first, ...cluster);
      const options = analyzeRequest({ resource, properties: {} }).getOptions();
      expect(options?.getIgnorechangesList()).toContain("bootstrapSelfManagedAddons");
      expect(options?.getParent()).toBe(resource.parent);
    },
  );
});

describe("providers", () => {
  behaviour(
    {
      what: "are resources, also those that the engine starts by itself for a version of a package",
      source: `${engine}/default_providers.go`,
      checked: "seen",
    },
    () => {
      const found = all(first).filter(({ type }) => type === "pulumi:providers:eks");
      expect(found.map(({ name, inputs }) => [name, inputs])).toEqual([
        ["default_4_3_0", { version: "4.3.0" }],
      ]);
    },
  );

  behaviour(
    {
      what: "have their version among their inputs",
      source: `${engine}/source_eval.go RegisterResource`,
      checked: "seen",
    },
    () => {
      expect(one(first, "pulumi:providers:kubernetes", "cluster").inputs.version).toMatch(/^\d+\.\d+\.\d+$/);
    },
  );

  behaviour(
    {
      what: "are handed down by the components around a resource",
      source: `${engine}/source_eval.go resolveProvider, componentProviders`,
      checked: "seen",
    },
    () => {
      expect(one(first, ...cluster).provider).toBe(one(first, ...group).provider);
    },
  );
});

describe("the EKS components", () => {
  behaviour(
    {
      what: "are shown without inputs, so that only what they make can be judged",
      source:
        "pulumi/pulumi sdk/nodejs/resource.ts ComponentResource at v3.173.0, which pulumi/pulumi-eks v4.3.0 nodejs/eks/yarn.lock names",
      checked: "seen",
    },
    () => {
      const [component, group] = ["eks:index:Cluster", "eks:index:ManagedNodeGroup"].map((type) =>
        all(first).find((resource) => resource.type === type),
      );
      for (const resource of [component, group]) {
        if (resource === undefined) throw new Error("no component");
        expect(resource.inputs).not.toEqual({});
        expect(checkedInputs({ resource, deployed: false })).toEqual({});
      }
    },
  );
});

describe("children of the EKS components", () => {
  behaviour(
    {
      what: "have encryptionConfig unknown as a whole while the key's ARN is",
      source: `${eks}/cluster/cluster.ts: encryptionConfig by apply`,
      checked: "seen",
    },
    () => {
      expect(one(first, ...cluster).inputs.encryptionConfig).toBe(unknown);
      expect(one(second, ...cluster).inputs.encryptionConfig).toEqual({
        provider: { keyArn: expect.stringMatching(/^arn:aws:kms:/) },
        resources: ["secrets"],
      });
    },
  );

  behaviour(
    {
      what: "have the whole list of subnets unknown while one of them is",
      source: `${eks}/nodes/nodegroup.ts createManagedNodeGroup`,
      checked: "seen",
    },
    () => {
      const nodes = ["aws:eks/nodeGroup:NodeGroup", "cluster-system"] as const;
      expect(one(first, ...nodes).inputs.subnetIds).toBe(unknown);
      expect(one(second, ...nodes).inputs.subnetIds).toEqual([expect.any(String), expect.any(String)]);
    },
  );

  behaviour(
    {
      what: "come through the transforms of the component around them",
      source: `${engine}/source_eval.go RegisterResource: resourceTransforms of the parents`,
      checked: "seen",
    },
    () => {
      expect(one(first, "aws:iam/role:Role", "cluster-eksRole-role").inputs.name).toBe("gantry-dev-cluster");
      expect(one(first, ...cluster).ignoreChanges).toEqual([
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
        "vpcConfig.subnetIds",
      ]);
    },
  );

  behaviour(
    {
      what: "have the CNI's environment with the component's defaults",
      source: `${eks}/addons/cni-addon.ts computeEnv`,
      checked: "seen",
    },
    () => {
      const { configurationValues } = one(first, "aws:eks/addon:Addon", "cluster-vpc-cni").inputs;
      expect(JSON.parse(String(configurationValues))).toEqual({
        enableNetworkPolicy: "true",
        env: {
          AWS_VPC_ENI_MTU: "9001",
          AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
          AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
          AWS_VPC_K8S_CNI_LOGLEVEL: "INFO",
          AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
          AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
          AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
          AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
          ENABLE_POD_ENI: "false",
          WARM_ENI_TARGET: "1",
        },
        init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
      });
    },
  );

  it("are marked as recorded, and stand under their component", () => {
    const children = all(first).filter(({ recorded }) => recorded !== undefined);
    expect(children.length).toBe(10);
    for (const { recorded, urn } of children) {
      expect(recorded).toBe("@pulumi/eks 4.3.0");
      expect(urn).toContain("$eks:index:");
    }
  });

  behaviour(
    {
      what: "are known to their provider alone, so that a plan fails for a component that isn't recorded",
      source: `${plugin}/provider_plugin.go Construct`,
      checked: "read",
    },
    async () => {
      const root = fileURLToPath(new URL("../fixtures/program", import.meta.url));
      const planning = planProgram({
        root,
        environment: "dev",
        edit: (config) => ({ ...config, "fixture:unrecorded": true }),
      });
      await expect(planning).rejects.toThrow(/eks:index:Cluster::cluster is a remote component.*fargate/);
    },
  );
});

describe("the first and the second deployment", () => {
  it.each(fixturePlans().map((plan) => [plan.environment, plan] as const))(
    "of %s violate nothing before anything is up",
    (_, { policyReport }) => {
      expect(policyReport.diagnostics.filter(({ level }) => level === "mandatory")).toEqual([]);
    },
  );

  it("violate nothing once everything is known", () => {
    expect(second.policyReport.diagnostics.filter(({ level }) => level === "mandatory")).toEqual([]);
    expect(second.policyReport.diagnostics.filter(({ finding }) => finding === undefined)).toEqual([]);
  });
});

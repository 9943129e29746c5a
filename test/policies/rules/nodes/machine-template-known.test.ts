import { machineTemplateKnown as rule } from "../../../../policies/rules/nodes/machine-template-known.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const own = made("aws:ec2/launchTemplate:LaunchTemplate", { name: "workers" }, "template");
const group = (launchTemplate: Wire, behind: readonly Given[] = []): Given => ({
  ...made("aws:eks/nodeGroup:NodeGroup", { launchTemplate }),
  behind: { launchTemplate: behind },
});
const machine = (type: string, props: Given["props"]) => made(`aws:${type}`, props);
const elsewhere = "lt-0123456789abcdef0";

cases(rule, {
  passes: [
    ["a template of the stack", [own, group({ id: unknown, version: "3" }, [own])]],
    ["a template of the stack by its name", [own, group({ name: "workers", version: "3" })]],
    ["a secret name", [own, group({ name: secret("workers") })]],
    ["no template", made("aws:eks/nodeGroup:NodeGroup", { instanceTypes: ["m7i.large"] })],
    ["a template that is listed", group({ id: elsewhere }), { config: { otherTemplates: [elsewhere] } }],
    [
      "instances that serve no model",
      machine("autoscaling/group:Group", {
        launchTemplate: { id: elsewhere },
        tags: [{ key: "gantry.dev/purpose", value: "application", propagateAtLaunch: true }],
      }),
    ],
  ],
  reports: [
    ["a template of another stack", group({ id: elsewhere, version: "3" }), ["way#launchTemplate.id"]],
    ["one by its name", group({ name: "gpu" }), ["way#launchTemplate.name"]],
    ["one that isn't known", [own, group({ id: unknown })], ["way#launchTemplate.id"]],
    ["a template as a whole that isn't known", [own, group(unknown)], ["way#launchTemplate"]],
    [
      "an instance's",
      machine("ec2/instance:Instance", { launchTemplate: { id: elsewhere } }),
      ["way#launchTemplate.id"],
    ],
    [
      "a group's by its configuration",
      machine("autoscaling/group:Group", { launchConfiguration: "gpu" }),
      ["way#launchConfiguration"],
    ],
    [
      "a group's among several types",
      machine("autoscaling/group:Group", {
        mixedInstancesPolicy: {
          launchTemplate: { launchTemplateSpecification: { launchTemplateName: "gpu" } },
        },
      }),
      ["way#mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateName"],
    ],
    [
      "a fleet's",
      machine("ec2/fleet:Fleet", {
        launchTemplateConfigs: [{ launchTemplateSpecification: { launchTemplateId: elsewhere } }],
      }),
      ["way#launchTemplateConfigs.0.launchTemplateSpecification.launchTemplateId"],
    ],
    [
      "a batch environment's",
      machine("batch/computeEnvironment:ComputeEnvironment", {
        computeResources: { launchTemplate: { launchTemplateId: elsewhere } },
      }),
      ["way#computeResources.launchTemplate.launchTemplateId"],
    ],
    [
      "a node group that says it serves no model",
      made("eks:index:ManagedNodeGroup", {
        launchTemplate: { id: elsewhere },
        tags: { "gantry.dev/purpose": "application" },
      }),
      ["way#launchTemplate.id"],
    ],
  ],
});

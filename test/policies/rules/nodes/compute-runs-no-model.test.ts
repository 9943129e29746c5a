import { computeRunsNoModel as rule } from "../../../../policies/rules/nodes/compute-runs-no-model.ts";
import { unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const instance = "aws:ec2/instance:Instance";
const task = "aws:ecs/taskDefinition:TaskDefinition";
const tags = { "gantry.dev/purpose": "application" };
const running = (container: object) => made(task, { containerDefinitions: JSON.stringify([container]) });

cases(rule, {
  passes: [
    ["a bastion", made(instance, { instanceType: "t4g.micro" })],
    ["a template without a type", made("aws:ec2/launchTemplate:LaunchTemplate", {})],
    ["a task", running({ image: "acme/orders:1" })],
    ["a function from code", made("aws:lambda/function:Function", { handler: "a" })],
    [
      "user data that installs something",
      made(instance, { instanceType: "t4g.micro", userData: "dnf install -y postgresql" }),
    ],
    ["training on a GPU", made(instance, { instanceType: "g5.xlarge", tags })],
  ],
  reports: [
    ["a GPU", made(instance, { instanceType: "g5.xlarge" }), ["way#instanceType"]],
    ["a type that is unknown", made(instance, { instanceType: unknown }), ["way#instanceType"]],
    [
      "an engine by user data",
      made(instance, { instanceType: "m7i.large", userData: "vllm serve a/b" }),
      ["way#userData"],
    ],
    ["user data that is unknown", made(instance, { userData: unknown }), ["way#userData"]],
    [
      "an engine that says it is none",
      running({ image: "vllm/vllm-openai:1" }),
      ["way#containerDefinitions.0"],
    ],
    [
      "the same with the tag",
      {
        ...running({ image: "vllm/vllm-openai:1" }),
        props: { ...running({ image: "vllm/vllm-openai:1" }).props, tags },
      },
      ["way#containerDefinitions.0"],
    ],
    [
      "a GPU of a task",
      running({ image: "a/b:1", resourceRequirements: [{ type: "GPU", value: "1" }] }),
      ["way#containerDefinitions.0"],
    ],
    [
      "definitions that are unknown",
      made(task, { containerDefinitions: unknown }),
      ["way#containerDefinitions.0"],
    ],
    [
      "types by requirements",
      made("aws:ec2/fleet:Fleet", {
        launchTemplateConfigs: [{ overrides: [{ instanceRequirements: { acceleratorCount: { min: 1 } } }] }],
      }),
      ["way#launchTemplateConfigs.0.overrides.0.instanceRequirements.acceleratorCount"],
    ],
  ],
});
